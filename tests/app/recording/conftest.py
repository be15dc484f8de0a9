import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from adapters.engines import connection as connections
from adapters.store.errors import NotAStore
from adapters.store.opening import open_reader
from app.recording import desk, recorder, survey_clock, watch
from app.recording.recording import record
from app.recording.status import read_status
from domain.engine_event import EngineEvent, parse_engine_event
from domain.facts import Entry, Fact
from domain.identity import parse_stream_id
from tests.domain.reporting.rebuilding import rebuilt, without_command
from tests.fakes.engine import FakeEngine

FOLDERS = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
SECONDS = 10**9


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keeps the person's own keys, stores and contexts out of the tests."""
    for name in FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    for name in ("SHIPSLOG_STORE", "DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Lets the recorder do in tenths of a second what it does in tens."""
    monkeypatch.setattr(watch, "_WALK_SECONDS", 0.1)
    monkeypatch.setattr(watch, "_WALK_REST_SECONDS", 0.01)
    monkeypatch.setattr(watch, "_SUSPICION_SECONDS", 0.1)
    monkeypatch.setattr(watch, "_BACKOFF_SECONDS", (0.02, 0.1))
    monkeypatch.setattr(recorder, "_IDLE_SECONDS", 0.02)
    monkeypatch.setattr(recorder, "_STATUS_EVERY", SECONDS // 20)
    monkeypatch.setattr(survey_clock, "_SURVEY_REST", SECONDS // 10)
    monkeypatch.setattr(desk, "_WALK_MARGIN", SECONDS // 5)
    monkeypatch.setattr(connections, "_ANSWER_SECONDS", 1.0)


def eventually(condition: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """Waits until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what or "it did not happen in time"
        time.sleep(0.01)


class Run:
    """A recording that goes on in a thread."""

    def __init__(self, store: Path, *engines: FakeEngine) -> None:
        self.said: list[str] = []
        self.error: BaseException | None = None
        self._store = store
        self._engines = engines
        self._began = time.time_ns()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            urls = [engine.url for engine in self._engines]
            record(self._store, urls, say=self.said.append, stopping=self._stopping)
        except BaseException as error:  # noqa: BLE001
            self.error = error

    def stop(self) -> None:
        """Ends the recording."""
        self._stopping.set()
        self._thread.join(10)
        assert not self._thread.is_alive(), "the recording does not end"
        if self.error is not None:
            raise self.error

    @property
    def status(self):
        return read_status(self._store)

    @property
    def connected(self) -> bool:
        status = self.status
        # The file of a recorder that died tells of that one.
        here = status is not None and status.since >= self._began
        return bool(here and all(engine.connected for engine in status.engines))


class Log:
    """The store, read again at every question, and the engine that it tells of."""

    def __init__(self, path: Path, engine: FakeEngine | None = None) -> None:
        self.path = path
        self._engine = engine

    @contextmanager
    def recorded(self, *, until_connected: bool = True):
        """Records while the block runs."""
        assert self._engine is not None
        run = Run(self.path, self._engine)
        try:
            if until_connected:
                eventually(lambda: run.error or run.connected, what="never connected")
            yield run
        finally:
            run.stop()

    @property
    def entries(self) -> list[Entry]:
        if not self.path.exists():
            return []
        try:
            reader = open_reader(self.path)
        except NotAStore:
            # It is being made.
            return []
        try:
            told = [fact for chunk in reader.read() for fact in chunk]
        finally:
            reader.close()
        return [Entry(fact.stream, fact.version, fact.fact) for fact in told]

    @property
    def facts(self) -> list[Fact]:
        return [entry.fact for entry in self.entries]

    def of(self, topic: str) -> list[Fact]:
        """The facts of one topic."""
        return [fact for fact in self.facts if topic == fact.TOPIC]

    @property
    def events(self) -> list[EngineEvent]:
        """The engine's events as they are stored."""
        return rebuilt(self.entries)

    @property
    def gaps(self) -> list[Fact]:
        return self.of("recording.gap")

    def later_gaps(self) -> list[Fact]:
        """The gaps but that before the first recording."""
        return [gap for gap in self.gaps if gap.started_at is not None]

    def life(self, object_id: str) -> list[str]:
        """The short names of a container's facts."""
        return [
            entry.fact.TOPIC.removeprefix("container.")
            for entry in self.entries
            if parse_stream_id(entry.originator_id).object_id == object_id
        ]

    def has_all(self) -> bool:
        """Whether every event that the engine told of is stored."""
        return not missing(self, self._engine)


def told_by(engine: FakeEngine) -> list[EngineEvent]:
    """The engine's events as they should be stored."""
    return [without_command(parse_engine_event(json.dumps(event))) for event in engine.said]


def _keys(events: list[EngineEvent]) -> Counter[str]:
    return Counter(msgspec.json.encode(event, order="sorted").decode() for event in events)


def missing(log: Log, engine: FakeEngine) -> Counter[str]:
    """The events that are not stored."""
    return _keys(told_by(engine)) - _keys(log.events)


def assert_exactly_once(log: Log, engine: FakeEngine) -> None:
    """Every event that the engine told of is stored, once, as it was told, and no other."""
    assert _keys(log.events) == _keys(told_by(engine))


@pytest.fixture
def log(tmp_path, fake_engine):
    """A store that is not there yet, and the fake engine beside it."""
    return Log(tmp_path / "shipslog.db", fake_engine)
