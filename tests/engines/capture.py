"""What an engine's own `docker events` says between two moments, with no event lost.

At the beginning: the engine's ring of recent events is read first, then the stream is opened with
the whole ring replayed, and what was in the ring before is left out of the result. The context
begins when the engine has registered the stream: when it has replayed the ring, or, if that was
empty, when the engine counts one listener more. At the end: the stream is closed only when it has
delivered everything that is in the ring, and nothing new has come for a moment.
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
    there, and `engine_ended` is true. On an engine that never becomes quiet, the capture ends after
    `PATIENCE`, with everything that had happened by then.
    """

    def __init__(self, engine: RunningEngine) -> None:
        self.events: list[Event] = []
        self.engine_ended = False
        self._engine = engine
        self._before: Counter[str] = Counter()
        self._delivered: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._pid = self._engine.pid
        self._before = self._ring()
        listeners = self._listeners()
        self._folder = tempfile.TemporaryDirectory(prefix="shipslog-")
        file = Path(self._folder.name) / "events.jsonl"
        with file.open("wb") as written:
            self._stream = subprocess.Popen(
                self._engine.docker_command(*_LINES),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.DEVNULL,
                env=self._engine.docker_environment(),
                start_new_session=True,
            )
        self._file = file.open("rb")
        try:
            self._wait_until_registered(listeners)
        except BaseException:
            self._close()
            raise
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
            self._close()
        self.events = _without(self.events, self._before)

    def _close(self) -> None:
        self._stream.terminate()
        self._stream.wait()
        self._read()
        self._file.close()
        self._folder.cleanup()

    def _wait_until_registered(self, listeners: int) -> None:
        if self._before:
            self._wait_until_delivered(self._before)
            return
        deadline = time.monotonic() + PATIENCE
        while self._listeners() <= listeners and not self._has_ended():
            if time.monotonic() > deadline:
                raise AssertionError("docker events has not reached its engine")
            time.sleep(0.005)

    def _listeners(self) -> int:
        """How many streams of events the engine has; Podman does not count them."""
        return int(self._engine.get("/info")["NEventsListener"])

    def _wait_for_the_last_event(self) -> None:
        deadline = time.monotonic() + PATIENCE
        quiet_since, remembered = time.monotonic(), None
        while time.monotonic() < deadline and not self._has_ended():
            ring = self._ring()
            self._wait_until_delivered(ring)
            if ring != remembered:
                quiet_since, remembered = time.monotonic(), ring
            elif time.monotonic() - quiet_since >= QUIET:
                return
            time.sleep(0.02)

    def _wait_until_delivered(self, ring: Counter[str]) -> None:
        deadline = time.monotonic() + PATIENCE
        while missing := ring - self._delivered:
            if time.monotonic() > deadline:
                raise AssertionError(f"docker events has not delivered {sorted(missing)}")
            if self._has_ended():
                return
            self._read()
            time.sleep(0.005)

    def _has_ended(self) -> bool:
        if self._stream.poll() is None and self._engine.is_running:
            return False
        self._stream.wait(PATIENCE)
        if self._engine.is_running and self._engine.pid == self._pid:
            raise AssertionError("docker events has ended, but its engine has not")
        self.engine_ended = True
        return True

    def _ring(self) -> Counter[str]:
        """Every event that the engine still remembers."""
        if self._engine.kind.product == "podman":
            # Podman forgets most of its events, a different part each time, when `until` is given.
            path = "/events?since=1&stream=false"
        else:
            path = f"/events?since=1&until={_now()}"
        return _identities(api.get_lines(self._engine.socket, path))

    def _read(self) -> None:
        """Takes in the lines that are complete by now."""
        begin = self._file.tell()
        lines, newline, _ = self._file.read().rpartition(b"\n")
        self._file.seek(begin + len(lines) + len(newline))
        new = [json.loads(line) for line in lines.splitlines()]
        self.events += new
        self._delivered.update(_identities(new))


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
