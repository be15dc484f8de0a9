"""What an engine's own `docker events` says between two moments, with no event lost.

At the beginning: the engine's ring of recent events is read first, then the stream is opened with
the whole ring replayed, and what was in the ring before is left out of the result. So it does not
matter when exactly the engine registers the stream. At the end: the stream is closed only when it
has delivered everything that is in the ring, and nothing new has come for a moment.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tests.engines import api

if TYPE_CHECKING:
    from tests.engines.running import RunningEngine

Event = dict[str, Any]

QUIET = 0.3
"""Seconds without a new event after which the capture is complete."""

PATIENCE = 15.0
"""Seconds that an engine may take to become quiet, or to deliver what it has."""

_LINES = ("events", "--format", "{{json .}}", "--since", "1")


class Capture:
    """A context; after it, `events` holds what `docker events` printed, in that order.

    An engine that ends inside the context closes the stream: `events` then holds everything up to
    there, and `engine_ended` is true.
    """

    def __init__(self, engine: RunningEngine) -> None:
        self.events: list[Event] = []
        self.engine_ended = False
        self._engine = engine
        self._before: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._before = self._ring()
        self._folder = tempfile.TemporaryDirectory(prefix="shipslog-")
        self._file = Path(self._folder.name) / "events.jsonl"
        with self._file.open("wb") as file:
            self._stream = subprocess.Popen(
                self._engine.docker_command(*_LINES),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.DEVNULL,
                env=self._engine.docker_environment(),
                start_new_session=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if problem is None:
                self._wait_for_the_last_event()
        finally:
            self._stream.terminate()
            self._stream.wait()
            lines = self._lines()
            self._folder.cleanup()
        self.events = _without([json.loads(line) for line in lines], self._before)

    def _wait_for_the_last_event(self) -> None:
        deadline = time.monotonic() + PATIENCE
        quiet_since, seen = time.monotonic(), -1
        while time.monotonic() < deadline:
            if not self._engine.is_running or self._stream.poll() is not None:
                self._stream.wait(PATIENCE)
                self.engine_ended = True
                return
            lines = self._lines()
            if len(lines) != seen or self._missing(lines):
                quiet_since, seen = time.monotonic(), len(lines)
            elif time.monotonic() - quiet_since >= QUIET:
                return
            time.sleep(0.02)
        if missing := self._missing(self._lines()):
            raise AssertionError(f"docker events has not delivered {sorted(missing)}")

    def _missing(self, lines: list[str]) -> Counter[str]:
        return self._ring() - _identities(json.loads(line) for line in lines)

    def _ring(self) -> Counter[str]:
        """Every event that the engine still remembers."""
        if self._engine.kind.product == "podman":
            # Podman forgets most of its events, a different part each time, when `until` is given.
            path = "/events?since=1&stream=false"
        else:
            path = f"/events?since=1&until={_now()}"
        return _identities(api.get_lines(self._engine.socket, path))

    def _lines(self) -> list[str]:
        """The complete lines of the file."""
        return self._file.read_text().rpartition("\n")[0].splitlines()


def _now() -> str:
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    return f"{seconds}.{nanoseconds:09d}"


def _identities(events: Iterable[Event]) -> Counter[str]:
    return Counter(map(_identity, events))


def _identity(event: Event) -> str:
    """What tells an event from any other, whichever version of the API it came by."""
    fields = [event[key] for key in ("Type", "Action", "Actor", "timeNano")]
    return json.dumps(fields, sort_keys=True)


def _without(events: list[Event], before: Counter[str]) -> list[Event]:
    left = before.copy()
    new = []
    for event in events:
        if left[_identity(event)] > 0:
            left[_identity(event)] -= 1
        else:
            new.append(event)
    return new
