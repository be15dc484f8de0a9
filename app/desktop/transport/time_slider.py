"""The slider over the whole history: activity, gaps, what the timeline shows, and the cursor."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractSlider, QWidget

from app.desktop.feed.snapshot import Snapshot
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState

_STEPS = 1_000_000
_MARGIN = 14
_HEIGHT = 46
_BAD_HEIGHT = 5


class TimeSlider(QAbstractSlider):
    """A slider from the first moment of the history to the last; it moves the shared cursor."""

    dragged = Signal()

    def __init__(self, state: ViewState, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._theme = theme
        self._snapshot: Snapshot | None = None
        self._ground: QPixmap | None = None
        self._following_cursor = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, _STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Moment in the history"))
        self.setFixedHeight(_HEIGHT)
        self._connect()

    def _connect(self) -> None:
        self.valueChanged.connect(self._move_cursor)
        self._state.cursor_moved.connect(self._follow_cursor)
        self._state.range_changed.connect(self.update)
        self._state.marks_changed.connect(self.update)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Takes a newer history."""
        self._snapshot = snapshot
        self._ground = None
        self._follow_cursor(self._state.cursor)
        self.update()

    def use_theme(self, theme: Theme) -> None:
        """Paints in another theme."""
        self._theme = theme
        self._ground = None
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(600, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copies the overview and draws the window, the marks and the cursor over it."""
        painter = QPainter(self)
        if self._ground is None:
            self._ground = self._painted_ground()
        painter.drawPixmap(QPointF(0, 0), self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_window(painter)
        for moment, color in (
            (self._state.marks[0], self._theme.mark_a),
            (self._state.marks[1], self._theme.mark_b),
        ):
            if moment is not None:
                x = self._x(moment)
                painter.setPen(QPen(QColor(color), 2))
                painter.drawLine(QPointF(x, 6), QPointF(x, _HEIGHT - 8))
        self._paint_cursor(painter)

    def resizeEvent(self, event: object) -> None:
        """Draws the overview anew for another width."""
        self._ground = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes to where the pointer is."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._state.move_cursor(self._moment(event.position().x()))
            self.dragged.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follows the pointer."""
        if self.isSliderDown():
            self._state.move_cursor(self._moment(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets go."""
        self.setSliderDown(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leaves the keys of the replay to the window; Page Up and Down move by a tenth."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _bounds(self) -> tuple[int, int]:
        if self._snapshot is None or not self._snapshot.history.head:
            return 0, 1
        start, end = self._snapshot.history.start, self._snapshot.history.end
        return start, max(end, start + 1)

    def _x(self, moment: int) -> float:
        start, end = self._bounds()
        part = min(max((moment - start) / (end - start), 0.0), 1.0)
        return _MARGIN + part * (self.width() - 2 * _MARGIN)

    def _moment(self, x: float) -> int:
        start, end = self._bounds()
        part = (x - _MARGIN) / max(self.width() - 2 * _MARGIN, 1)
        return start + round(min(max(part, 0.0), 1.0) * (end - start))

    def _follow_cursor(self, moment: object) -> None:
        assert isinstance(moment, int)
        start, end = self._bounds()
        self._following_cursor = True
        self.setValue(round(min(max((moment - start) / (end - start), 0.0), 1.0) * _STEPS))
        self._following_cursor = False
        self.update()

    def _move_cursor(self, value: int) -> None:
        if not self._following_cursor:
            start, end = self._bounds()
            self._state.move_cursor(start + (end - start) * value // _STEPS)

    def _painted_ground(self) -> QPixmap:
        scale = self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * scale), round(_HEIGHT * scale))
        pixmap.setDevicePixelRatio(scale)
        theme = self._theme
        pixmap.fill(QColor(theme.window))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_MARGIN, 8, self.width() - 2 * _MARGIN, _HEIGHT - 18)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(track, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._snapshot is not None:
            self._paint_gaps(painter, track)
            self._paint_bars(painter, track)
        painter.end()
        return pixmap

    def _paint_gaps(self, painter: QPainter, track: QRectF) -> None:
        assert self._snapshot is not None
        painter.setPen(Qt.PenStyle.NoPen)
        color = QColor(self._theme.gap)
        color.setAlphaF(0.35)
        for gap in self._snapshot.index.gaps:
            left, right = self._x(gap.start), self._x(gap.end)
            if right - left >= 1:
                painter.fillRect(
                    QRectF(left, track.top() + 1, right - left, track.height() - 2), color
                )

    def _paint_bars(self, painter: QPainter, track: QRectF) -> None:
        assert self._snapshot is not None
        overview = self._snapshot.overview
        width = track.width() / len(overview.heights)
        room = track.height() - 4
        plain, bad = QColor(self._theme.text_faint), QColor(self._theme.bad)
        for number in overview.heights.nonzero()[0].tolist():
            height = max(float(overview.heights[number]) * room, 2.0)
            left = track.left() + number * width
            bar = QRectF(left, track.bottom() - 1 - height, max(width - 1, 1), height)
            painter.fillRect(bar, plain)
            if overview.bad[number]:
                bar.setTop(bar.bottom() - _BAD_HEIGHT)
                painter.fillRect(bar, bad)

    def _paint_window(self, painter: QPainter) -> None:
        left, right = self._x(self._state.range.start), self._x(self._state.range.end)
        color = QColor(self._theme.accent)
        color.setAlphaF(0.14)
        box = QRectF(left, 8, max(right - left, 3.0), _HEIGHT - 18)
        painter.setBrush(color)
        edge = QColor(self._theme.accent)
        edge.setAlphaF(0.6)
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(box, 3, 3)

    def _paint_cursor(self, painter: QPainter) -> None:
        x = self._x(self._state.cursor)
        color = QColor(self._theme.accent)
        painter.setPen(QPen(color, 2))
        painter.drawLine(QPointF(x, 5), QPointF(x, _HEIGHT - 9))
        painter.setPen(QPen(QColor(self._theme.window), 2))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x, _HEIGHT - 9), 7, 7)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.5))
            painter.drawEllipse(QPointF(x, _HEIGHT - 9), 8.5, 8.5)
