"""What the pointer does on the timeline: pan, zoom, select, drag the cursor, explain."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent

from app.desktop.moment_text import length
from app.desktop.plain_text import explain_at
from app.desktop.view_state import ViewState
from domain.questions.gaps import cause_in_words

if TYPE_CHECKING:
    from app.desktop.timeline.hit import Hit
    from app.desktop.timeline.timeline_view import TimelineView

_CLICK = 4
_CURSOR_REACH = 6
_WHEEL_STEP = 120
_ZOOM_STEP = 0.8


class _Drag(Enum):
    NONE = auto()
    PAN = auto()
    CURSOR = auto()
    GUTTER = auto()


class TimelineGestures(QObject):
    """Watches the timeline's viewport and turns gestures into changes of the shared state."""

    def __init__(self, view: TimelineView, state: ViewState) -> None:
        super().__init__(view)
        self._view = view
        self._state = state
        self._drag = _Drag.NONE
        self._pressed = QPointF()
        self._last = QPointF()
        self._travelled = 0.0

    @property
    def dragging(self) -> bool:
        """Whether a gesture is under way: then the range stays where the hand holds it."""
        return self._drag is not _Drag.NONE

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the viewport's mouse, wheel and tooltip events."""
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._explain(event)
            return True
        if isinstance(event, QMouseEvent):
            match event.type():
                case QEvent.Type.MouseButtonPress:
                    return self._press(event)
                case QEvent.Type.MouseMove:
                    return self._move(event)
                case QEvent.Type.MouseButtonRelease:
                    return self._release(event)
                case QEvent.Type.MouseButtonDblClick:
                    return self._double_click(event)
        return False

    def _wheel(self, event: QWheelEvent) -> bool:
        down, across = event.angleDelta().y(), event.angleDelta().x()
        gutter = self._view.measures.gutter
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if shift or abs(across) > abs(down):
            self._view.pan(-(across or down) * 0.8)
        elif event.position().x() < gutter:
            bar = self._view.verticalScrollBar()
            bar.setValue(bar.value() - round(down / _WHEEL_STEP * 3 * bar.singleStep()))
        else:
            window = self._view.window_of_range()
            around = window.moment(event.position().x() - gutter)
            self._view.zoom(_ZOOM_STEP ** (down / _WHEEL_STEP), around)
        return True

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        point = event.position()
        self._pressed = self._last = point
        self._travelled = 0.0
        measures = self._view.measures
        if abs(point.x() - measures.gutter) <= 3:
            self._drag = _Drag.GUTTER
        elif point.x() > measures.gutter and (point.y() < measures.axis or self._near(point)):
            self._drag = _Drag.CURSOR
            self._drag_cursor(point)
        else:
            self._drag = _Drag.PAN
            self._state.remember()
        return True

    def _move(self, event: QMouseEvent) -> bool:
        point = event.position()
        by = point - self._last
        self._last = point
        self._travelled += abs(by.x()) + abs(by.y())
        match self._drag:
            case _Drag.CURSOR:
                self._drag_cursor(point)
            case _Drag.GUTTER:
                self._view.set_gutter(round(point.x()))
            case _Drag.PAN if self._travelled > _CLICK:
                self._view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self._view.pan(-by.x())
                bar = self._view.verticalScrollBar()
                bar.setValue(bar.value() - round(by.y()))
            case _:
                self._show_pointer(point)
        return True

    def _release(self, event: QMouseEvent) -> bool:
        was, self._drag = self._drag, _Drag.NONE
        self._show_pointer(event.position())
        if was is _Drag.PAN and self._travelled <= _CLICK:
            self._click(event.position())
        return True

    def _click(self, point: QPointF) -> None:
        hit = self._view.hit(point)
        row = hit.row
        if row is None:
            return
        if point.x() < self._view.measures.gutter and row.foldable:
            self._view.toggle_fold(row)
            return
        texts = self._view.texts
        if hit.event is not None and texts is not None:
            self._state.select_event(hit.event + 1)
            self._state.select(texts.object_of_event(hit.event))
            self._state.move_cursor(self._view.moment_of_event(hit.event))
        else:
            if hit.span is not None:
                self._state.select(hit.span.object)
            if point.x() >= self._view.measures.gutter:
                self._state.move_cursor(hit.moment)
        self._view.select_row(row)

    def _double_click(self, event: QMouseEvent) -> bool:
        hit = self._view.hit(event.position())
        if hit.row is not None and hit.row.foldable:
            return True
        self._state.remember()
        self._view.zoom(0.25, hit.moment)
        return True

    def _drag_cursor(self, point: QPointF) -> None:
        window = self._view.window_of_range()
        x = min(max(point.x() - self._view.measures.gutter, 0.0), float(window.width))
        self._state.move_cursor(window.moment(x))

    def _near(self, point: QPointF) -> bool:
        x = self._view.measures.gutter + self._view.window_of_range().x(self._state.cursor)
        return abs(point.x() - x) <= _CURSOR_REACH

    def _show_pointer(self, point: QPointF) -> None:
        measures = self._view.measures
        shape = Qt.CursorShape.ArrowCursor
        if abs(point.x() - measures.gutter) <= 3:
            shape = Qt.CursorShape.SplitHCursor
        elif point.x() > measures.gutter and (point.y() < measures.axis or self._near(point)):
            shape = Qt.CursorShape.SizeHorCursor
        self._view.viewport().setCursor(shape)

    def _explain(self, event: QHelpEvent) -> None:
        hit = self._view.hit(QPointF(event.pos()))
        lines = self._lines(hit, event.pos().x() < self._view.measures.gutter)
        explain_at(event.globalPos(), self._view.viewport(), *lines)

    def _lines(self, hit: Hit, in_gutter: bool) -> list[str]:
        texts = self._view.texts
        if hit.row is None or texts is None:
            return []
        if in_gutter:
            return [hit.row.title or hit.row.label]
        lines: list[str] = []
        if hit.event is not None:
            lines += texts.event_lines(hit.event)
        if hit.span is not None:
            lines += ([""] if lines else []) + texts.span_lines(hit.span)
        if hit.gap is not None:
            zone = self._state.zone
            lines += [
                f"No recording: {cause_in_words(hit.gap.cause)}",
                f"from {zone.absolute(hit.gap.start)}",
                f"to {zone.absolute(hit.gap.end)} ({length(hit.gap.end - hit.gap.start)})",
            ]
        return lines
