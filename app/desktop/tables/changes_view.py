"""What changed between two marked moments, as one table."""

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from adapters.readmodel import History
from app.desktop.icons import Icons
from app.desktop.moment_text import length
from app.desktop.plain_text import PlainLabel, shown
from app.desktop.tables.container_tones import state_words
from app.desktop.tables.state_table import StateTable
from app.desktop.tables.table_model import Column, Moment, TableModel
from app.desktop.theme import Theme, Tone
from app.desktop.view_state import ViewState
from domain.identity import CONTAINER, IMAGE, REFERENCE, short_id, stream_id
from domain.questions.answers import ContainerAt, ImageAt, ReferenceAt
from domain.questions.diff import Change, Changes, diff

_IDS = frozenset({"image_id", "id"})
_MOMENTS = frozenset({"started_at", "finished_at"})
_TONES = {"added": Tone.RUNNING, "removed": Tone.REMOVED, "changed": Tone.PAUSED}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One object that is otherwise at the second moment."""

    how: str
    kind: str
    engine: str
    object_id: str
    name: str
    what: str


class ChangesView(QWidget):
    """Follows the marks A and B."""

    def __init__(
        self, state: ViewState, theme: Theme, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._history: History | None = None
        self._model: TableModel[ChangeRow] = TableModel(
            _columns(), lambda row: (f"{row.kind}/{row.engine}", row.object_id), icons, self
        )
        self._table = StateTable(self._model, lambda row: row.name, self.tr("Changes"), theme)
        self._note = PlainLabel(parent=self)
        self._note.setWordWrap(True)
        self._soon = QTimer(self, singleShot=True, interval=0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.addWidget(self._note)
        layout.addLayout(top)
        layout.addWidget(self._table, 1)
        self._connect()
        self._fill()

    def _connect(self) -> None:
        self._soon.timeout.connect(self._fill)
        self._state.marks_changed.connect(self._soon.start)
        self._state.cursor_moved.connect(self._follow_cursor)
        self._table.object_chosen.connect(self._choose)

    def show_history(self, history: History) -> None:
        """Answers from a newer history."""
        self._history = history
        self._soon.start()

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._table.use_theme(theme, icons)

    def _follow_cursor(self) -> None:
        first, second = self._state.marks
        if first is not None and second is None:
            self._soon.start()

    def _fill(self) -> None:
        first, second = self._state.marks
        if self._history is None or first is None:
            self._note.setText(
                self.tr(
                    "Mark a moment with A, then go to another one: what changed since is shown "
                    "here. B keeps the second moment."
                )
            )
            self._model.show_rows([], Moment(0, self._state.zone))
            return
        if not self.isVisible():
            return
        until = self._state.cursor if second is None else second
        since, until = min(first, until), max(first, until)
        answer = diff(self._history, since, until)
        rows = [
            *_rows(CONTAINER, answer.containers),
            *_rows(IMAGE, answer.images),
            *_rows(REFERENCE, answer.references),
        ]
        self._model.show_rows(rows, Moment(until, self._state.zone))
        zone = self._state.zone
        self._note.setText(
            f"{len(rows)} changes from {zone.absolute(since)} to {zone.absolute(until)} "
            f"({length(until - since)})"
        )

    def showEvent(self, event: object) -> None:
        """Fills the table now that it is in sight."""
        self._soon.start()

    def _choose(self, kind_and_engine: str, object_id: str) -> None:
        if self._history is None:
            return
        kind, _, engine = kind_and_engine.partition("/")
        number = self._history.object_of(stream_id(kind, engine, object_id))
        if number is not None:
            self._state.select(number)


def _columns() -> list[Column[ChangeRow]]:
    return [
        Column(
            "Change",
            lambda row, at: row.how,
            lambda row: row.how,
            tone=lambda row: _TONES[row.how],
            width=110,
        ),
        Column("Kind", lambda row, at: row.kind, lambda row: row.kind, width=90),
        Column("Name", lambda row, at: row.name, lambda row: row.name.casefold(), width=220),
        Column("What", lambda row, at: row.what, lambda row: row.what, width=420),
    ]


def _rows(kind: str, changes: Changes) -> list[ChangeRow]:
    rows = [_row("added", kind, each, _described(each)) for each in changes.added]
    rows += [_row("removed", kind, each, _described(each)) for each in changes.removed]
    rows += [
        _row("changed", kind, each.after, "; ".join(map(_change, each.changes)))
        for each in changes.changed
    ]
    return rows


def _row(how: str, kind: str, each: ContainerAt | ImageAt | ReferenceAt, what: str) -> ChangeRow:
    if isinstance(each, ReferenceAt):
        return ChangeRow(how, kind, each.engine, each.reference, each.reference, what)
    if isinstance(each, ImageAt):
        name = ", ".join(each.references) or short_id(each.id)
        return ChangeRow(how, kind, each.engine, each.id, name, what)
    return ChangeRow(how, kind, each.engine, each.id, each.name, what)


def _described(each: ContainerAt | ImageAt | ReferenceAt) -> str:
    if isinstance(each, ContainerAt):
        version = f" v{each.version}" if each.version is not None else ""
        state = state_words(each.state, each.exit_code)
        return f"{state}, {each.reference or 'unknown image'}{version}"
    if isinstance(each, ReferenceAt):
        return f"v{each.version} = {short_id(each.image_id)}"
    return short_id(each.id)


def _change(change: Change) -> str:
    if change.part in _MOMENTS:
        return change.part.removesuffix("_at")
    before, after = _value(change.part, change.before), _value(change.part, change.after)
    return f"{change.part.replace('_', ' ')}: {before} → {after}"


def _value(part: str, value: object) -> str:
    if value is None:
        return "—"
    if part in _IDS:
        return short_id(str(value))
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return shown(str(value))
