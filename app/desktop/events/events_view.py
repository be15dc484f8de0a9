"""The list of events with its filter box; a click moves the cursor to the event."""

from PySide6.QtCore import QItemSelection, QModelIndex, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.desktop.events.event_rows import EventRows
from app.desktop.events.events_model import EventsModel
from app.desktop.icons import Icons
from app.desktop.plain_text import PlainLabel
from app.desktop.tables.cell_delegate import CellDelegate
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState

_WIDTHS = (165, 190, 190, 250, 115, 110, 70)
_TYPING_MS = 150


class EventsView(QWidget):
    """Shows the events that the shared filter lets through, newest first."""

    def __init__(
        self, state: ViewState, theme: Theme, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._theme = theme
        self._total = 0
        self._moving = False
        self._model = EventsModel(theme, icons, self)
        self._table = QTableView(self)
        self._delegate = CellDelegate(self._model, self.font(), theme, self)
        self._box = QLineEdit(self)
        self._search = self._box.addAction(
            icons.icon("search", theme.text_muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self._note = PlainLabel(parent=self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._arrange()
        self._shape()
        self._connect()

    def _arrange(self) -> None:
        self._box.setPlaceholderText(
            self.tr("Filter: container=web event=die label=tier=front, a name, or /pattern/")
        )
        self._box.setClearButtonEnabled(True)
        self._box.setAccessibleName(self.tr("Filter of events"))
        top = QHBoxLayout()
        top.setContentsMargins(8, 6, 8, 6)
        top.addWidget(self._box, 1)
        top.addWidget(self._note)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self._table, 1)

    def _shape(self) -> None:
        table = self._table
        table.setModel(self._model)
        table.setItemDelegate(self._delegate)
        table.setAccessibleName(self.tr("Events, newest first"))
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows = table.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for number, width in enumerate(_WIDTHS):
            table.setColumnWidth(number, width)

    def _connect(self) -> None:
        self._box.textChanged.connect(self._typing.start)
        self._box.returnPressed.connect(self._apply_text)
        self._typing.timeout.connect(self._apply_text)
        self._table.selectionModel().selectionChanged.connect(self._choose)
        self._soon.timeout.connect(self._follow_cursor)
        self._state.cursor_moved.connect(self._soon.start)
        # The marked row is selected already, a click on it changes no selection.
        self._table.clicked.connect(self._go_to)
        self._table.activated.connect(self._go_to)
        self._state.filter_changed.connect(self._show_filter)
        self._state.zone_changed.connect(self._use_zone)
        self._state.event_selected.connect(self._show_event)

    def show_rows(self, rows: EventRows) -> None:
        """Shows the events that passed the filter."""
        self._total = rows.history.head
        self._moving = True
        self._model.show_rows(rows)
        self._moving = False
        self._tell()
        self._soon.start()

    def refuse_filter(self, reason: str) -> None:
        """Says what is wrong with the text in the filter box; the list stays as it is."""
        self._tell(reason)

    def _follow_cursor(self) -> None:
        """Brings the last event up to the cursor into sight and marks it."""
        rows = self._model.rows
        if rows is None or not len(rows) or not self.isVisible():
            return
        selected = self._state.selected_event - 1
        if 0 <= selected < rows.history.head:
            # Of several events at one moment the one that was clicked stays marked.
            moment = int(rows.history.occurred_at[selected])
            row = rows.row_of(selected) if moment == self._state.cursor else None
            if row is not None:
                self._mark_row(row)
                return
        self._mark_row(rows.row_at(self._state.cursor))

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._theme = theme
        self._search.setIcon(icons.icon("search", theme.text_muted))
        self._model.use_theme(theme, icons)
        self._delegate.use_theme(theme)
        self._table.viewport().update()
        self._tell()

    def focus_filter(self) -> None:
        """Puts the keyboard into the filter box."""
        self._box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._box.selectAll()

    def focus_list(self) -> None:
        """Puts the keyboard into the list."""
        self._table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _apply_text(self) -> None:
        self._typing.stop()
        self._state.set_filter(self._box.text().strip())

    def _show_filter(self, text: str) -> None:
        if self._box.text().strip() != text:
            self._box.setText(text)

    def _tell(self, problem: str = "") -> None:
        color = self._theme.bad if problem else self._theme.text_muted
        self._note.setStyleSheet(f"color: {color}")
        total = self._total
        shown = self._model.rowCount()
        count = f"{shown:,}" if shown == total else f"{shown:,} of {total:,}"
        self._note.setText(problem or self.tr("{} events").replace("{}", count))

    def _use_zone(self) -> None:
        self._model.use_zone(self._state.zone)

    def _choose(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        chosen = self._table.selectionModel().selectedRows()
        if not self._moving and chosen:
            self._go_to(chosen[0])

    def _go_to(self, index: QModelIndex) -> None:
        rows = self._model.rows
        if rows is None or not index.isValid():
            return
        event = rows.event(index.row())
        self._moving = True
        self._state.select_event(event + 1)
        self._state.select(int(rows.history.subject[event]))
        self._state.move_cursor(int(rows.history.occurred_at[event]))
        self._moving = False

    def _show_event(self, position: int) -> None:
        rows = self._model.rows
        if self._moving or rows is None or not 0 < position <= rows.history.head:
            return
        row = rows.row_of(position - 1)
        if row is not None:
            self._mark_row(row)

    def _mark_row(self, row: int) -> None:
        if self._moving or self._table.currentIndex().row() == row:
            return
        self._moving = True
        index: QModelIndex = self._model.index(row, 0)
        self._table.selectRow(row)
        hint = QAbstractItemView.ScrollHint
        seen = self._table.viewport().rect().intersects(self._table.visualRect(index))
        self._table.scrollTo(index, hint.EnsureVisible if seen else hint.PositionAtCenter)
        self._moving = False
