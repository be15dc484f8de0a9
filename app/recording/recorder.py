"""The writing thread of a recorder: what the watches read becomes facts in the store."""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Empty

from adapters.engines.endpoints import Endpoint
from adapters.store.errors import Conflict, StoreBusy, StoreUnwritable
from adapters.store.writer import Writer
from app.recording.backlog import Backlog, Sink
from app.recording.clocks import Clocks, passed, read_clocks
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
from app.recording.status import EngineStatus, RecorderStatus, write_status
from app.recording.survey_clock import SurveyClock
from app.recording.watch import Watch
from app.recording.wishes import grant, wishes
from app.release import release
from domain.book import Book
from domain.concealing import Concealment
from domain.errors import ShipslogError
from domain.identity import engine_key
from domain.moments import MINUTE, SECOND

log = logging.getLogger(__name__)

Say = Callable[[str], None]

KEEP_VARIABLE = "SHIPSLOG_KEEP_ENV"

_MOST_MESSAGES_AT_ONCE = 200
_LONGEST_WAIT_NS = 50_000_000
_IDLE_SECONDS = 0.25
_STATUS_EVERY = 2 * SECOND
_WISHES_EVERY = SECOND // 2
_SEAL_AFTER = MINUTE
_LEAST_JUMP = 2 * SECOND
"""Of a clock; less than that is what clocks do."""
_LEAST_SLEEP = 5 * SECOND
_STORE_REST_SECONDS = 1.0
"""After the store could not be written, before it is tried again."""


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
        proven_until: Mapping[str, int | None],
        say: Say,
        *,
        now: Callable[[], int] = time.time_ns,
        tick: Callable[[], int] = time.monotonic_ns,
        clocks: Callable[[], Clocks] = read_clocks,
        still_alone: Callable[[], None] = lambda: None,
        watch: Callable[[Endpoint, Sink[Watch], Concealment], Watch] = Watch,
    ) -> None:
        self._store = store
        self._writer = writer
        self._say = say
        self._proven_until = proven_until
        self._backlog: Backlog[Watch] = Backlog()
        self._book = Book(writer.load, known_presence(store))
        self._now = now
        self._tick = tick
        self._read_clocks = clocks
        self._still_alone = still_alone
        self._clocks = clocks()
        self._began = now()
        concealment = Concealment(kept_variables(), writer.keyed_hash)
        self._desks = {
            watch(where, self._backlog, concealment): Desk(
                self._book, writer.seen, f"shipslog {release()}"
            )
            for where in endpoints
        }
        self._surveys = {watch: SurveyClock() for watch in self._desks}
        self._drifts = {watch: DriftClock() for watch in self._desks}
        self._next_status = 0
        self._unsealed_since: int | None = None
        self._store_fault = ""
        self._next_wishes = 0
        self._looked_at: set[str] = set()
        """Of these containers a look is stored since the wishes were tended last."""
        self._wanted: set[str] = set()

    def run(self, stopping: threading.Event, for_seconds: float | None) -> None:
        """Records until told to stop; what was received by then is stored.

        Raises:
            ShipslogError: the store is gone, or could not be written any more at the end.
        """
        until = None if for_seconds is None else time.monotonic() + for_seconds
        for watch in self._desks:
            watch.start()
        try:
            while not stopping.is_set() and (until is None or time.monotonic() < until):
                self._take(self._next_messages(_IDLE_SECONDS), stopping)
                self._tend()
        finally:
            for watch in self._desks:
                watch.stop()
            self._finish()

    def _next_messages(self, wait_seconds: float) -> list[tuple[Watch, Message]]:
        """What has arrived: at once when little has, more together under load."""
        try:
            messages = [self._backlog.get(timeout=wait_seconds)]
        except Empty:
            return []
        deadline = self._tick() + _LONGEST_WAIT_NS
        while len(messages) < _MOST_MESSAGES_AT_ONCE and self._tick() < deadline:
            try:
                messages.append(self._backlog.get_nowait())
            except Empty:
                break
        return messages

    def _take(
        self, messages: Sequence[tuple[Watch, Message]], stopping: threading.Event | None = None
    ) -> None:
        """Stores what follows from the messages, however long the store cannot be written.

        Meanwhile the watches go on: what they read waits in the backlog. Without `stopping`, or
        once it is set, a store that cannot be written is an error.
        """
        while True:
            try:
                self._store_all(messages)
            except (StoreUnwritable, StoreBusy) as fault:
                self._forget()
                if stopping is None or stopping.is_set():
                    raise
                self._tell_store_fault(fault)
                stopping.wait(_STORE_REST_SECONDS)
            else:
                self._tell_store_mended()
                return

    def _store_all(self, messages: Sequence[tuple[Watch, Message]]) -> None:
        try:
            self._handle_all(messages)
        except Conflict:
            # Another process has written to a stream of these engines, or stored the same
            # events: look again at what is stored, and enter what is missing.
            self._forget()
            self._handle_all(messages)

    def _tell_store_fault(self, fault: ShipslogError) -> None:
        if not self._store_fault:
            self._say(f"{str(fault).rstrip('.')}. What happens waits until it can be stored.")
        self._store_fault = str(fault)
        self._write_status()

    def _tell_store_mended(self) -> None:
        if self._store_fault:
            self._store_fault = ""
            self._say(f"{self._store} can be written again; nothing of what waited is lost.")

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
                self._looked_at.add(message.container_id)
                self._drifts[watch].took(message.took, self._tick())
            case Connected():
                newest = self._newest_event_of(message)
                proven_until = self._proven_until.get(watch.endpoint.url)
                watch.inspect(desk.connected_to(message, proven_until, newest))
                self._say(f"Recording {watch.endpoint.url} into {self._store}.")
            case Lost():
                desk.lost(message)
            case Walked():
                watch.walk_taken()
                watch.inspect(desk.walked(message))
            case BuildsTold():
                desk.builds_told()
            case Built():
                desk.built(message)
            case Surveyed():
                self._surveys[watch].hold(message, self._tick())
            case SurveyFailed():
                self._surveys[watch].failed(self._tick())
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
            self._unsealed_since = self._tick()

    def _tend(self) -> None:
        """What is done by the clock: surveys, the status file, seals."""
        now, tick = self._now(), self._tick()
        self._note_jumps(now)
        try:
            for watch, desk in self._desks.items():
                self._tend_surveys(watch, desk, now, tick)
            if self._unsealed_since is not None and tick - self._unsealed_since >= _SEAL_AFTER:
                self._unsealed_since = None
                self._writer.seal()
        except Conflict:
            self._look_again(now)
        except (StoreUnwritable, StoreBusy) as fault:
            self._look_again(now)
            self._tell_store_fault(fault)
        if tick >= self._next_wishes:
            self._next_wishes = tick + _WISHES_EVERY
            self._still_alone()
            self._tend_wishes()
        if tick >= self._next_status:
            self._next_status = tick + _STATUS_EVERY
            self._write_status()

    def _look_again(self, now: int) -> None:
        """What a survey showed could not be stored; another one will show it."""
        self._forget()
        for desk in self._desks.values():
            desk.survey_due = now

    def _tend_surveys(self, watch: Watch, desk: Desk, now: int, tick: int) -> None:
        clock = self._surveys[watch]
        if (survey := clock.ripe(tick)) is not None:
            desk.surveyed(survey)
            self._commit()
        asked = desk.survey_due is not None and now >= desk.survey_due
        if desk.connected and clock.due(tick, desk, asked=asked):
            clock.began(tick)
            desk.survey_due = None
            watch.survey(desk.known_containers(), desk.described_images())
        if desk.connected and (drifting := self._drifts[watch].due(desk.running_containers, tick)):
            watch.look_for_drift(drifting, None)

    def _tend_wishes(self) -> None:
        """Looks at the containers that somebody wants looked at, and says when that is done."""
        wanted = set(wishes(self._store)) if self._store.parent.is_dir() else set()
        for container_id in wanted & self._looked_at:
            grant(self._store, container_id)
        for container_id in wanted - self._looked_at - self._wanted:
            for watch, desk in self._desks.items():
                if desk.connected and container_id in desk.known_containers():
                    watch.look_for_drift(container_id, None)
        self._wanted = wanted - self._looked_at
        self._looked_at.clear()

    def _note_jumps(self, now: int) -> None:
        """Notes that this machine has slept, or that its clock was set."""
        before, self._clocks = self._clocks, self._read_clocks()
        jump = passed(before, self._clocks)
        for watch, desk in self._desks.items():
            if jump.slept >= _LEAST_SLEEP:
                desk.slept(jump.slept, now)
                watch.walk()
            if abs(jump.stepped) >= _LEAST_JUMP:
                desk.clock_was_set(jump.stepped, now)

    def _write_status(self) -> None:
        try:
            write_status(self._store, self._status(self._now()))
        except OSError as error:
            log.warning("the status cannot be written: %s", error)

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
        return RecorderStatus(os.getpid(), self._began, release(), now, engines, self._store_fault)

    def _finish(self) -> None:
        while messages := self._next_messages(0.0):
            self._take(messages)
        now = self._now()
        try:
            self._stop(now)
        except Conflict:
            self._forget()
            self._stop(now)
        self._write_status()

    def _stop(self, now: int) -> None:
        for desk in self._desks.values():
            if desk.connected:
                desk.disconnected(Disconnected("the recorder was stopped", now))
                desk.error = ""
        self._commit()
