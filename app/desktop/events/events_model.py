"""The list of events as a Qt model; texts are made for the rows on screen only."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFontDatabase, QIcon

from app.desktop.events.event_rows import EventRows
from app.desktop.events.wording import Wording
from app.desktop.icons import Icons
from app.desktop.moment_text import Zone
from app.desktop.plain_text import shown, tooltip
from app.desktop.tables.cell import Cell
from app.desktop.theme import Theme
from domain.identity import short_id
from domain.questions.severity import Severity

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
_FONT = int(Qt.ItemDataRole.FontRole)
_KEPT_ROWS = 512

TITLES = ("Time", "Event", "Object", "What", "ID", "Engine", "#")
_TIME, _EVENT, _OBJECT, _WHAT, _ID, _ENGINE, _POSITION = range(len(TITLES))
_FIXED_WIDTH = (_ID, _POSITION, _TIME)


class EventsModel(QAbstractTableModel):
    """Rows of events, newest first."""

    def __init__(self, theme: Theme, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: EventRows | None = None
        self._wording: Wording | None = None
        self._zone = Zone()
        self._texts: dict[int, tuple[str, ...]] = {}
        self._mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.use_theme(theme, icons)

    @property
    def rows(self) -> EventRows | None:
        """The rows shown."""
        return self._rows

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._colors = {
            Severity.QUIET: QColor(theme.text_muted),
            Severity.NOTABLE: QColor(theme.notable),
            Severity.BAD: QColor(theme.bad),
        }
        self._pictures = {
            Severity.NOTABLE: icons.pixmap("flag", theme.notable, 13),
            Severity.BAD: icons.pixmap("state-failed", theme.bad, 13),
        }
        self._icons = {severity: QIcon(each) for severity, each in self._pictures.items()}
        self._mono.setPointSizeF(
            QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF()
        )

    def use_zone(self, zone: Zone) -> None:
        """Shows moments in another zone."""
        self._zone = zone
        self._texts.clear()
        if self.rowCount():
            last = self.index(self.rowCount() - 1, _TIME)
            self.dataChanged.emit(self.index(0, _TIME), last)

    def show_rows(self, rows: EventRows) -> None:
        """Shows other events; events that only came on top are inserted there."""
        grown = rows.newer_than(self._rows)
        if grown == 0:
            self._take(rows)
        elif grown is not None:
            self.beginInsertRows(_NOWHERE, 0, grown - 1)
            self._take(rows)
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._take(rows)
            self.endResetModel()

    def _take(self, rows: EventRows) -> None:
        self._rows = rows
        self._wording = Wording(rows.history)
        self._texts.clear()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many events there are; cells have none under them."""
        return 0 if parent.isValid() or self._rows is None else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Text, severity's glyph and colour, and tooltip of a cell."""
        rows = self._rows
        if rows is None or not index.isValid() or index.row() >= len(rows):
            return None
        column = index.column()
        if role == _DISPLAY:
            return self._row(index.row())[column]
        if role == _FONT:
            return self._mono if column in _FIXED_WIDTH else None
        if role not in (_DECORATION, _FOREGROUND, _TOOLTIP):
            return None
        event = rows.event(index.row())
        severity = int(rows.history.severity[event])
        if role == _DECORATION:
            return self._icons.get(Severity(severity)) if column == _EVENT else None
        if role == _FOREGROUND:
            colored = column in (_EVENT, _WHAT) or severity == Severity.QUIET
            return self._colors.get(Severity(severity)) if colored else None
        return self._more(event, column)

    def cell(self, row: int, column: int) -> Cell:
        """A cell as the delegate paints it."""
        rows = self._rows
        assert rows is not None
        severity = Severity(int(rows.history.severity[rows.event(row)]))
        colored = column in (_EVENT, _WHAT) or severity is Severity.QUIET
        return Cell(
            self._row(row)[column],
            self._pictures.get(severity) if column == _EVENT else None,
            self._colors.get(severity) if colored else None,
            column in _FIXED_WIDTH,
        )

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """The columns' titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(TITLES):
            return None
        if role == _DISPLAY:
            return TITLES[section]
        if role == int(Qt.ItemDataRole.TextAlignmentRole):
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _row(self, row: int) -> tuple[str, ...]:
        texts = self._texts.get(row)
        if texts is None:
            if len(self._texts) >= _KEPT_ROWS:
                self._texts.clear()
            texts = self._texts[row] = self._made(row)
        return texts

    def _made(self, row: int) -> tuple[str, ...]:
        rows, wording = self._rows, self._wording
        assert rows is not None
        assert wording is not None
        event = rows.event(row)
        at = self._zone.at(int(rows.history.occurred_at[event]))
        identity = rows.history.identity_of(int(rows.history.subject[event]))
        return (
            f"{at:%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}",
            wording.topic(event),
            shown(wording.subject(event)),
            shown(wording.details(event)),
            shown(short_id(identity.object_id)),
            shown(wording.engine(event)),
            str(event + 1),
        )

    def _more(self, event: int, column: int) -> str:
        rows, wording = self._rows, self._wording
        assert rows is not None
        assert wording is not None
        if column == _TIME:
            return tooltip(self._zone.exact(int(rows.history.occurred_at[event])))
        if column == _ID:
            subject = int(rows.history.subject[event])
            return tooltip(rows.history.identity_of(subject).object_id)
        if column in (_OBJECT, _ENGINE):
            return tooltip(wording.subject(event) if column == _OBJECT else wording.engine(event))
        return tooltip(f"{wording.topic(event)}: {wording.details(event)}")
