"""Paints cells: one question to the model and texts laid out once, which scrubbing needs.

Qt's own delegate asks a Python model seven times a cell and lays each text out anew: two
tables in sight cost it 10 ms a step, this one 3.
"""

from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.desktop.static_texts import StaticTexts
from app.desktop.tables.cell import Cell
from app.desktop.theme import Theme

_PADDING = 8.0
_PICTURE_GAP = 6.0
_MOST_ELIDED = 4_000


class Cells(Protocol):
    """A model that can say what a cell looks like."""

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place that exists."""


class CellDelegate(QStyledItemDelegate):
    """Paints the cells of one table."""

    def __init__(
        self, cells: Cells, font: QFont, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._cells = cells
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPointSizeF(font.pointSizeF())
        self._plain = StaticTexts(QFont(font))
        self._mono = StaticTexts(mono)
        self._elided: dict[tuple[str, int, bool], str] = {}
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Paints in another theme."""
        self._ink = QColor(theme.text)
        self._chosen = QColor(theme.selection)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draws ground, picture and text of a cell."""
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self._chosen)
        cell = self._cells.cell(index.row(), index.column())
        texts = self._mono if cell.fixed_width else self._plain
        left, room = box.x() + _PADDING, box.width() - 2 * _PADDING
        if cell.picture is not None:
            size = cell.picture.deviceIndependentSize()
            top = box.y() + (box.height() - size.height()) / 2
            painter.drawPixmap(QPointF(left, top), cell.picture)
            left += size.width() + _PICTURE_GAP
            room -= size.width() + _PICTURE_GAP
        text = self._fitting(cell.text, int(room), texts, cell.fixed_width)
        if cell.to_the_right:
            left += max(room - QFontMetricsF(texts.font).horizontalAdvance(text), 0.0)
        painter.setFont(texts.font)
        painter.setPen(self._ink if cell.color is None else cell.color)
        texts.paint(painter, left, box.y() + (box.height() - texts.height) / 2, text)

    def _fitting(self, text: str, room: int, texts: StaticTexts, fixed_width: bool) -> str:
        key = (text, room, fixed_width)
        fitting = self._elided.get(key)
        if fitting is None:
            if len(self._elided) >= _MOST_ELIDED:
                self._elided.clear()
            metrics = QFontMetricsF(texts.font)
            fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0))
            self._elided[key] = fitting
        return fitting
