"""A long recording of a busy engine: the whole recorder, fed as fast as it takes it.

Run as `python -m tests.faults.soak FOLDER EVENTS`; it tells what it cost as JSON.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from adapters.engines.endpoints import Endpoint
from adapters.store.opening import create_or_open
from adapters.store.writer import Writer
from app.recording.messages import Arrived, Connected, Inspected
from app.recording.recorder import Recorder
from domain.facts import Origin
from domain.facts.container import Configuration, ContainerState, Variable
from domain.facts.engine import EngineObserved
from domain.inspection import ContainerInspection, Inquiry
from domain.moments import SECOND
from tests.benchmarks.captures import capture_lines

_WARM = 10
"""The memory is first measured after this part of the events."""
_AHEAD = 2000
"""So many events may wait; a real engine says less at a time than the recorder stores."""
_TRANSIT = 3_000_000
_SOCKET = "unix:///run/docker.sock"
_CONFIGURATION = Configuration(
    variables=tuple(map(Variable, ("PATH", "DATABASE_URL", "LOG_LEVEL"))),
    restart_policy="unless-stopped",
    networks=("shop_default",),
)


class Cost(msgspec.Struct):
    """What the recording cost."""

    stored: int
    """Facts."""
    bytes_on_disk: int
    warm_kb: int
    """Resident memory after a tenth of the events."""
    end_kb: int


def soak(folder: Path, events: int) -> Cost:
    """Records so many events of an engine in a process of its own."""
    command = [sys.executable, "-m", "tests.faults.soak", str(folder), str(events)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=1500)
    return msgspec.json.decode(ran.stdout, type=Cost)


class Feed:
    """Stands for the watch of an engine that says one thing after the other, and can be asked."""

    def __init__(self, events: int, stopping: threading.Event, *particulars: Any) -> None:
        self.endpoint, self._sink, _concealment = particulars
        self.now = 0
        self.warm_kb = 0
        self._events = events
        self._stopping = stopping
        self._names: dict[str, str] = {}
        self._room = threading.Semaphore(_AHEAD)
        self._thread = threading.Thread(target=self._say_all)

    def start(self) -> None:
        """Begins to speak."""
        self._thread.start()

    def stop(self) -> None:
        """Everything has been said by now."""
        self._thread.join()

    def inspect(self, inquiries: Iterable[Inquiry]) -> None:
        """Answers at once; the recorder asks after each event, be it for nothing."""
        self._room.release()
        for inquiry in inquiries:
            if inquiry.kind == "container":
                look = self._look(inquiry)
                self._sink.put((self, Inspected(inquiry, look, "", self.now)))

    def survey(self, *_known: object) -> None:
        """Is never answered: nothing happens here without an event."""

    def look_for_drift(self, *_container: object) -> None:
        """No container's files differ from its image's."""

    def walk(self) -> None:
        """The stream leaves nothing out."""

    def walk_taken(self) -> None:
        """What it told was examined."""

    def _look(self, inquiry: Inquiry) -> ContainerInspection:
        ended = inquiry.action == "die"
        return ContainerInspection(
            id=inquiry.name,
            name=self._names.get(inquiry.name, "gone"),
            image="shop-a:latest",
            image_id=f"sha256:{7:064x}",
            state=ContainerState.EXITED if ended else ContainerState.CREATED,
            created_at=inquiry.occurred_at,
            started_at=inquiry.occurred_at if ended else None,
            finished_at=inquiry.occurred_at if ended else None,
            exit_code=0 if ended else None,
            configuration=_CONFIGURATION,
        )

    def _say_all(self) -> None:
        lines = self._lines()
        first = next(lines)
        observed = EngineObserved(
            occurred_at=self.now,
            recorded_at=self.now,
            origin=Origin.INSPECTED,
            name="busy",
            endpoint=_SOCKET,
            daemon_id="busy",
            flavour="docker",
            version="28.5.1",
        )
        self._sink.put((self, Connected(observed, (), self.now, self.now, 0)))
        self._sink.put((self, first))
        for number, line in enumerate(lines, 2):
            self._room.acquire()
            self._sink.put((self, line))
            if number == self._events // _WARM:
                self.warm_kb = resident_kb()
        for _ in range(_AHEAD):
            self._room.acquire()
        self._stopping.set()

    def _lines(self) -> Iterator[Arrived]:
        for line in capture_lines(self._events):
            event = json.loads(line)
            self.now = event["timeNano"] + _TRANSIT
            if event["Action"] == "destroy":
                self._names.pop(event["id"], None)
            else:
                self._names[event["id"]] = event["Actor"]["Attributes"]["name"]
            yield Arrived(line, self.now)


def resident_kb() -> int:
    """The memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def _record(folder: Path, events: int) -> Cost:
    store = folder / "history" / "log.db"
    feeds: list[Feed] = []
    stopping = threading.Event()

    def watch(*particulars: Any) -> Any:
        feeds.append(Feed(events, stopping, *particulars))
        return feeds[0]

    writer: Writer = create_or_open(store, now=SECOND, keys=folder / "keys")
    recorder = Recorder(
        store,
        writer,
        [Endpoint("", _SOCKET)],
        {},
        lambda _: None,
        now=lambda: feeds[0].now if feeds else SECOND,
        watch=watch,
    )
    recorder.run(stopping, None)
    end_kb = resident_kb()
    stored = writer.head()
    writer.close()
    return Cost(stored, store.stat().st_size, feeds[0].warm_kb, end_kb)


if __name__ == "__main__":
    _cost = _record(Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(msgspec.json.encode(_cost))
