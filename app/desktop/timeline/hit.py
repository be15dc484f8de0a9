"""What lies under a point of the timeline."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from app.desktop.timeline.index import TimelineIndex
from app.desktop.timeline.lanes import Row
from app.desktop.timeline.look import Measures
from app.desktop.timeline.pixels import Window
from app.desktop.timeline.source import Gap, Span

_REACH = 5
"""So many pixels beside an event it is still meant."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies under a point of the timeline."""

    moment: int
    row: Row | None = None
    event: int | None = None
    span: Span | None = None
    gap: Gap | None = None


def hit_at(
    point: QPointF,
    index: TimelineIndex | None,
    rows: list[Row],
    window: Window,
    measures: Measures,
    scrolled: int,
) -> Hit:
    """What is at a point: outside of the lanes only a moment, or a moment and a row."""
    moment = window.moment(point.x() - measures.gutter)
    number = int(point.y() - measures.axis + scrolled) // measures.row
    if point.y() < measures.axis or not 0 <= number < len(rows):
        return Hit(moment)
    row = rows[number]
    if point.x() < measures.gutter or index is None:
        return Hit(moment, row)
    event, span = None, None
    for lane in row.lanes:
        event = event or index.nearest_event(lane, moment, window.step * _REACH)
    if len(row.lanes) == 1:
        span = index.span_at(row.lanes[0], moment)
    slack = round(2 * window.step)
    gaps = index.gaps_of(row.engine)
    gap = next((g for g in gaps if g.start - slack <= moment <= g.end + slack), None)
    return Hit(moment, row, event, span, gap)
