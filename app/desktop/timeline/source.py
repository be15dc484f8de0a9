"""What the timeline needs of a history: lanes, events and spans as arrays."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.desktop.timeline.lanes import Outline
from app.desktop.timeline.time_pyramid import Bytes, Ints

NO_NOTE = -(2**31)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which an engine was not watched, or in which events were lost."""

    engine: str
    start: int
    end: int
    cause: str


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of unchanged state."""

    start: int
    end: int
    tone: int
    object: int
    note: int


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of unchanged state, in any order."""

    lane: npt.NDArray[np.int32]
    start: Ints
    end: Ints
    tone: Bytes
    object: npt.NDArray[np.int32]
    note: npt.NDArray[np.int32]
    """What a caption says beyond the tone: an exit code or a version number; NO_NOTE for none."""

    def one(self, row: int) -> "Span":
        """One of the spans."""
        return Span(
            int(self.start[row]),
            int(self.end[row]),
            int(self.tone[row]),
            int(self.object[row]),
            int(self.note[row]),
        )

    @classmethod
    def none(cls) -> "Spans":
        """No spans."""
        return cls(
            np.zeros(0, np.int32),
            np.zeros(0, np.int64),
            np.zeros(0, np.int64),
            np.zeros(0, np.uint8),
            np.zeros(0, np.int32),
            np.zeros(0, np.int32),
        )

    def picked(self, rows: npt.NDArray[np.intp]) -> "Spans":
        """Some of the spans, in the order of `rows`."""
        return Spans(
            self.lane[rows],
            self.start[rows],
            self.end[rows],
            self.tone[rows],
            self.object[rows],
            self.note[rows],
        )


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """One state of the history, as the timeline draws it.

    Events and spans may be only the later or the changed ones, see `TimelineIndex`.
    """

    lane_count: int
    outline: Outline
    engine_names: dict[str, str]
    event_lane: npt.NDArray[np.int32]
    event_time: Ints
    event_severity: Bytes
    spans: Spans
    first_event: int = 0
    """The number of the first of the events given; event e has position e + 1."""
    gaps: list[Gap] = field(default_factory=list)
    start: int = 0
    end: int = 1
