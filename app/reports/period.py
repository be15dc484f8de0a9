"""The period of a report, and the events in it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.readmodel import History
from adapters.readmodel.codes import topic_set
from domain.facts import Fact

Indices = NDArray[np.int32]
"""Numbers of events from 0, in the order of time."""


class Period(NamedTuple):
    """From one moment to another; both belong to it."""

    since: int
    until: int


def period_of(history: History, since: int | None, until: int | None) -> Period:
    """The period asked for; without a beginning or an end, that of the history itself."""
    start = history.start if since is None else since
    end = max(history.end, start) if until is None else until
    return Period(start, end)


def events_in(history: History, period: Period) -> Indices:
    """The events of the period, in the order of time."""
    first = history.times_sorted.searchsorted(period.since, side="left")
    last = history.times_sorted.searchsorted(period.until, side="right")
    events: Indices = history.by_time[first:last]
    return events


def of_kinds(history: History, events: Indices, kinds: Sequence[type[Fact]]) -> Indices:
    """Those of the events that are facts of these kinds."""
    return events[topic_set(*kinds)[history.topic[events]]]
