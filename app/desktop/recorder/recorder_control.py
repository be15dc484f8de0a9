"""Starts and stops the recorder's process, and tells how it fares."""

import logging
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from adapters.store.lock import holder
from app.recording.status import EngineStatus, read_status

logger = logging.getLogger(__name__)

_HOLDER = re.compile(r"process (\d+)")
_LOOK_MS = 1_000
_SAID_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class RecorderState:
    """Whether somebody records, and what they say."""

    recording: bool
    pid: int | None = None
    engines: tuple[EngineStatus, ...] = ()
    problem: str = ""
    """Why nobody records, or why what is recorded cannot be stored at the moment."""

    @property
    def connected(self) -> bool:
        """Whether at least one engine is being watched."""
        return self.recording and any(engine.connected for engine in self.engines)


class RecorderControl(QObject):
    """Looks after the recorder of one store.

    The recorder is detached: closing the window neither ends nor stalls it, and a recorder
    that was started elsewhere is shown and stopped just the same.
    """

    state_changed = Signal(object)

    def __init__(self, store: Path, messages: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._messages = messages
        self._process: subprocess.Popen[bytes] | None = None
        self._problem = ""
        self._state = RecorderState(recording=False)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def state(self) -> RecorderState:
        """What was last seen."""
        return self._state

    def watch(self) -> None:
        """Begins to look."""
        self.look()
        self._timer.start()

    def start(self) -> None:
        """Starts a recorder of the engine that the environment names."""
        self._problem = ""
        self._store.parent.mkdir(parents=True, exist_ok=True)
        self._messages.parent.mkdir(parents=True, exist_ok=True)
        with self._messages.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "--store", str(self._store), "record"],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        logger.info("Started a recorder as process %d.", self._process.pid)
        QTimer.singleShot(200, self.look)

    def stop(self) -> None:
        """Asks the recorder to end; it stores what it received first."""
        pid = self._state.pid
        if pid is None:
            return
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            logger.info("The recorder had ended already.")
        except PermissionError:
            self._problem = "The recorder belongs to somebody else and cannot be stopped from here."
        QTimer.singleShot(300, self.look)

    def look(self) -> None:
        """Looks at the lock and at the status file."""
        self._reap()
        state = self._seen()
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _seen(self) -> RecorderState:
        held_by = holder(self._store)
        if held_by is None:
            return RecorderState(recording=False, problem=self._problem)
        # The status file may still be an earlier recorder's; who holds the lock is certain.
        match = _HOLDER.search(held_by)
        pid = int(match[1]) if match is not None else None
        status = read_status(self._store)
        if status is None or status.pid != pid:
            return RecorderState(True, pid)
        return RecorderState(True, pid, status.engines, status.store_fault)

    def _reap(self) -> None:
        if self._process is None or (code := self._process.poll()) is None:
            return
        self._process = None
        if code not in (0, -signal.SIGTERM):
            self._problem = self._last_words() or f"The recorder ended with exit code {code}."

    def _last_words(self) -> str:
        try:
            said = self._messages.read_bytes()[-_SAID_AT_MOST:].decode(errors="replace")
        except OSError:
            return ""
        lines = [line for line in said.splitlines() if line.strip()]
        return lines[-1].removeprefix("shipslog: ") if lines else ""
