"""The painted lanes kept as a pixmap, so that moving the cursor costs a copy and a line."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from app.desktop.icons import Icons
from app.desktop.moment_text import Zone
from app.desktop.theme import Theme
from app.desktop.timeline.axis_painter import AxisPainter
from app.desktop.timeline.captions import VersionOf
from app.desktop.timeline.frame import frame_of
from app.desktop.timeline.frame_painter import FramePainter
from app.desktop.timeline.gutter_painter import GutterPainter
from app.desktop.timeline.index import TimelineIndex
from app.desktop.timeline.lanes import Row
from app.desktop.timeline.look import Measures
from app.desktop.timeline.pixels import Window
from app.desktop.timeline.time_axis import ticks


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that decides how the timeline looks but for the cursor; sizes are logical."""

    index: TimelineIndex
    rows: list[Row]
    scrolled: int
    window: Window
    zone: Zone
    selected: str
    width: int
    height: int


class Backdrop:
    """Paints scenes in one theme, font and pixel density."""

    def __init__(self, theme: Theme, icons: Icons, font: QFont, scale: float) -> None:
        self._theme = theme
        self._scale = scale
        small = QFont(font)
        small.setPointSizeF(max(font.pointSizeF() - 1.0, 7.0))
        self._lanes = FramePainter(theme, icons, font, scale)
        self._gutter = GutterPainter(theme, icons, font)
        self._axis = AxisPainter(theme, small, scale)
        self._pixmap = QPixmap()
        self._gutter_pixmap = QPixmap()
        self._names_shown: tuple[object, ...] = ()

    def paint(self, scene: Scene, measures: Measures, version_of: VersionOf) -> QPixmap:
        """The scene as a pixmap; the same pixmap is painted over each time."""
        self._pixmap = self._sized(self._pixmap, scene.width, scene.height)
        axis_ticks = ticks(scene.window, scene.zone, round(96 * self._scale))
        first = scene.scrolled // measures.row
        shown = (scene.height - measures.axis) // measures.row + 2
        rows = scene.rows[first : first + shown]
        frame = frame_of(scene.index, rows, first, scene.window)
        painter = QPainter(self._pixmap)
        painter.translate(measures.gutter, measures.axis - scene.scrolled % measures.row)
        self._lanes.paint(
            painter, frame, scene.index, axis_ticks, measures, scene.selected, version_of
        )
        painter.resetTransform()
        below = measures.axis - scene.scrolled % measures.row + len(rows) * measures.row
        painter.fillRect(
            QRectF(0, below, scene.width, scene.height - below), QColor(self._theme.surface)
        )
        self._names(painter, scene, rows, measures)
        self._axis.paint(painter, scene.window, axis_ticks, measures, scene.zone)
        painter.end()
        return self._pixmap

    def _names(self, painter: QPainter, scene: Scene, rows: list[Row], measures: Measures) -> None:
        """The names change only by scrolling and folding, so they are kept apart."""
        names = (rows, measures, scene.selected, scene.scrolled % measures.row, scene.height)
        if names != self._names_shown:
            self._names_shown = names
            self._gutter_pixmap = self._sized(self._gutter_pixmap, measures.gutter, scene.height)
            self._gutter_pixmap.fill(QColor(self._theme.surface))
            own = QPainter(self._gutter_pixmap)
            own.translate(0, measures.axis - scene.scrolled % measures.row)
            self._gutter.paint(own, rows, measures, scene.selected)
            own.end()
        painter.drawPixmap(QPointF(0, 0), self._gutter_pixmap)

    def _sized(self, pixmap: QPixmap, width: int, height: int) -> QPixmap:
        size = (QSizeF(width, height) * self._scale).toSize()
        if pixmap.size() != size:
            pixmap = QPixmap(size)
            pixmap.setDevicePixelRatio(self._scale)
        return pixmap
