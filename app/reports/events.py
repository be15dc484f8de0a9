"""Events of the store in the order of time, a few thousand at a time, however many there are."""

from collections.abc import Iterator, Sequence

from adapters.readmodel import History
from adapters.store.reader import Reader, Recorded
from app.reports.period import Indices
from domain.questions.log import LogLine, log_lines

_AT_ONCE = 4000


def lines(reader: Reader, history: History, events: Indices) -> Iterator[LogLine]:
    """The log's line of each event, in the order given."""
    for recorded in read(reader, events):
        yield from log_lines(recorded, history)


def read(reader: Reader, events: Indices) -> Iterator[Sequence[Recorded]]:
    """The events from the store in the order given, in lists."""
    for start in range(0, len(events), _AT_ONCE):
        positions = events[start : start + _AT_ONCE] + 1
        first, last = int(positions.min()), int(positions.max())
        if last - first + 1 > 2 * len(positions):
            yield reader.at(positions.tolist())
            continue
        # Nearly all of a stretch is wanted: reading it through is quicker than picking.
        found: dict[int, Recorded] = {}
        for chunk in reader.read(first - 1, upto=last, chunk=_AT_ONCE):
            found.update((recorded.position, recorded) for recorded in chunk)
        yield [found[position] for position in positions.tolist() if position in found]
