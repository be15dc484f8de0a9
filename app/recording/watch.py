"""One engine under watch: threads that read it and put what they read into a queue."""

import logging
import random
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from adapters.engines.connection import Connection, EngineRefused, EngineUnreachable
from adapters.engines.endpoints import Endpoint
from adapters.engines.events import LONGEST_LINE, WHOLE_RING, api_moment, split_lines
from adapters.engines.inspections import engine_clock, read_engine
from adapters.engines.surveys import (
    container_changes,
    inspect_container,
    inspect_image,
    survey,
)
from app.recording.backlog import Sink
from app.recording.builds import BuildWatch
from app.recording.messages import (
    Arrived,
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
from app.recording.silence import Silence
from app.recording.workers import Workers
from domain.concealing import Concealment
from domain.continuity import RING_SIZE
from domain.engine_event import EngineEvent, NoEngineEvent, parse_engine_event
from domain.errors import ShipslogError
from domain.facts.container import ContainerState
from domain.identity import CONTAINER
from domain.inspection import Inquiry
from domain.moments import MINUTE

log = logging.getLogger(__name__)

_WALK_SECONDS = 10.0
_WALK_AFTER_LINES = RING_SIZE // 2
"""So that the engine's memory does not turn over between two looks, however much it says."""
_WALK_REST_SECONDS = 0.1
_SUSPICION_SECONDS = 1.0
"""To look again at an engine that went on while its stream said nothing."""
_BACKOFF_SECONDS = (0.5, 4.0)
"""Asking a socket costs next to nothing, and whoever starts an engine wants to see it recorded."""
_REFUSED_SECONDS = 60.0
"""An engine that forbids is asked again once the person may have changed something."""
_INSPECTORS = 4
_PODMAN_OVERLAP = MINUTE


class Watch:
    """Reads one engine until stopped; reconnects by itself. All else is the writer's work.

    The stream's thread only reads and enqueues: a reader that falls behind slows down the
    engine for everybody, and then loses events without a word (Docker 20.10 to 29).
    """

    def __init__(
        self,
        endpoint: Endpoint,
        messages: "Sink[Watch]",
        concealment: Concealment,
    ) -> None:
        self.endpoint = endpoint
        self._concealment = concealment
        self._messages = messages
        self._stopping = threading.Event()
        self._walk_now = threading.Event()
        self._walk_waits = threading.Event()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._inspectors = Workers(_INSPECTORS, "inspect")
        self._surveyor = Workers(1, "survey")
        self._drifter = Workers(1, "drift")
        self._threads = [
            threading.Thread(target=self._watch, name="watch", daemon=True),
            threading.Thread(target=self._walk, name="walk", daemon=True),
        ]
        self._clock_offset = 0
        self._flavour = ""
        self._latest = 0
        self._lines = 0
        self._why_closed = ""
        self._builds: dict[str, int] = {}

    def start(self) -> None:
        """Begins to watch, and to enqueue `(self, message)` pairs."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the stream and all threads; takes a few milliseconds."""
        self._stopping.set()
        self._walk_now.set()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
        for workers in (self._inspectors, self._surveyor, self._drifter):
            workers.stop()
        for thread in self._threads:
            thread.join(timeout=3)

    def walk(self) -> None:
        """Has the engine's memory read at once, and the answer enqueued."""
        self._walk_now.set()

    def walk_taken(self) -> None:
        """The last look at the engine's memory is dealt with; the next one may be enqueued.

        While the writer is held up only one waits: each holds 256 events.
        """
        self._walk_waits.clear()

    def inspect(self, inquiries: Iterable[Inquiry]) -> None:
        """Has the objects inspected at once; the answers are enqueued."""
        for inquiry in inquiries:
            self._inspectors.do(partial(self._inspect, inquiry))

    def look_for_drift(self, container_id: str, occurred_at: int | None) -> None:
        """Has the container's file system compared with its image; the answer is enqueued."""
        self._drifter.do(partial(self._look_for_drift, container_id, occurred_at))

    def survey(
        self,
        known_containers: dict[str, tuple[ContainerState | None, str]],
        described_images: frozenset[str],
    ) -> None:
        """Has the whole engine looked at; the answer is enqueued."""
        self._surveyor.do(partial(self._survey, known_containers, described_images))

    # --- the stream ---

    def _watch(self) -> None:
        attempts = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._listen()
            except (ShipslogError, NoEngineEvent) as end:
                if self._stopping.is_set():
                    return
                self._put(Disconnected(self._why_closed or str(end), time.time_ns()))
                if isinstance(end, EngineRefused) and 400 <= end.status < 500:
                    self._stopping.wait(_REFUSED_SECONDS * random.uniform(0.8, 1.0))
                    continue
            except Exception as error:
                # A mistake of ours must not end the recording; the gap that it makes is declared.
                log.exception("the watch of %s failed", self.endpoint.url)
                self._put(Disconnected(f"Shipslog failed: {error!r}", time.time_ns()))
            # Ten doublings reach the longest wait; a thousand would be more than a float can hold.
            attempts = 0 if time.monotonic() - began > 5 else min(attempts + 1, 10)
            least, most = _BACKOFF_SECONDS
            self._stopping.wait(min(most, least * 2**attempts) * random.uniform(0.5, 1.0))

    def _listen(self) -> None:
        connection = Connection(self.endpoint)
        with self._lock:
            self._connection, self._why_closed = connection, ""
            if self._stopping.is_set():
                connection.close()
        builds: BuildWatch | None = None
        try:
            version = connection.negotiate()
            info, asked = self._look_at_clock(connection)
            observed = read_engine(self.endpoint.name, self.endpoint.url, version, info, asked)
            self._flavour = observed.flavour
            # The whole ring again: subscribing and reading it is one step only then, so that no
            # event falls between (Docker 20.10 to 29); what comes twice is known by fingerprint.
            chunks = connection.stream("/events", since=self._since())
            lines = split_lines(chunks, too_long=self._note_too_long)
            looked = time.time_ns()
            ring = self._ring(connection)
            self._put(Connected(observed, ring, looked, time.time_ns(), self._clock_offset))
            builds = BuildWatch(
                self.endpoint,
                observed.api_version,
                self._concealment.keyed,
                self._put,
                self._builds,
            )
            for line in filter(None, lines):
                self._put(Arrived(line, time.time_ns()))
                self._lines += 1
                if self._lines % _WALK_AFTER_LINES == 0:
                    self._walk_now.set()
        finally:
            if builds is not None:
                builds.close()
            with self._lock:
                self._connection = None
            connection.close()

    def _look_at_clock(self, connection: Connection) -> tuple[Any, int]:
        """The engine's `/info` and when it came; compares its clock with this machine's.

        An answer may take seconds, so only what lies outside of them is another clock.
        """
        asked = time.time_ns()
        info = connection.get("/info")
        answered = time.time_ns()
        told = engine_clock(info, answered + self._clock_offset)
        if not asked <= told - self._clock_offset <= answered:
            self._clock_offset = told - (asked + answered) // 2
        return info, answered

    def _since(self) -> str:
        """From when on events are asked for: all that the engine remembers.

        Podman keeps a log without end; of that only what has come since the last time, and a bit.
        """
        if self._flavour == "podman" and self._latest:
            return api_moment(self._latest - _PODMAN_OVERLAP)
        return WHOLE_RING

    def _note_too_long(self) -> None:
        reason = f"an event of more than {LONGEST_LINE:,} bytes was passed over"
        self._put(Lost(reason, time.time_ns()))

    def _ring(self, connection: Connection) -> tuple[EngineEvent, ...]:
        """The events that the engine remembers, but those that cannot be read.

        Of these the stream tells, which gives all that is remembered, too.
        """
        end = {"until": api_moment(time.time_ns() + self._clock_offset)}
        if self._flavour == "podman":
            # With `until` Podman 5.4 leaves most of its events out, each time others.
            end = {"stream": "false"}
        events = []
        chunks = connection.stream_to_end("/events", since=self._since(), **end)
        for line in filter(None, split_lines(chunks, too_long=lambda: None)):
            with suppress(NoEngineEvent):
                events.append(parse_engine_event(line))
        self._latest = max((event.time_ns for event in events), default=self._latest)
        return tuple(events)

    def _walk(self) -> None:
        silence = Silence()
        while not self._stopping.wait(_WALK_REST_SECONDS):
            self._walk_now.wait(_SUSPICION_SECONDS if silence.is_suspected else _WALK_SECONDS)
            self._walk_now.clear()
            with self._lock:
                connection = self._connection
            if connection is None or self._stopping.is_set():
                continue
            try:
                self._look_at_clock(connection)
                looked = time.time_ns()
                ring = self._ring(connection)
            except EngineUnreachable as error:
                # The stream of an engine that does not answer is as good as none.
                self._close(connection, str(error))
            except ShipslogError as error:
                log.info("the ring of %s could not be read: %s", self.endpoint.url, error)
            except Exception:
                log.exception("the ring of %s could not be read", self.endpoint.url)
            else:
                if connection is self._connection and not self._walk_waits.is_set():
                    self._walk_waits.set()
                    self._put(Walked(ring, looked, time.time_ns(), self._clock_offset))
                if silence.is_dead(ring, self._lines):
                    self._close(connection, "The event stream fell silent while the engine went on")

    def _close(self, connection: Connection, why: str) -> None:
        """Ends the stream, which is then opened anew."""
        with self._lock:
            if connection is self._connection:
                self._why_closed = why
        connection.close()

    # --- looks ---

    def _inspect(self, inquiry: Inquiry) -> None:
        connection = self._connection
        if connection is None:
            return
        look = inspect_container if inquiry.kind == CONTAINER else inspect_image
        reason = "it was gone before it could be inspected"
        inspection = None
        try:
            inspection = look(connection, inquiry.name, self._concealment)
        except ShipslogError as error:
            reason = str(error)
        self._put_from(connection, Inspected(inquiry, inspection, reason, time.time_ns()))

    def _look_for_drift(self, container_id: str, occurred_at: int | None) -> None:
        connection = self._connection
        if connection is None:
            return
        began = time.time_ns()
        try:
            changes = container_changes(connection, container_id)
        except ShipslogError as error:
            log.info("no changes of %s: %s", container_id[:12], error)
            return
        now = time.time_ns()
        moment = began + self._clock_offset if occurred_at is None else occurred_at
        if changes is not None:
            changed = Changed(container_id, changes, moment, now - began, now)
            self._put_from(connection, changed)

    def _survey(
        self,
        known_containers: dict[str, tuple[ContainerState | None, str]],
        described_images: frozenset[str],
    ) -> None:
        connection = self._connection
        if connection is None:
            self._put(SurveyFailed("not connected", time.time_ns()))
            return
        try:
            snapshot = survey(
                connection,
                known_containers=known_containers,
                described_images=described_images,
                concealment=self._concealment,
                now=lambda: time.time_ns() + self._clock_offset,
            )
        except ShipslogError as error:
            self._put(SurveyFailed(str(error), time.time_ns()))
        except Exception as error:
            log.exception("%s could not be looked at", self.endpoint.url)
            self._put(SurveyFailed(repr(error), time.time_ns()))
        else:
            if connection is self._connection:
                self._put(Surveyed(snapshot, time.time_ns()))
            else:
                self._put(SurveyFailed("the connection was lost meanwhile", time.time_ns()))

    def _put_from(self, connection: Connection, message: Message) -> None:
        """Enqueues what was read, unless the connection was lost meanwhile.

        The engine that answers at this address now may be another one.
        """
        if connection is self._connection:
            self._put(message)

    def _put(self, message: Message) -> None:
        self._messages.put((self, message))
