"""The stretches of unchanged state of every lane, sorted, and how they fall on pixels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.desktop.timeline.lane_order import lane_order
from app.desktop.timeline.source import Span, Spans

NOTHING = 255
"""The tone of a pixel in which a lane has no state."""


@dataclass(frozen=True, slots=True)
class VisibleSpans:
    """Spans that a range of time cuts, by row of the question."""

    rows: npt.NDArray[np.int32]
    spans: Spans


class LaneSpans:
    """Spans sorted by (lane, start); those of one lane do not overlap."""

    def __init__(self, spans: Spans, lane_count: int) -> None:
        order = lane_order(spans.lane, spans.start)
        self.spans = spans.picked(order)
        self.lane_count = lane_count
        lanes = np.arange(lane_count + 1)
        self._offsets = np.searchsorted(self.spans.lane, lanes).astype(np.int64)

    def visible(
        self,
        lanes: npt.NDArray[np.int32],
        start: int,
        end: int,
        stale: npt.NDArray[np.bool_] | None = None,
    ) -> VisibleSpans:
        """The spans of `lanes` that have a part between the two moments, but of no stale lane."""
        rows, picks = [], []
        for place, lane in enumerate(lanes.tolist()):
            if lane >= self.lane_count or (stale is not None and stale[lane]):
                continue
            begin, stop = int(self._offsets[lane]), int(self._offsets[lane + 1])
            if begin == stop:
                continue
            starts = self.spans.start[begin:stop]
            low = max(int(starts.searchsorted(start, "right")) - 1, 0)
            high = int(starts.searchsorted(end, "right"))
            if low < high and int(self.spans.end[begin + low]) <= start:
                low += 1
            if low < high:
                rows.append(np.full(high - low, place, np.int32))
                picks.append(np.arange(begin + low, begin + high))
        if not rows:
            return VisibleSpans(np.zeros(0, np.int32), self.spans.picked(np.zeros(0, np.intp)))
        return VisibleSpans(np.concatenate(rows), self.spans.picked(np.concatenate(picks)))

    def at(self, lane: int, moment: int) -> Span | None:
        """The span of a lane at a moment."""
        if lane >= self.lane_count:
            return None
        begin, stop = int(self._offsets[lane]), int(self._offsets[lane + 1])
        place = begin + int(self.spans.start[begin:stop].searchsorted(moment, "right")) - 1
        if place < begin or int(self.spans.end[place]) <= moment:
            return None
        return self.spans.one(place)
