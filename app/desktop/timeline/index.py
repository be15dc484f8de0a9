"""The timeline's arrays, sorted for drawing; grows with a history that is being recorded."""

import numpy as np
import numpy.typing as npt

from app.desktop.timeline.lane_spans import LaneSpans, VisibleSpans
from app.desktop.timeline.source import Gap, Span, TimelineSource
from app.desktop.timeline.time_pyramid import Slice, TimePyramid

Lanes = npt.NDArray[np.int32]

_REBUILD_AFTER = 20_000
"""New events that are kept aside before everything is sorted again (1M: 0.2 s in a worker)."""


class TimelineIndex:
    """What a frame asks: events and spans of some lanes in a range of time.

    A newer index shares the sorted arrays of an older one and keeps what is new aside, so
    that following a recorder costs by what is new: `source.event_*` then are the events from
    `sorted_events` on, and `source.spans` all spans of the lanes that changed since.
    """

    def __init__(self, source: TimelineSource, older: "TimelineIndex | None" = None) -> None:
        self.outline = source.outline
        self.engine_names = source.engine_names
        self.gaps = source.gaps
        self.start, self.end = source.start, source.end
        self.lane_count = source.lane_count
        self._changed = np.zeros(source.lane_count, np.bool_)
        self._fresh_spans: LaneSpans | None = None
        if older is None:
            self.sorted_events = len(source.event_time)
            self.sorted_lanes = source.lane_count
            self._pyramids = [_pyramid(source)]
            self._sorted_spans = LaneSpans(source.spans, source.lane_count)
            return
        self.sorted_events, self.sorted_lanes = older.sorted_events, older.sorted_lanes
        self._pyramids = [older._pyramids[0], _pyramid(source)]
        self._sorted_spans = older._sorted_spans
        self._changed = changed_lanes(source.event_lane, source.lane_count, self.sorted_lanes)
        self._fresh_spans = LaneSpans(source.spans, source.lane_count)

    def can_grow_to(self, events: int) -> bool:
        """Whether so many events in all are few enough to be kept aside."""
        return 0 <= events - self.sorted_events < _REBUILD_AFTER

    def slices(self, lanes: Lanes, start: int, end: int, step: float) -> list[Slice]:
        """The events of lanes, sorted ones first."""
        return [pyramid.slice(lanes, start, end, step) for pyramid in self._pyramids]

    def spans(self, lanes: Lanes, start: int, end: int) -> list[VisibleSpans]:
        """The spans of lanes that have a part in the range."""
        parts = [self._sorted_spans.visible(lanes, start, end, self._changed)]
        if self._fresh_spans is not None:
            parts.append(self._fresh_spans.visible(lanes, start, end))
        return parts

    def span_at(self, lane: int, moment: int) -> Span | None:
        """The span of a lane at a moment."""
        if self._fresh_spans is not None and self._changed[lane]:
            return self._fresh_spans.at(lane, moment)
        return self._sorted_spans.at(lane, moment)

    def nearest_event(self, lane: int, moment: int, within: float) -> int | None:
        """The event of a lane nearest to a moment, the worse one where two are as near."""
        best: tuple[float, int, int] | None = None
        for pyramid in self._pyramids:
            if lane >= pyramid.lane_count:
                continue
            level = pyramid.levels[0]
            one = np.array([lane], np.int32)
            reach = int(within)
            low, high = pyramid.bounds(level, one, moment - reach, moment + reach)
            for place in range(int(low[0]), min(int(high[0]), int(low[0]) + 500)):
                distance = abs(int(level.bins[place]) - moment)
                found = (distance - 1e6 * level.worst[place], -place, int(pyramid.order[place]))
                best = found if best is None else min(best, found)
        return None if best is None else best[2]

    def gaps_of(self, engine: str) -> list[Gap]:
        """The gaps of an engine."""
        return [gap for gap in self.gaps if gap.engine == engine]


def changed_lanes(event_lane: Lanes, lane_count: int, sorted_lanes: int) -> npt.NDArray[np.bool_]:
    """Which lanes have new events, or are new themselves."""
    changed = np.zeros(lane_count, np.bool_)
    changed[event_lane[event_lane >= 0]] = True
    changed[sorted_lanes:] = True
    return changed


def _pyramid(source: TimelineSource) -> TimePyramid:
    return TimePyramid(
        source.event_lane,
        source.event_time,
        source.event_severity,
        source.lane_count,
        source.first_event,
    )
