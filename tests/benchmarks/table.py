"""One table of ratios: what took how long, beside a peer, and what was promised."""

from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table


class Row(NamedTuple):
    """One work, measured; `ours` and `peers` are seconds unless `unit` says otherwise."""

    work: str
    ours: float
    peer: str
    peers: float | None
    budget: str
    unit: str = "s"


Measure = Callable[[int], Iterable[Row]]
"""Measures something on a history with that many events."""


def seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """The shortest of several runs: what the machine can do when it does nothing else."""
    return min(_once(work) for _ in range(times))


def each_seconds(work: Callable[[int], object], values: Iterable[int]) -> tuple[float, float]:
    """(median, 99th percentile) of the work over all values, each the shortest of three runs.

    So the percentile tells of the hardest value, not of what else the machine had to do.
    """
    found = [seconds(partial(work, value)) for value in values]
    return float(np.median(found)), float(np.percentile(found, 99))


def print_rows(rows: Iterable[tuple[int, Row]]) -> None:
    """Prints the table; each row comes with its number of events."""
    table = Table("events", "work", "Shipslog", "peer", "", "peer / Shipslog", "budget")
    for events, row in rows:
        table.add_row(
            f"{events:,}",
            row.work,
            _shown(row.ours, row.unit),
            row.peer,
            "" if row.peers is None else _shown(row.peers, row.unit),
            "" if row.peers is None else f"{row.peers / row.ours:.2f}",
            row.budget,
        )
    Console(width=150).print(table)


def _once(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _shown(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:,.0f} {unit}"
    return f"{value * 1000:,.2f} ms" if value < 1 else f"{value:.2f} s"
