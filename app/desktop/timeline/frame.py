"""One frame of the timeline: which rows are on screen and what falls on their pixels."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.desktop.timeline.index import TimelineIndex
from app.desktop.timeline.lane_spans import VisibleSpans
from app.desktop.timeline.lanes import Row, RowKind
from app.desktop.timeline.look import priorities
from app.desktop.timeline.pixels import EventPixels, Grid, Window, event_pixels, span_pixels
from app.desktop.timeline.time_pyramid import Slice

FEW_EVENTS = 1_200
"""Up to so many visible events each is painted as a mark of its own."""

_PRIORITY = priorities()


@dataclass(frozen=True, slots=True)
class Frame:
    """What to draw. Rows are numbered from the first visible one."""

    window: Window
    rows: list[Row]
    first_row: int
    tones: Grid
    spans: list[VisibleSpans]
    events: EventPixels | None
    """None where the events are few: then `marks` has them one by one."""
    marks: Slice | None
    alarms: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]
    """Row and pixel of each place where something bad happened."""


def frame_of(index: TimelineIndex, rows: list[Row], first_row: int, window: Window) -> Frame:
    """Computes a frame for the rows on screen."""
    lanes, row_of_lane, bars = _asked(rows)
    slices = [
        replace(part, rows=row_of_lane[part.rows])
        for part in index.slices(lanes, window.start, window.end, window.step)
    ]
    with_bars = np.flatnonzero(bars)
    spans = [
        replace(part, rows=row_of_lane[with_bars][part.rows])
        for part in index.spans(lanes[with_bars], window.start, window.end)
    ]
    few = sum(int(part.counts.sum()) for part in slices) <= FEW_EVENTS
    events = None if few else event_pixels(slices, len(rows), window)
    marks = _joined(slices) if few else None
    return Frame(
        window,
        rows,
        first_row,
        span_pixels(spans, len(rows), window, _PRIORITY),
        spans,
        events,
        marks,
        _alarms(slices, window, len(rows)),
    )


def _asked(
    rows: list[Row],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """All lanes of the rows, the row of each, and whether its states are drawn."""
    lanes: list[int] = []
    row_of_lane: list[int] = []
    bars: list[bool] = []
    for number, row in enumerate(rows):
        lanes += row.lanes
        row_of_lane += [number] * len(row.lanes)
        bars += [row.kind is not RowKind.GROUP and not row.folded] * len(row.lanes)
    return (
        np.array(lanes, np.int32),
        np.array(row_of_lane, np.int32),
        np.array(bars, np.bool_),
    )


def _joined(slices: list[Slice]) -> Slice:
    return Slice(
        np.concatenate([part.rows for part in slices]),
        np.concatenate([part.times for part in slices]),
        np.concatenate([part.counts for part in slices]),
        np.concatenate([part.worst for part in slices]),
    )


def _alarms(
    slices: list[Slice], window: Window, rows: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    flat = [
        part.rows[bad].astype(np.int64) * window.width + window.columns(part.times[bad])
        for part in slices
        if len(bad := np.flatnonzero(part.worst == 3))
    ]
    if not flat:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    unique = np.unique(np.concatenate(flat))
    return (unique // window.width).astype(np.int32), (unique % window.width).astype(np.int32)
