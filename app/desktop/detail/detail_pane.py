"""The pane that shows the selected object at the moment, and its whole life as events."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelection, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from adapters.readmodel import History
from adapters.store.reader import Recorded
from app.desktop.detail.account import Account, Asked
from app.desktop.detail.event_particulars import event_particulars
from app.desktop.detail.particulars import Particular, Portrait, portrait
from app.desktop.detail.particulars_form import ParticularsForm
from app.desktop.events.event_rows import EventRows
from app.desktop.events.events_model import EventsModel
from app.desktop.icons import Icons
from app.desktop.plain_text import PlainLabel, shown
from app.desktop.tables.cell_delegate import CellDelegate
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState
from domain.questions.filters import Filter

_KIND_ICONS = {"container": "container", "image": "image", "reference": "reference"}
_HIDDEN_COLUMNS = (2, 4, 5, 6)
_REST_MS = 90
"""The store is asked once the cursor has stood still for so long."""
_AGAIN_MS = 1_000
"""Of the same object and moment it is asked again so much after something new was recorded."""


class DetailPane(QWidget):
    """Follows the shared selection and the cursor."""

    account_wanted = Signal(object)

    def __init__(
        self, state: ViewState, theme: Theme, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._theme = theme
        self._icons = icons
        self._history: History | None = None
        self._shown: Portrait | None = None
        self._life_of: tuple[int, int] = (-1, 0)
        self._event: Recorded | None = None
        self._moving = False
        self._glyph = PlainLabel()
        self._name = PlainLabel()
        self._subtitle = PlainLabel()
        self._form = ParticularsForm(theme, icons)
        self._account: Account | None = None
        self._asked: Asked | None = None
        self._life = EventsModel(theme, icons, self)
        self._events = QTableView()
        self._delegate = CellDelegate(self._life, self.font(), theme, self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self.setAccessibleName(self.tr("Details of the selected object"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._arrange()
        self._connect()
        self._fill()

    def _arrange(self) -> None:
        font = self._name.font()
        font.setPointSizeF(font.pointSizeF() + 2)
        font.setBold(True)
        self._name.setFont(font)
        self._name.setWordWrap(True)
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 4)
        head.setSpacing(8)
        head.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._name)
        names.addWidget(self._subtitle)
        head.addLayout(names, 1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._form)
        self._shape_life()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(scroll, 1)

    def _shape_life(self) -> None:
        table = self._events
        table.setModel(self._life)
        table.setItemDelegate(self._delegate)
        table.setAccessibleName(self.tr("Life of the selected object, newest event first"))
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows = table.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 7)
        for column in _HIDDEN_COLUMNS:
            table.setColumnHidden(column, True)
        table.setColumnWidth(0, 158)
        table.setColumnWidth(1, 150)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setHighlightSections(False)

    def _connect(self) -> None:
        self._soon.timeout.connect(self._fill)
        self._rest.timeout.connect(self._want_account)
        self._form.event_wanted.connect(self._go_to_event)
        self._form.object_wanted.connect(self._state.select)
        self._state.selection_changed.connect(self._fill_soon)
        self._state.cursor_moved.connect(self._fill_soon)
        self._state.zone_changed.connect(self._change_zone)
        self._events.selectionModel().selectionChanged.connect(self._choose)

    @property
    def life(self) -> QTableView:
        """The list of the object's own events, to be placed beside."""
        return self._events

    def show_history(self, history: History) -> None:
        """Answers from a newer history."""
        self._history = history
        self._fill_soon()

    def show_event(self, recorded: Recorded) -> None:
        """Shows what a selected event says, as long as the cursor is there."""
        self._event = recorded
        self._fill_soon()

    def showEvent(self, event: QShowEvent) -> None:
        """Catches up with what was selected meanwhile."""
        super().showEvent(event)
        self._fill_soon()

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._theme, self._icons = theme, icons
        self._life.use_theme(theme, icons)
        self._form.use_theme(theme, icons)
        self._delegate.use_theme(theme)
        self._shown = None
        self._fill_soon()

    def _fill_soon(self) -> None:
        self._soon.start()

    def _change_zone(self) -> None:
        self._life.use_zone(self._state.zone)
        self._fill_soon()

    def _fill(self) -> None:
        number = self._state.selection
        if self._history is None or not 0 <= number < self._history.count:
            self._name.setText(self.tr("Nothing selected"))
            self._subtitle.setText(self.tr("Click a lane, a row or an event."))
            self._form.show_lines([])
            return
        self._show_life(number)
        if not self.isVisible():
            return
        told = portrait(self._history, number, self._state.cursor, self._state.zone)
        event = self._event
        told = replace(told, lines=self._with_account(told.lines))
        if event is not None and event.fact.occurred_at == self._state.cursor:
            told = replace(told, lines=[*event_particulars(event, self._state.zone), *told.lines])
        if told != self._shown:
            self._show_portrait(told)
        self._ask(number)

    def _with_account(self, lines: list[Particular]) -> list[Particular]:
        """The lines with what the store tells of the object; an older answer until a new one."""
        account = self._account
        if account is None or account.asked.subject != self._state.selection:
            return lines
        place = next((n for n, each in enumerate(lines) if each.heading and n), len(lines))
        now = [Particular(self.tr("At this moment"))] if account.first else []
        return [*account.first, *now, *lines[:place], *account.rest, *lines[place:]]

    def _ask(self, number: int) -> None:
        """Wants an account once the cursor rests."""
        assert self._history is not None
        asked = Asked(number, self._state.cursor, self._state.zone, self._history.head)
        before, self._asked = self._asked, asked
        if before is None or replace(before, head=asked.head) != asked:
            self._rest.start(_REST_MS)
        elif before != asked and not self._rest.isActive():
            self._rest.start(_AGAIN_MS)

    def _want_account(self) -> None:
        if self._asked is not None:
            self.account_wanted.emit(self._asked)

    def show_account(self, account: Account) -> None:
        """Shows what the store tells, where it is still what was asked for."""
        if account.asked.subject == self._state.selection:
            self._account = account
            self._fill_soon()

    def _go_to_event(self, position: int) -> None:
        if self._history is not None:
            self._state.move_cursor(self._history.moment_of(position))
            self._state.select_event(position)

    def _show_portrait(self, told: Portrait) -> None:
        self._shown = told
        self._name.setText(shown(told.name))
        state = f"{told.kind} · {told.state}" if told.state else told.kind
        self._subtitle.setText(shown(state))
        self._subtitle.setStyleSheet(f"color: {self._theme.text_muted}")
        self._glyph.setPixmap(self._picture(told))
        self._form.show_lines(told.lines)

    def _picture(self, told: Portrait) -> QPixmap:
        if told.tone is not None:
            return self._icons.state(told.tone, 18)
        name = _KIND_ICONS.get(told.kind, "engine")
        return self._icons.pixmap(name, self._theme.accent, 18)

    def _show_life(self, number: int) -> None:
        assert self._history is not None
        if self._life_of == (number, self._history.head):
            return
        self._life_of = (number, self._history.head)
        events = np.array(self._history.positions_of(number), np.int32) - 1
        self._moving = True
        self._life.show_rows(EventRows(self._history, Filter(texts=(f"object {number}",)), events))
        self._moving = False

    def _choose(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        chosen = self._events.selectionModel().selectedRows()
        rows = self._life.rows
        if self._moving or not chosen or rows is None:
            return
        event = rows.event(chosen[0].row())
        self._state.select_event(event + 1)
        self._state.move_cursor(int(rows.history.occurred_at[event]))
