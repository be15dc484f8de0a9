"""The timeline widget: lanes over time, the cursor, and what is under the pointer."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.desktop.icons import Icons
from app.desktop.theme import Theme
from app.desktop.timeline.backdrop import Backdrop, Scene
from app.desktop.timeline.gestures import TimelineGestures
from app.desktop.timeline.hit import Hit, hit_at
from app.desktop.timeline.index import TimelineIndex
from app.desktop.timeline.lanes import Row, RowKind
from app.desktop.timeline.look import Measures
from app.desktop.timeline.moments_painter import paint_moments
from app.desktop.timeline.navigation import brought_into, fitted, moved, zoomed
from app.desktop.timeline.pixels import Window
from app.desktop.timeline.texts import TimelineTexts
from app.desktop.view_state import Range, ViewState

_GUTTER = 220
_ZOOM_STEP = 0.8


class TimelineView(QAbstractScrollArea):
    """Shows a TimelineIndex; the range, the cursor and the selection are the shared state's."""

    rows_changed = Signal()

    def __init__(self, state: ViewState, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._theme = theme
        self._index: TimelineIndex | None = None
        self._texts: TimelineTexts | None = None
        self._rows: list[Row] = []
        self._folded: set[str] = set()
        self._lane_of_object: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self._selected = ""
        self._gutter = _GUTTER
        self._backdrop: Backdrop | None = None
        self._painted: QPixmap | None = None
        self._gestures = TimelineGestures(self, state)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(
            self.tr("Containers and image references over time; the event list has the same facts.")
        )
        viewport = self.viewport()
        viewport.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        viewport.setMouseTracking(True)
        viewport.installEventFilter(self._gestures)
        self._connect()

    def _connect(self) -> None:
        self._state.cursor_moved.connect(self._follow_cursor)
        self._state.range_changed.connect(self.repaint_lanes)
        self._state.zone_changed.connect(self.repaint_lanes)
        self._state.marks_changed.connect(self.viewport().update)
        self._state.selection_changed.connect(self._show_selection)
        self._state.event_selected.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self.repaint_lanes)

    def show_index(
        self, index: TimelineIndex, texts: TimelineTexts, lane_of_object: npt.NDArray[np.int32]
    ) -> None:
        """Takes a newer state of the history."""
        lanes_grew = self._index is None or index.lane_count != self._index.lane_count
        self._index, self._texts, self._lane_of_object = index, texts, lane_of_object
        if lanes_grew:
            self._lay_rows()
        self.repaint_lanes()

    def use_theme(self, theme: Theme) -> None:
        """Paints in another theme."""
        self._theme = theme
        self._backdrop = None
        self.repaint_lanes()

    @property
    def measures(self) -> Measures:
        """Sizes for the present font."""
        return Measures.of(QFontMetrics(self.font()).height(), self._gutter)

    @property
    def rows(self) -> list[Row]:
        """The rows, folded ones left out."""
        return self._rows

    @property
    def texts(self) -> TimelineTexts | None:
        """Who knows what is drawn."""
        return self._texts

    @property
    def whole(self) -> Range:
        """The range that shows everything."""
        if self._index is None:
            return self._state.range
        return fitted(self._index.start, self._index.end)

    def window_of_range(self) -> Window:
        """The visible range over the lanes' width, in logical pixels."""
        width = max(self.viewport().width() - self._gutter, 1)
        return Window(self._state.range.start, self._state.range.end, width)

    def fit(self) -> None:
        """Shows the whole history."""
        self._state.remember()
        self._state.show_range(self.whole.start, self.whole.end)

    def zoom(self, factor: float, around: int | None = None) -> None:
        """Shows a range `factor` times as long around a moment, by default the cursor's."""
        shown = self._state.range
        if around is None:
            cursor = self._state.cursor
            middle = (shown.start + shown.end) // 2
            around = cursor if shown.start <= cursor <= shown.end else middle
        result = zoomed(shown, around, factor, self.whole)
        self._state.show_range(result.start, result.end)

    def pan(self, pixels: float) -> None:
        """Moves the range along by so many pixels."""
        by = round(pixels * self.window_of_range().step)
        result = moved(self._state.range, by, self.whole)
        self._state.show_range(result.start, result.end)

    def toggle_fold(self, row: Row) -> None:
        """Folds a heading's rows away, or shows them again."""
        self._folded ^= {row.key}
        self._lay_rows()
        self.repaint_lanes()

    def hit(self, point: QPointF) -> Hit:
        """What is at a point of the viewport."""
        scrolled = self.verticalScrollBar().value()
        window, measures = self.window_of_range(), self.measures
        return hit_at(point, self._index, self._rows, window, measures, scrolled)

    def moment_of_event(self, event: int) -> int:
        """When an event occurred."""
        assert self._texts is not None
        return self._texts.moment_of_event(event)

    def select_row(self, row: Row) -> None:
        """Marks a row, whatever is selected in it."""
        self._selected = row.key
        self.repaint_lanes()

    def repaint_lanes(self) -> None:
        """Paints the lanes anew at the next chance."""
        self._painted = None
        self.viewport().update()

    def render_lanes(self) -> QPixmap:
        """Paints the lanes for the present state; what a frame costs is this."""
        scale = self.devicePixelRatioF()
        if self._backdrop is None:
            self._backdrop = Backdrop(self._theme, Icons(self._theme, scale), self.font(), scale)
        size = self.viewport().size()
        shown = self._state.range
        width = max(round((size.width() - self._gutter) * scale), 1)
        assert self._index is not None
        assert self._texts is not None
        scene = Scene(
            self._index,
            self._rows,
            self.verticalScrollBar().value(),
            Window(shown.start, shown.end, width),
            self._state.zone,
            self._selected,
            size.width(),
            size.height(),
        )
        return self._backdrop.paint(scene, self.measures, self._texts.version_of)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copies the painted lanes and draws the cursor over them."""
        painter = QPainter(self.viewport())
        if self._index is None:
            painter.fillRect(self.viewport().rect(), QColor(self._theme.surface))
            return
        if self._painted is None:
            self._painted = self.render_lanes()
        scale = self._painted.devicePixelRatio()
        area = event.rect()
        source = QRectF(
            area.x() * scale, area.y() * scale, area.width() * scale, area.height() * scale
        )
        painter.drawPixmap(QRectF(area), self._painted, source)
        paint_moments(
            painter,
            self._state,
            self._theme,
            self.window_of_range(),
            self.measures,
            self.fontMetrics(),
        )
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the scroll bar to the new height."""
        super().resizeEvent(event)
        self._fit_scroll_bar()
        self.repaint_lanes()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zooms, moves along and steps through the rows."""
        width = self.window_of_range().width
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(_ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _ZOOM_STEP)
            case Qt.Key.Key_Left if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.pan(-width / 4)
            case Qt.Key.Key_Right if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.pan(width / 4)
            case Qt.Key.Key_Up:
                self._step_row(-1)
            case Qt.Key.Key_Down:
                self._step_row(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                for row in self._rows:
                    if row.key == self._selected and row.foldable:
                        self.toggle_fold(row)
                        break
            case _:
                super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """A height that shows a dozen lanes."""
        return QSize(900, self.measures.axis + 14 * self.measures.row)

    def _follow_cursor(self, moment: object) -> None:
        assert isinstance(moment, int)
        shown = self._state.range
        result = brought_into(shown, moment)
        if result != shown and not self._gestures.dragging:
            self._state.show_range(result.start, result.end)
        self.viewport().update()

    def _show_selection(self, selected: int) -> None:
        known = 0 <= selected < len(self._lane_of_object)
        lane = int(self._lane_of_object[selected]) if known else -1
        number = next((n for n, row in enumerate(self._rows) if lane in row.lanes), None)
        self._selected = "" if number is None else self._rows[number].key
        if number is not None:
            self._bring_row(number)
        self.repaint_lanes()

    def _lay_rows(self) -> None:
        if self._index is None:
            return
        self._rows = self._index.outline.rows(self._index.engine_names, self._folded)
        self._fit_scroll_bar()
        self.rows_changed.emit()

    def _fit_scroll_bar(self) -> None:
        measures = self.measures
        page = max(self.viewport().height() - measures.axis, 0)
        bar = self.verticalScrollBar()
        bar.setPageStep(page)
        bar.setSingleStep(measures.row)
        bar.setRange(0, max(len(self._rows) * measures.row - page, 0))

    def _step_row(self, by: int) -> None:
        keys = [row.key for row in self._rows]
        if not keys:
            return
        number = keys.index(self._selected) + by if self._selected in keys else 0
        number = min(max(number, 0), len(keys) - 1)
        self._selected = keys[number]
        self._bring_row(number)
        self.repaint_lanes()
        row = self._rows[number]
        if row.kind is RowKind.LANE and self._index is not None:
            span = self._index.span_at(row.lanes[0], self._state.cursor)
            if span is not None:
                self._state.select(span.object)

    def _bring_row(self, number: int) -> None:
        row, bar = self.measures.row, self.verticalScrollBar()
        top = number * row
        bar.setValue(min(max(bar.value(), top + row - bar.pageStep()), top))

    def set_gutter(self, width: int) -> None:
        """Makes room for longer or shorter names."""
        self._gutter = min(max(width, 120), max(self.viewport().width() // 2, 120))
        self._backdrop = None
        self.repaint_lanes()
