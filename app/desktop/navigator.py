"""What keys and buttons do with the cursor: steps, ends of the history, marks, typed moments."""

import time

from PySide6.QtCore import QObject, Signal

from adapters.readmodel import History
from app.desktop.actions import Actions
from app.desktop.replay_clock import ReplayClock
from app.desktop.view_state import ViewState
from domain.errors import UsageError


class Navigator(QObject):
    """Moves the shared cursor and sets the shared marks."""

    marked = Signal()
    """Somebody set a mark, and now wants to see what changed."""
    understood = Signal(str)
    """Why a typed moment was not understood; empty where it was."""

    def __init__(self, state: ViewState, clock: ReplayClock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._clock = clock
        self._history: History | None = None

    def connect_actions(self, actions: Actions) -> None:
        """Lets the actions do their work."""
        actions.play.triggered.connect(self._clock.toggle)
        actions.previous_event.triggered.connect(self._step_back)
        actions.next_event.triggered.connect(self._step_on)
        actions.skip_quiet.toggled.connect(self._clock.skip_quiet)
        actions.first.triggered.connect(self._go_first)
        actions.last.triggered.connect(self._go_last)
        actions.live.toggled.connect(self._follow)
        actions.back.triggered.connect(self._state.go_back)
        actions.mark_a.triggered.connect(self._mark_a)
        actions.mark_b.triggered.connect(self._mark_b)
        actions.unmark.triggered.connect(self._unmark)
        actions.utc.toggled.connect(self._state.show_utc)
        self._state.following_changed.connect(actions.live.setChecked)

    def use_history(self, history: History) -> None:
        """Moves about in a newer history."""
        self._history = history

    def go_to_text(self, text: str) -> None:
        """Goes to a moment as a person types it."""
        if self._history is None:
            return
        try:
            moment = self._history.parse_time(text, time.time_ns())
        except UsageError as error:
            self.understood.emit(str(error))
            return
        self.understood.emit("")
        self._state.move_cursor(moment)

    def _step_back(self) -> None:
        self._clock.step(forward=False)

    def _step_on(self) -> None:
        self._clock.step(forward=True)

    def _go_first(self) -> None:
        if self._history is not None:
            self._state.move_cursor(self._history.start)

    def _go_last(self) -> None:
        if self._history is not None:
            self._state.move_cursor(self._history.end)

    def _follow(self, following: bool) -> None:
        if following and self._history is not None:
            self._clock.pause()
            self._state.advance_cursor(self._history.end)
        self._state.follow(following)

    def _mark_a(self) -> None:
        self._state.mark(self._state.cursor, None)
        self.marked.emit()

    def _mark_b(self) -> None:
        first = self._state.marks[0]
        if first is None:
            self._mark_a()
        else:
            self._state.mark(first, self._state.cursor)
            self.marked.emit()

    def _unmark(self) -> None:
        self._state.mark(None, None)
