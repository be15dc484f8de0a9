"""Which events the list shows, in which order: numbers of events, newest first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from app.desktop.events.event_filter import EventFilter, Term


@dataclass(frozen=True, slots=True)
class EventRows:
    """The events that a filter lets through, in the order of time."""

    history: History
    terms: tuple[Term, ...]
    events: npt.NDArray[np.int32]
    """Oldest first; the list counts from the end."""

    @classmethod
    def of(cls, history: History, terms: list[Term]) -> "EventRows":
        """The rows of a history."""
        order = history.by_time
        if terms:
            order = order[EventFilter(history).mask(terms)[order]]
        return cls(history, tuple(terms), order)

    def grown(self, history: History) -> tuple["EventRows", int] | None:
        """The rows of a newer history and how many are new, where all of them are newest.

        None where older rows moved: a late event came in between.
        """
        before, now = len(self.history.by_time), len(history.by_time)
        if now < before or not np.shares_memory(self.history.by_time, history.by_time):
            same = now >= before and np.array_equal(history.by_time[:before], self.history.by_time)
            if not same:
                return None
        fresh = history.by_time[before:]
        if self.terms:
            mask = EventFilter(history).mask(list(self.terms), self.history.head)
            fresh = fresh[mask[fresh - self.history.head]]
        events = history.by_time if not self.terms else np.concatenate((self.events, fresh))
        return EventRows(history, self.terms, events), len(fresh)

    def __len__(self) -> int:
        return len(self.events)

    def event(self, row: int) -> int:
        """The event shown in a row."""
        return int(self.events[len(self.events) - 1 - row])

    def row_at(self, moment: int) -> int:
        """The row of the last event at or before a moment; the oldest one where none is."""
        count = self._count_until(moment)
        return max(len(self.events) - max(count, 1), 0)

    def row_of(self, event: int) -> int | None:
        """The row of an event; None where the filter keeps it out."""
        moment = int(self.history.occurred_at[event])
        place = self._count_until(moment) - 1
        while place >= 0 and int(self.history.occurred_at[self.events[place]]) == moment:
            if int(self.events[place]) == event:
                return len(self.events) - 1 - place
            place -= 1
        return None

    def _count_until(self, moment: int) -> int:
        """How many of the events are at or before a moment, by halving."""
        low, high = 0, len(self.events)
        times = self.history.occurred_at
        while low < high:
            middle = (low + high) // 2
            if int(times[self.events[middle]]) <= moment:
                low = middle + 1
            else:
                high = middle
        return low
