"""The use case `record`: one process that watches an engine and writes its history."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from adapters.engines.connection import Connection
from adapters.engines.endpoints import Endpoint, endpoint
from adapters.store.errors import Conflict
from adapters.store.lock import hold
from adapters.store.opening import create_or_open
from adapters.store.writer import Writer
from app.recording.desk import Desk
from app.recording.drift_clock import DriftClock
from app.recording.known import known_presence
from app.recording.messages import (
    Arrived,
    BuildsTold,
    Built,
    Changed,
    Connected,
    Disconnected,
    Inspected,
    Lost,
    Message,
    Surveyed,
    SurveyFailed,
    Walked,
)
from app.recording.status import EngineStatus, RecorderStatus, read_status, write_status
from app.recording.watch import Watch
from app.release import release
from domain.book import Book
from domain.concealing import Concealment
from domain.identity import engine_key
from domain.moments import MINUTE, SECOND

Say = Callable[[str], None]
_Queue = SimpleQueue[tuple[Watch, Message]]

KEEP_VARIABLE = "SHIPSLOG_KEEP_ENV"

_MOST_MESSAGES_AT_ONCE = 200
_LONGEST_WAIT_NS = 50_000_000
_IDLE_SECONDS = 0.25
_STATUS_EVERY = 2 * SECOND
_SEAL_AFTER = MINUTE
_SURVEY_EVERY = MINUTE
# Engines whose builds and tags leave no event are looked at often; a look takes 3 ms of the
# engine at four images and 72 ms at 250 tags, so the interval grows with what the look takes.
_SURVEY_SILENT_ENGINES_EVERY = 5 * SECOND
_SURVEY_SHARE = 100
# An event that happened before a look may arrive shortly after its result.
_SURVEY_REST = 3 * SECOND // 10


def record(
    store: Path,
    engine: str | None,
    *,
    for_seconds: float | None = None,
    say: Say,
    stopping: threading.Event | None = None,
) -> int:
    """Records an engine until a signal, `stopping`, or the given time; returns the exit code.

    Raises:
        ShipslogError: the engine cannot be reached at the start, the store cannot be written,
            or another recorder holds it.
    """
    where = endpoint(engine)
    stopping = stopping or threading.Event()
    with hold(store, now=time.time_ns()), _signals(stopping):
        _reach(where)
        before = read_status(store)
        writer = create_or_open(store, now=time.time_ns())
        try:
            told = before.engines[0] if before and before.engines else None
            proven_until = told.proven_until if told and told.connected else None
            recorder = Recorder(store, writer, [where], proven_until, say)
            recorder.run(stopping, for_seconds)
        finally:
            writer.close()
    return 0


def _reach(where: Endpoint) -> None:
    connection = Connection(where)
    try:
        connection.negotiate()
    finally:
        connection.close()


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    """SIGINT and SIGTERM end the recording cleanly while the block runs (main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def kept_variables() -> frozenset[str]:
    """The names of environment variables whose values the person allows to be stored."""
    return frozenset(filter(None, re.split(r"[,\s]+", os.environ.get(KEEP_VARIABLE, ""))))


class Recorder:
    """The writing thread: takes what the watches read, and stores what follows from it."""

    def __init__(
        self,
        store: Path,
        writer: Writer,
        endpoints: Sequence[Endpoint],
        proven_until: int | None,
        say: Say,
        *,
        now: Callable[[], int] = time.time_ns,
        watch: Callable[[Endpoint, _Queue, Concealment], Watch] = Watch,
    ) -> None:
        self._store = store
        self._writer = writer
        self._say = say
        self._proven_until = proven_until
        self._queue: _Queue = SimpleQueue()
        self._book = Book(writer.load, known_presence(store))
        self._now = now
        self._began = now()
        concealment = Concealment(kept_variables(), writer.keyed_hash)
        self._desks = {
            watch(where, self._queue, concealment): Desk(
                self._book, writer.seen, f"shipslog {release()}"
            )
            for where in endpoints
        }
        self._surveys: dict[Watch, _SurveyClock] = {watch: _SurveyClock() for watch in self._desks}
        self._drifts = {watch: DriftClock() for watch in self._desks}
        self._next_status = 0
        self._unsealed_since: int | None = None

    def run(self, stopping: threading.Event, for_seconds: float | None) -> None:
        """Records until told to stop; what was received by then is stored."""
        until = None if for_seconds is None else time.monotonic() + for_seconds
        for watch in self._desks:
            watch.start()
        try:
            while not stopping.is_set() and (until is None or time.monotonic() < until):
                self._take(self._next_messages(_IDLE_SECONDS))
                self._tend()
        finally:
            for watch in self._desks:
                watch.stop()
            self._finish()

    def _next_messages(self, wait_seconds: float) -> list[tuple[Watch, Message]]:
        """What has arrived: at once when little has, more together under load."""
        try:
            messages = [self._queue.get(timeout=wait_seconds)]
        except Empty:
            return []
        deadline = time.monotonic_ns() + _LONGEST_WAIT_NS
        while len(messages) < _MOST_MESSAGES_AT_ONCE and time.monotonic_ns() < deadline:
            try:
                messages.append(self._queue.get_nowait())
            except Empty:
                break
        return messages

    def _take(self, messages: Sequence[tuple[Watch, Message]]) -> None:
        try:
            self._handle_all(messages)
        except Conflict:
            # Another process has written to a stream of these engines, or stored the same
            # events: look again at what is stored, and enter what is missing.
            self._forget()
            self._handle_all(messages)

    def _handle_all(self, messages: Sequence[tuple[Watch, Message]]) -> None:
        for watch, message in messages:
            self._handle(watch, self._desks[watch], message)
        for desk in self._desks.values():
            desk.enter_probes(self._now())
        self._commit()

    def _forget(self) -> None:
        self._book.discard()
        for desk in self._desks.values():
            desk.forget()

    def _handle(self, watch: Watch, desk: Desk, message: Message) -> None:
        match message:
            case Arrived():
                inquiries = desk.arrived(message)
                # Between the end and the removal Compose leaves 10 ms, too few for a look.
                for signalled in (each for each in inquiries if each.action == "kill"):
                    watch.look_for_drift(signalled.name, signalled.occurred_at)
                watch.inspect(inquiries)
            case Inspected():
                desk.inspected(message)
                if message.inquiry.action == "die" and message.inspection is not None:
                    watch.look_for_drift(message.inquiry.name, message.inquiry.occurred_at)
            case Changed():
                desk.changed(message)
                self._drifts[watch].took(message.took, message.at)
            case Connected():
                newest = self._newest_event_of(message)
                watch.inspect(desk.connected_to(message, self._proven_until, newest))
                self._say(f"Recording {watch.endpoint.url} into {self._store}.")
            case Lost():
                desk.lost(message)
            case Walked():
                watch.inspect(desk.walked(message))
            case BuildsTold():
                desk.builds_told()
            case Built():
                desk.built(message)
            case Surveyed():
                self._surveys[watch].hold(message)
            case SurveyFailed():
                self._surveys[watch].failed(message.at)
                desk.survey_failed(message)
            case Disconnected():
                self._surveys[watch].forget()
                said_already = message.reason == desk.error
                if desk.disconnected(message) or not said_already:
                    self._say(f"{message.reason.rstrip('.')}. Trying again until stopped.")

    def _newest_event_of(self, message: Connected) -> int | None:
        key = engine_key(message.observed.daemon_id, message.observed.endpoint)
        return next((time_ns for time_ns, _ in self._writer.latest_seen(key, 1)), None)

    def _commit(self) -> None:
        entries = self._book.pending()
        if not entries:
            return
        reported = [key for desk in self._desks.values() for key in desk.keys]
        self._writer.append(entries, reported)
        self._book.stored()
        for desk in self._desks.values():
            desk.stored()
        if self._unsealed_since is None:
            self._unsealed_since = self._now()

    def _tend(self) -> None:
        """What is done by the clock: surveys, the status file, seals."""
        now = self._now()
        for watch, desk in self._desks.items():
            clock = self._surveys[watch]
            if (survey := clock.ripe(now)) is not None:
                desk.surveyed(survey)
                try:
                    self._commit()
                except Conflict:
                    self._forget()
                    desk.survey_due = now
            if desk.connected and clock.due(now, desk):
                clock.began(now)
                desk.survey_due = None
                watch.survey(desk.known_containers(), desk.described_images())
            if desk.connected and (
                drifting := self._drifts[watch].due(desk.running_containers, now)
            ):
                watch.look_for_drift(drifting, None)
        if now >= self._next_status:
            self._next_status = now + _STATUS_EVERY
            write_status(self._store, self._status(now))
        if self._unsealed_since is not None and now - self._unsealed_since >= _SEAL_AFTER:
            self._unsealed_since = None
            self._writer.seal()

    def _status(self, now: int) -> RecorderStatus:
        engines = tuple(
            EngineStatus(
                name=desk.observed.name if desk.observed else watch.endpoint.url,
                key=desk.engine,
                endpoint=watch.endpoint.url,
                connected=desk.connected,
                lag_ns=desk.lag_ns,
                since=desk.since,
                proven_until=desk.proven_until,
                last_event_at=desk.last_event_at,
                error=desk.error,
            )
            for watch, desk in self._desks.items()
        )
        return RecorderStatus(os.getpid(), self._began, release(), now, engines)

    def _finish(self) -> None:
        while messages := self._next_messages(0.0):
            self._take(messages)
        now = self._now()
        try:
            self._stop(now)
        except Conflict:
            self._forget()
            self._stop(now)
        write_status(self._store, self._status(now))

    def _stop(self, now: int) -> None:
        for desk in self._desks.values():
            if desk.connected:
                desk.disconnected(Disconnected("the recorder was stopped", now))
                desk.error = ""
        self._commit()


class _SurveyClock:
    """When an engine is looked at as a whole, and when the result may be believed."""

    def __init__(self) -> None:
        self._started: int | None = None
        self._last = 0
        self._took = 0
        self._held: Surveyed | None = None

    def due(self, now: int, desk: Desk) -> bool:
        if self._started is not None or self._held is not None:
            return False
        every = _SURVEY_SILENT_ENGINES_EVERY if desk.builds_are_silent else _SURVEY_EVERY
        every = max(every, self._took * _SURVEY_SHARE)
        asked = desk.survey_due is not None and now >= desk.survey_due
        return asked or now - self._last >= every

    def began(self, now: int) -> None:
        self._started = now

    def hold(self, survey: Surveyed) -> None:
        self._took = survey.at - (self._started or survey.at)
        self._held, self._started, self._last = survey, None, survey.at

    def failed(self, at: int) -> None:
        self._started, self._last = None, at

    def forget(self) -> None:
        self._held = None

    def ripe(self, now: int) -> Surveyed | None:
        if self._held is None or now - self._held.at < _SURVEY_REST:
            return None
        held, self._held = self._held, None
        return held
