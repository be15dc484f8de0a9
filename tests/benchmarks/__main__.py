"""Prints one table of ratios: `python -m tests.benchmarks [EVENTS …]`, by default 100k and 1M.

The first run generates the histories, about a minute for a million events, and keeps them in
the temporary folder.
"""

import sys

from tests.benchmarks import appending, asking, building, drawing, importing
from tests.benchmarks.generate import stored
from tests.benchmarks.table import Measure, print_rows

MEASURES: tuple[Measure, ...] = (
    appending.measure,
    importing.measure,
    building.measure,
    asking.measure,
    drawing.measure,
)
"""A further measure is a function from a number of events to rows; it is added here."""


def main() -> None:
    """Measures everything for each number of events."""
    rows = []
    for events in [int(each.replace("_", "")) for each in sys.argv[1:]] or [100_000, 1_000_000]:
        stored(events)
        for measure in MEASURES:
            for row in measure(events):
                rows.append((events, row))
    print_rows(rows)


if __name__ == "__main__":
    main()
