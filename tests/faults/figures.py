"""How often each fault is tried, and the table of what came of it.

In every run a fault is tried a few times. With `--whole`, which `make faults` gives, it is tried as
often as docs/reliability.md tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from rich.console import Console
from rich.table import Table


class Figure(NamedTuple):
    """What came of a fault: `found` and `promised` in the same words and order."""

    fault: str
    tried: int
    found: str
    promised: str


class Figures:
    """The figures of one test session."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self.noted: list[Figure] = []

    def times(self, quick: int, whole: int) -> int:
        """How often to try: `whole` with `--whole`, else `quick`."""
        return whole if self.whole else quick

    def note(self, fault: str, tried: int, found: str, promised: str) -> None:
        """Puts a row into the table."""
        self.noted.append(Figure(fault, tried, found, promised))


_FIGURES = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--whole` and `--seed`."""
    parser.addoption(
        "--whole", action="store_true", help="try each fault as often as docs/reliability.md tells"
    )
    parser.addoption("--seed", type=int, help="play this scenario of faults alone")


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """How often to try, and where to note what came of it."""
    figures = Figures(whole=bool(request.config.getoption("--whole")))
    request.config.stash[_FIGURES] = figures
    yield figures


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Prints the table."""
    figures = config.stash.get(_FIGURES, None)
    if figures is None or not figures.noted:
        return
    table = Table("fault", "tried", "found", "promised")
    for figure in figures.noted:
        table.add_row(figure.fault, f"{figure.tried:,}", figure.found, figure.promised)
    terminalreporter.section("faults")
    console = Console(width=150)
    with console.capture() as captured:
        console.print(table)
    terminalreporter.write_line(captured.get())
