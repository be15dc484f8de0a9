"""Paints the names of the rows, left of the lanes."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.desktop.icons import Icons
from app.desktop.plain_text import shown
from app.desktop.theme import Theme
from app.desktop.timeline.frame_painter import ground_of
from app.desktop.timeline.lanes import LaneKind, Row, RowKind
from app.desktop.timeline.look import Measures

_ICONS = {
    LaneKind.ENGINE: "engine",
    LaneKind.CONTAINER: "container",
    LaneKind.IMAGES: "image",
    LaneKind.REFERENCE: "reference",
}
_INDENT = 14
_ICON = 13
_CHEVRON = 12


class GutterPainter:
    """Draws row headings; elided names are kept, measuring text costs more than painting it."""

    def __init__(self, theme: Theme, icons: Icons, font: QFont) -> None:
        self._theme = theme
        self._icons = icons
        self._plain = QFont(font)
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._elided: dict[tuple[str, int, bool], str] = {}

    def paint(self, painter: QPainter, rows: list[Row], measures: Measures, selected: str) -> None:
        """Draws the headings; the painter's origin is the first row."""
        for number, row in enumerate(rows):
            top = number * measures.row
            chosen = row.key == selected
            ground = self._theme.accent_soft if chosen else ground_of(self._theme, row.kind)
            painter.fillRect(QRectF(0, top, measures.gutter, measures.row), QColor(ground))
            painter.setPen(QColor(self._theme.grid))
            bottom = top + measures.row - 1
            painter.drawLine(QPointF(0, bottom), QPointF(measures.gutter, bottom))
            if chosen:
                painter.fillRect(QRectF(0, top, 3, measures.row), QColor(self._theme.accent))
            self._heading(painter, row, top, measures)
        painter.setPen(QColor(self._theme.border))
        height = len(rows) * measures.row
        painter.drawLine(QPointF(measures.gutter - 1, 0), QPointF(measures.gutter - 1, height))

    def _heading(self, painter: QPainter, row: Row, top: float, measures: Measures) -> None:
        x = 8 + row.depth * _INDENT
        middle = top + measures.row / 2
        if row.foldable:
            chevron = "chevron-right" if row.folded else "chevron-down"
            pixmap = self._icons.pixmap(chevron, self._theme.text_muted, _CHEVRON)
            painter.drawPixmap(QPointF(x, middle - _CHEVRON / 2), pixmap)
        x += _CHEVRON + 4
        if row.kind is not RowKind.GROUP:
            color = self._theme.accent if row.kind is RowKind.ENGINE else self._theme.text_muted
            pixmap = self._icons.pixmap(_ICONS[row.lane_kind], color, _ICON)
            painter.drawPixmap(QPointF(x, middle - _ICON / 2), pixmap)
            x += _ICON + 6
        self._name(painter, row, x, top, measures)

    def _name(self, painter: QPainter, row: Row, x: float, top: float, measures: Measures) -> None:
        bold = row.kind is not RowKind.LANE
        painter.setFont(self._bold if bold else self._plain)
        room = measures.gutter - 8
        if row.foldable:
            count = f"{row.count}"
            painter.setPen(QColor(self._theme.text_faint))
            box = QRectF(x, top, room - x, measures.row)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(flags), count)
            room -= 8 + 8 * len(count)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(
            QRectF(x, top, room - x, measures.row),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            self._fitting(row.label, int(room - x), bold),
        )

    def _fitting(self, label: str, room: int, bold: bool) -> str:
        key = (label, room, bold)
        if key not in self._elided:
            if len(self._elided) > 5_000:
                self._elided.clear()
            metrics = QFontMetricsF(self._bold if bold else self._plain)
            self._elided[key] = metrics.elidedText(shown(label), Qt.TextElideMode.ElideMiddle, room)
        return self._elided[key]
