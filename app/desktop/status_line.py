"""The line at the window's foot: recorder, coverage, place in the history."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.desktop.feed.snapshot import Snapshot
from app.desktop.icons import Icons
from app.desktop.moment_text import length
from app.desktop.plain_text import PlainLabel, explain, shown
from app.desktop.recorder.recorder_control import RecorderState
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState
from domain.questions.gaps import cause_in_words


class StatusLine(QFrame):
    """Labels that follow the recorder, the history and the cursor."""

    def __init__(
        self, state: ViewState, theme: Theme, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._snapshot: Snapshot | None = None
        self._recorder_state = RecorderState(recording=False)
        self._glyph = PlainLabel(parent=self)
        self._recorder = PlainLabel(parent=self)
        self._coverage = PlainLabel(parent=self)
        self._moment = PlainLabel(parent=self)
        self._position = PlainLabel(parent=self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setSpacing(8)
        layout.addWidget(self._glyph)
        layout.addWidget(self._recorder)
        layout.addStretch(1)
        for label in (self._coverage, self._moment, self._position):
            layout.addSpacing(14)
            layout.addWidget(label)
        self.use_theme(theme, icons)
        state.cursor_moved.connect(self._show_place)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Takes a newer history."""
        self._snapshot = snapshot
        self._show_place()

    def show_recorder(self, state: RecorderState) -> None:
        """Says how the recorder fares."""
        self._recorder_state = state
        self._recorder.setText(shown(_recorder_words(state), 160))
        if state.problem:
            name, color = "state-failed", self._theme.bad
        elif not state.recording:
            name, color = "record-off", self._theme.text_muted
        elif state.connected:
            name, color = "record", self._theme.good
        else:
            name, color = "health-unhealthy", self._theme.notable
        self._glyph.setPixmap(self._icons.pixmap(name, color, 14))

    def tell(self, problem: str) -> None:
        """Says what went wrong with reading the history."""
        self._recorder.setText(shown(problem, 300))
        self._glyph.setPixmap(self._icons.pixmap("state-failed", self._theme.bad, 14))

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._theme, self._icons = theme, icons
        for label in (self._coverage, self._moment, self._position):
            label.setStyleSheet(f"color: {theme.text_muted}")
        self.show_recorder(self._recorder_state)

    def _show_place(self) -> None:
        if self._snapshot is None:
            return
        history = self._snapshot.history
        cursor = self._state.cursor
        position = history.position_at(cursor)
        place = int(history.times_sorted.searchsorted(cursor, side="right"))
        self._position.setText(
            self.tr("event {} of {}")
            .replace("{}", f"{place:,}", 1)
            .replace("{}", f"{history.head:,}", 1)
        )
        explain(self._position, f"position #{position}")
        behind = history.end - cursor
        self._moment.setText(
            self.tr("{} before the newest event").replace("{}", length(behind))
            if behind > 0
            else self.tr("at the newest event")
        )
        self._coverage.setText(_coverage_words(self._snapshot, cursor))


def _recorder_words(state: RecorderState) -> str:
    if not state.recording:
        return state.problem or "Not recording"
    if state.problem:
        return f"What happens waits: {state.problem}"
    if not state.engines:
        return "Recording"
    parts = []
    for engine in state.engines:
        name = engine.name or engine.endpoint
        if not engine.connected:
            parts.append(f"{name} not connected{': ' + engine.error if engine.error else ''}")
        elif engine.lag_ns is None:
            parts.append(name)
        else:
            parts.append(f"{name}, lag {length(max(engine.lag_ns, 0))}")
    return f"Recording {'; '.join(parts)}"


def _coverage_words(snapshot: Snapshot, cursor: int) -> str:
    gap = next((g for g in snapshot.index.gaps if g.start <= cursor < g.end), None)
    if gap is not None:
        return f"▨ not recorded at this moment ({cause_in_words(gap.cause)})"
    gaps = sum(1 for g in snapshot.index.gaps if g.start > 0)
    return f"{gaps} gap{'s' if gaps != 1 else ''} in this history" if gaps else "no gaps"
