"""One state of the history as all views get it; nothing in it changes any more."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from app.desktop.events.event_rows import EventRows
from app.desktop.timeline.index import TimelineIndex
from app.desktop.transport.overview import Overview


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A history, and what the timeline draws of it."""

    history: History
    index: TimelineIndex
    lane_of_object: npt.NDArray[np.int32]
    rows: EventRows
    """The events that the filter lets through."""
    overview: Overview

    def before(self, moment: int) -> int | None:
        """The last moment with an event before this one."""
        times = self.history.times_sorted
        place = int(times.searchsorted(moment, side="left")) - 1
        return int(times[place]) if place >= 0 else None

    def after(self, moment: int) -> int | None:
        """The first moment with an event after this one."""
        times = self.history.times_sorted
        place = int(times.searchsorted(moment, side="right"))
        return int(times[place]) if place < len(times) else None

    @property
    def last(self) -> int:
        """The moment of the newest event that can be drawn."""
        return self.history.end
