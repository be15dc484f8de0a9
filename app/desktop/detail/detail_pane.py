"""The pane that shows the selected object at the moment, and its whole life as events."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelection, Qt, QTimer
from PySide6.QtGui import QFontDatabase, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from adapters.readmodel import History
from adapters.store.reader import Recorded
from app.desktop.detail.event_particulars import event_particulars
from app.desktop.detail.particulars import Particular, Portrait, portrait
from app.desktop.events.event_rows import EventRows
from app.desktop.events.events_model import EventsModel
from app.desktop.icons import Icons
from app.desktop.plain_text import PAGE_LIMIT, shown
from app.desktop.tables.cell_delegate import CellDelegate
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState
from domain.questions.filters import Filter

_KIND_ICONS = {"container": "container", "image": "image", "reference": "reference"}
_HIDDEN_COLUMNS = (2, 4, 5, 6)


class DetailPane(QWidget):
    """Follows the shared selection and the cursor."""

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
        self._glyph = _label()
        self._name = _label()
        self._subtitle = _label()
        self._grid = QGridLayout()
        self._form = QWidget()
        self._life = EventsModel(theme, icons, self)
        self._events = QTableView()
        self._delegate = CellDelegate(self._life, self.font(), theme, self)
        self._soon = QTimer(self, singleShot=True, interval=0)
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
        self._grid.setContentsMargins(12, 4, 12, 12)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._form.setObjectName("portrait")
        rest = QVBoxLayout(self._form)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.addLayout(self._grid)
        rest.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._form)
        self._shape_life()
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(scroll)
        split.addWidget(self._events)
        split.setSizes([340, 220])
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(split, 1)

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
        self._state.selection_changed.connect(self._fill_soon)
        self._state.cursor_moved.connect(self._fill_soon)
        self._state.zone_changed.connect(self._change_zone)
        self._events.selectionModel().selectionChanged.connect(self._choose)

    def show_history(self, history: History) -> None:
        """Answers from a newer history."""
        self._history = history
        self._fill_soon()

    def show_event(self, recorded: Recorded) -> None:
        """Shows what a selected event says, as long as the cursor is there."""
        self._event = recorded
        self._fill_soon()

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._theme, self._icons = theme, icons
        self._life.use_theme(theme, icons)
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
            self._events.setVisible(False)
            return
        if not self.isVisible():
            return
        told = portrait(self._history, number, self._state.cursor, self._state.zone)
        event = self._event
        if event is not None and event.fact.occurred_at == self._state.cursor:
            told = replace(told, lines=[*event_particulars(event, self._state.zone), *told.lines])
        if told != self._shown:
            self._show_portrait(told)
        self._show_life(number)

    def _show_portrait(self, told: Portrait) -> None:
        before, self._shown = self._shown, told
        self._name.setText(shown(told.name))
        state = f"{told.kind} · {told.state}" if told.state else told.kind
        self._subtitle.setText(shown(state))
        self._subtitle.setStyleSheet(f"color: {self._theme.text_muted}")
        self._glyph.setPixmap(self._picture(told))
        same = before is not None and [line.label for line in before.lines] == [
            line.label for line in told.lines
        ]
        if same:
            for number, line in enumerate(told.lines):
                item = self._grid.itemAtPosition(number, 1 if line.label else 0)
                widget = item.widget() if item is not None else None
                text = shown(line.value, PAGE_LIMIT)
                if isinstance(widget, QLabel) and not line.heading:
                    widget.setText(text)
                elif isinstance(widget, QLineEdit) and widget.text() != text:
                    widget.setText(text)
                    widget.setCursorPosition(0)
        else:
            self._lay_lines(told.lines)

    def _picture(self, told: Portrait) -> QPixmap:
        if told.tone is not None:
            return self._icons.state(told.tone, 18)
        name = _KIND_ICONS.get(told.kind, "engine")
        return self._icons.pixmap(name, self._theme.accent, 18)

    def _lay_lines(self, lines: list[Particular]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for number, line in enumerate(lines):
            name = _label(shown(line.label))
            name.setStyleSheet(f"color: {self._theme.text_muted}")
            if line.heading:
                font = name.font()
                font.setBold(True)
                name.setFont(font)
                name.setContentsMargins(0, 8, 0, 0)
                self._grid.addWidget(name, number, 0, 1, 2)
                continue
            if not line.label:
                name.deleteLater()
                self._grid.addWidget(self._value(line), number, 0, 1, 2)
                continue
            self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self._value(line), number, 1)

    def _value(self, line: Particular) -> QWidget:
        text = shown(line.value, PAGE_LIMIT)
        if line.fixed_width:
            # An id has no place to break; a field shows its beginning and gives all of it.
            field = QLineEdit(text)
            field.setReadOnly(True)
            field.setCursorPosition(0)
            mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            mono.setPointSizeF(self.font().pointSizeF())
            field.setFont(mono)
            field.setAccessibleName(line.label)
            return field
        value = _label(text)
        value.setWordWrap(True)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return value

    def _show_life(self, number: int) -> None:
        assert self._history is not None
        self._events.setVisible(True)
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


def _label(text: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    return label
