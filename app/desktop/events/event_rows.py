"""Which events the list shows, in which order: numbers of events, newest first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from adapters.readmodel.search import find_events
from domain.questions.filters import Filter


@dataclass(frozen=True, slots=True)
class EventRows:
    """The events that a filter lets through, in the order of time."""

    history: History
    wanted: Filter
    events: npt.NDArray[np.int32]
    """Oldest first; the list counts from the end."""

    @classmethod
    def of(cls, history: History, wanted: Filter) -> "EventRows":
        """The rows of a history."""
        if not wanted:
            return cls(history, wanted, history.by_time)
        return cls(history, wanted, find_events(history, wanted) - 1)

    def newer_than(self, older: "EventRows | None") -> int | None:
        """How many rows came on top of an older list; None where it changed in another way."""
        if older is None or older.wanted != self.wanted or len(self.events) < len(older.events):
            return None
        if not np.array_equal(self.events[: len(older.events)], older.events):
            return None
        return len(self.events) - len(older.events)

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
