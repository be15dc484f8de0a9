"""A sortable table over immutable rows; which columns there are is given from outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon

from app.desktop.icons import Icons
from app.desktop.moment_text import Zone
from app.desktop.plain_text import shown, tooltip
from app.desktop.tables.cell import Cell
from app.desktop.theme import Tone

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()

# Comparing plain numbers in data() takes half the time of comparing Qt's enums.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_FONT = int(Qt.ItemDataRole.FontRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)


@dataclass(frozen=True, slots=True)
class Moment:
    """From where the rows are looked at."""

    at: int
    zone: Zone


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: what a cell says, what it is sorted by, what its tooltip adds."""

    title: str
    text: Callable[[Row, Moment], str]
    key: Callable[[Row], Any]
    more: Callable[[Row, Moment], str] | None = None
    tone: Callable[[Row], Tone | None] | None = None
    fixed_width: bool = False
    to_the_right: bool = False
    width: int = 120


class TableModel(QAbstractTableModel, Generic[Row]):
    """Shows rows in the chosen order; a new list of rows replaces the old one as a whole."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        identity: Callable[[Row], tuple[str, str]],
        icons: Icons,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = list(columns)
        self._identity = identity
        self._icons: dict[Tone, QIcon] = {}
        self._source = icons
        self._rows: list[Row] = []
        self._moment = Moment(0, Zone())
        self._sorted_by = (0, Qt.SortOrder.AscendingOrder)
        self._mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)

    @property
    def columns(self) -> list[Column[Row]]:
        """The columns."""
        return self._columns

    @property
    def rows(self) -> list[Row]:
        """The rows in the order shown."""
        return self._rows

    def show_rows(self, rows: Sequence[Row], moment: Moment) -> None:
        """Shows other rows; where the objects stay the same the view keeps its place."""
        ordered = self._ordered(rows)
        same = [self._identity(row) for row in ordered] == [
            self._identity(row) for row in self._rows
        ]
        self._moment = moment
        if same:
            self._rows = ordered
            if ordered:
                last = self.index(len(ordered) - 1, len(self._columns) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows = ordered
        self.endResetModel()

    def use_icons(self, icons: Icons) -> None:
        """Draws glyphs in another theme."""
        self._source = icons
        self._icons.clear()

    def use_font_size(self, font: QFont) -> None:
        """Sizes the fixed-width font like the rest."""
        self._mono.setPointSizeF(font.pointSizeF())

    def identity_at(self, row: int) -> tuple[str, str] | None:
        """Engine key and id of the object in a row."""
        return self._identity(self._rows[row]) if 0 <= row < len(self._rows) else None

    def row_of(self, identity: tuple[str, str]) -> int | None:
        """Where an object is shown."""
        for number, row in enumerate(self._rows):
            if self._identity(row) == identity:
                return number
        return None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows there are; cells have none under them."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Text, glyph, tooltip and looks of a cell."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        column, row = self._columns[index.column()], self._rows[index.row()]
        if role == _DISPLAY:
            return shown(column.text(row, self._moment))
        if role == _FONT:
            return self._mono if column.fixed_width else None
        if role == _DECORATION:
            tone = column.tone(row) if column.tone is not None else None
            return None if tone is None else self._icon(tone)
        if role == _TOOLTIP:
            say = column.more or column.text
            return tooltip(say(row, self._moment))
        if role == _ALIGNMENT:
            side = (
                Qt.AlignmentFlag.AlignRight if column.to_the_right else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def cell(self, row: int, column: int) -> Cell:
        """A cell as the delegate paints it."""
        each, of = self._rows[row], self._columns[column]
        tone = of.tone(each) if of.tone is not None else None
        return Cell(
            shown(of.text(each, self._moment)),
            None if tone is None else self._source.state(tone),
            None,
            of.fixed_width,
            of.to_the_right,
        )

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """The columns' titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == _DISPLAY:
            return self._columns[section].title
        if role == _ALIGNMENT:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Orders by a column; rows that are equal there keep their order."""
        self._sorted_by = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = {self._identity(row): number for number, row in enumerate(self._rows)}
        self._rows = self._ordered(self._rows)
        moved = {before[self._identity(row)]: number for number, row in enumerate(self._rows)}
        for index in self.persistentIndexList():
            new = self.index(moved[index.row()], index.column())
            self.changePersistentIndex(index, new)
        self.layoutChanged.emit()

    def _ordered(self, rows: Sequence[Row]) -> list[Row]:
        number, order = self._sorted_by
        if not 0 <= number < len(self._columns):
            return list(rows)
        key = self._columns[number].key
        known = [row for row in rows if key(row) is not None]
        unknown = [row for row in rows if key(row) is None]
        known.sort(key=key, reverse=order is Qt.SortOrder.DescendingOrder)
        return known + unknown

    def _icon(self, tone: Tone) -> QIcon:
        if tone not in self._icons:
            self._icons[tone] = QIcon(self._source.state(tone))
        return self._icons[tone]
