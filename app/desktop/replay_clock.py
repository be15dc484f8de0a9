"""Plays the history: moves the cursor on as time passes, or event by event."""

from dataclasses import dataclass
from time import monotonic_ns
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.desktop.view_state import ViewState

_FRAME_MS = 16
_QUIET = 3_000_000_000
"""A stretch in which the replay would show nothing new for so long is quiet."""
_RUN_UP = 700_000_000
"""So long before the next event the replay lands after a quiet stretch."""
_LONGEST_STEP = 250_000_000  # after a stall the replay goes on, it does not jump


class Steps(Protocol):
    """Where the events are."""

    def before(self, moment: int) -> int | None:
        """The last moment with an event before this one."""

    def after(self, moment: int) -> int | None:
        """The first moment with an event after this one."""

    @property
    def last(self) -> int:
        """The moment of the newest event."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a replay goes: so many times real time, or so many events a second."""

    label: str
    times: int = 0
    events_per_second: int = 0


SPEEDS: tuple[Speed, ...] = (
    Speed("1×", times=1),
    Speed("10×", times=10),
    Speed("100×", times=100),
    Speed("1000×", times=1_000),
    Speed("1 h/s", times=3_600),
    Speed("1 d/s", times=86_400),
    Speed("2 events/s", events_per_second=2),
    Speed("10 events/s", events_per_second=10),
)
DEFAULT_SPEED = SPEEDS[2]


class ReplayClock(QObject):
    """Play, pause and single steps over the shared cursor."""

    playing_changed = Signal(bool)
    speed_changed = Signal()

    def __init__(self, state: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._steps: Steps | None = None
        self._speed = DEFAULT_SPEED
        self._last_tick = 0
        self._owed = 0
        self._skips_quiet = False
        self._timer = QTimer(self, interval=_FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether the cursor moves by itself."""
        return self._timer.isActive()

    @property
    def speed(self) -> Speed:
        """How fast a replay goes."""
        return self._speed

    def use_steps(self, steps: Steps) -> None:
        """Takes the events of a newer history."""
        self._steps = steps

    def set_speed(self, speed: Speed) -> None:
        """Plays at another speed."""
        if speed != self._speed:
            self._speed = speed
            self._owed = 0
            self.speed_changed.emit()

    def skip_quiet(self, skips: bool) -> None:
        """Jumps over stretches without events while it plays, or lives through them."""
        self._skips_quiet = skips

    def play(self) -> None:
        """Starts to move; from the newest event it starts over where the range begins."""
        if self.playing or self._steps is None:
            return
        self._state.follow(False)
        if self._state.cursor >= self._steps.last:
            self._state.move_cursor(self._state.range.start)
        self._last_tick = monotonic_ns()
        self._owed = 0
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stops where the cursor is."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Plays where it is paused and pauses where it plays."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def step(self, forward: bool) -> None:
        """Goes to the next event or to the one before."""
        self.pause()
        if self._steps is None:
            return
        find = self._steps.after if forward else self._steps.before
        moment = find(self._state.cursor)
        if moment is not None:
            self._state.move_cursor(moment)

    def advance(self, elapsed: int) -> None:
        """Moves on as far as `elapsed` nanoseconds of real time carry."""
        if self._steps is None:
            return
        if self._speed.events_per_second:
            self._advance_events(elapsed)
        else:
            target = self._state.cursor + elapsed * self._speed.times
            if self._skips_quiet:
                target = max(target, self._after_quiet(self._steps))
            self._state.move_cursor(min(target, self._steps.last))
        if self._state.cursor >= self._steps.last:
            self.pause()

    def _after_quiet(self, steps: Steps) -> int:
        """Shortly before the next event, where that is far; else where the cursor is."""
        cursor = self._state.cursor
        coming = steps.after(cursor)
        if coming is None or coming - cursor <= _QUIET * self._speed.times:
            return cursor
        return coming - _RUN_UP * self._speed.times

    def _advance_events(self, elapsed: int) -> None:
        assert self._steps is not None
        self._owed += elapsed * self._speed.events_per_second
        moment: int | None = self._state.cursor
        while self._owed >= 1_000_000_000 and moment is not None:
            self._owed -= 1_000_000_000
            moment = self._steps.after(moment)
            if moment is not None:
                self._state.move_cursor(moment)

    def _tick(self) -> None:
        now = monotonic_ns()
        elapsed, self._last_tick = now - self._last_tick, now
        self.advance(min(elapsed, _LONGEST_STEP))
