"""Events per lane at falling resolution, so that a frame touches what a screen can show.

Level 0 holds every event; each further level merges the events of one lane that fall into the
same power-of-two stretch of time, keeping how many they are and the worst severity. A stretch
is never wider than half a pixel when painted, so nothing bad is ever lost or misplaced.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.desktop.timeline.lane_order import lane_order

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_FIRST_SHIFT = 20  # about a millisecond
_SHIFT_STEP = 2
_WORTHWHILE = 0.5  # a level that saves less than this over the last one is left out


@dataclass(frozen=True, slots=True)
class Level:
    """One resolution: entries sorted by (lane, time)."""

    shift: int
    bins: Ints
    counts: npt.NDArray[np.int32]
    worst: Bytes
    offsets: Ints
    """Where each lane's entries begin; one more than there are lanes."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The entries of some lanes within a range of time."""

    rows: npt.NDArray[np.int32]
    """Which of the asked lanes, by place in the question."""
    times: Ints
    counts: npt.NDArray[np.int32]
    worst: Bytes


class TimePyramid:
    """Events of numbered lanes, at every resolution worth keeping."""

    def __init__(
        self,
        lanes: npt.NDArray[np.int32],
        times: Ints,
        severity: Bytes,
        lane_count: int,
        first_event: int = 0,
    ) -> None:
        """Takes one entry per event; events with a negative lane are left out."""
        order = lane_order(lanes, times)
        self.order = order.astype(np.int32) + np.int32(first_event)
        """Numbers of the events in the order of level 0."""
        sorted_lanes = lanes[order]
        base = Level(
            shift=0,
            bins=times[order],
            counts=np.broadcast_to(np.int32(1), len(order)),
            worst=severity[order],
            offsets=_offsets(sorted_lanes, lane_count),
        )
        self.levels = [base, *_coarser(base, sorted_lanes, lane_count)]
        self.lane_count = lane_count

    def __len__(self) -> int:
        return len(self.order)

    def slice(self, lanes: npt.NDArray[np.int32], start: int, end: int, step: float) -> Slice:
        """The entries of `lanes` between two moments, as coarse as `step` nanoseconds allow."""
        level = self.level_for(step)
        low, high = self.bounds(level, lanes, start, end)
        picks = _ranges(low, high)
        return Slice(
            rows=np.repeat(np.arange(len(lanes), dtype=np.int32), high - low),
            times=level.bins[picks] << level.shift,
            counts=level.counts[picks],
            worst=level.worst[picks],
        )

    def level_for(self, step: float) -> Level:
        """The coarsest level whose stretches are at most half of `step`."""
        fitting = self.levels[0]
        for level in self.levels[1:]:
            if (1 << level.shift) * 2 > step:
                break
            fitting = level
        return fitting

    def bounds(
        self, level: Level, lanes: npt.NDArray[np.int32], start: int, end: int
    ) -> tuple[Ints, Ints]:
        """For each lane the first entry at or after `start` and the first one after `end`."""
        first, last = start >> level.shift, end >> level.shift
        low = np.zeros(len(lanes), np.int64)
        high = np.zeros(len(lanes), np.int64)
        offsets, bins = level.offsets, level.bins
        for place, lane in enumerate(lanes.tolist()):
            if lane >= self.lane_count:
                continue
            begin, stop = int(offsets[lane]), int(offsets[lane + 1])
            if begin == stop:
                continue
            part = bins[begin:stop]
            low[place] = begin + part.searchsorted(first, "left")
            high[place] = begin + part.searchsorted(last, "right")
        return low, high


def _coarser(base: Level, lanes: npt.NDArray[np.int32], lane_count: int) -> list[Level]:
    levels: list[Level] = []
    last, last_lanes = base, lanes
    shift = _FIRST_SHIFT
    while len(last.bins) > lane_count and shift < 62:
        bins = last.bins >> (shift - last.shift)
        changes = (bins[1:] != bins[:-1]) | (last_lanes[1:] != last_lanes[:-1])
        starts = np.concatenate(([0], np.flatnonzero(changes) + 1))
        if len(starts) <= _WORTHWHILE * len(last.bins):
            last_lanes = last_lanes[starts]
            last = Level(
                shift=shift,
                bins=bins[starts],
                counts=np.add.reduceat(last.counts, starts),
                worst=np.maximum.reduceat(last.worst, starts),
                offsets=_offsets(last_lanes, lane_count),
            )
            levels.append(last)
        shift += _SHIFT_STEP
    return levels


def _offsets(sorted_lanes: npt.NDArray[np.int32], lane_count: int) -> Ints:
    return np.searchsorted(sorted_lanes, np.arange(lane_count + 1)).astype(np.int64)


def _ranges(low: Ints, high: Ints) -> Ints:
    """The numbers of all half-open ranges one after another."""
    lengths = high - low
    total = int(lengths.sum())
    if total == 0:
        return np.zeros(0, np.int64)
    shifts = np.repeat(low - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(total, dtype=np.int64) + shifts
