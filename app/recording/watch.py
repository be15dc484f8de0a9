"""One engine under watch: threads that read it and put what they read into a queue."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue

from adapters.engines.connection import Connection, EngineRefused, EngineUnreachable, StreamEnded
from adapters.engines.endpoints import Endpoint
from adapters.engines.events import WHOLE_RING, LineTooLong, api_moment, split_lines
from adapters.engines.inspections import engine_clock, read_engine
from adapters.engines.surveys import (
    container_changes,
    inspect_container,
    inspect_image,
    survey,
)
from app.recording.builds import BuildWatch
from app.recording.messages import (
    Arrived,
    Changed,
    Connected,
    Disconnected,
    Inspected,
    Message,
    Surveyed,
    SurveyFailed,
    Walked,
)
from domain.concealing import Concealment
from domain.engine_event import EngineEvent, NoEngineEvent, parse_engine_event
from domain.errors import ShipslogError
from domain.facts.container import ContainerState
from domain.identity import CONTAINER
from domain.inspection import Inquiry

log = logging.getLogger(__name__)

_WALK_SECONDS = 10.0
_BACKOFF_SECONDS = (0.5, 30.0)
_INSPECTORS = 4


class Watch:
    """Reads one engine until stopped; reconnects by itself. All else is the writer's work.

    The stream's thread only reads and enqueues: a reader that falls behind slows down the
    engine for everybody, and then loses events without a word (Docker 20.10 to 29).
    """

    def __init__(
        self,
        endpoint: Endpoint,
        messages: "SimpleQueue[tuple[Watch, Message]]",
        concealment: Concealment,
    ) -> None:
        self.endpoint = endpoint
        self._concealment = concealment
        self._messages = messages
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._inspectors = ThreadPoolExecutor(_INSPECTORS, "inspect")
        self._surveyor = ThreadPoolExecutor(1, "survey")
        self._drifter = ThreadPoolExecutor(1, "drift")
        self._threads = [
            threading.Thread(target=self._watch, name="watch", daemon=True),
            threading.Thread(target=self._walk, name="walk", daemon=True),
        ]
        self._clock_offset = 0
        self._flavour = ""

    def start(self) -> None:
        """Begins to watch, and to enqueue `(self, message)` pairs."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the stream and all threads; takes a few milliseconds."""
        self._stopping.set()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
        self._inspectors.shutdown(wait=False, cancel_futures=True)
        self._surveyor.shutdown(wait=False, cancel_futures=True)
        self._drifter.shutdown(wait=False, cancel_futures=True)
        for thread in self._threads:
            thread.join(timeout=3)

    def inspect(self, inquiries: Iterable[Inquiry]) -> None:
        """Has the objects inspected at once; the answers are enqueued."""
        for inquiry in inquiries:
            self._submit(self._inspectors, partial(self._inspect, inquiry))

    def look_for_drift(self, container_id: str, occurred_at: int | None) -> None:
        """Has the container's file system compared with its image; the answer is enqueued."""
        self._submit(self._drifter, partial(self._look_for_drift, container_id, occurred_at))

    def survey(
        self,
        known_containers: dict[str, tuple[ContainerState | None, str]],
        described_images: frozenset[str],
    ) -> None:
        """Has the whole engine looked at; the answer is enqueued."""
        self._submit(self._surveyor, partial(self._survey, known_containers, described_images))

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
                self._put(Disconnected(str(end), time.time_ns()))
            except Exception as error:
                # A mistake of ours must not end the recording; the gap that it makes is declared.
                log.exception("the watch of %s failed", self.endpoint.url)
                self._put(Disconnected(f"Shipslog failed: {error!r}", time.time_ns()))
            attempts = 0 if time.monotonic() - began > 5 else attempts + 1
            least, most = _BACKOFF_SECONDS
            self._stopping.wait(min(most, least * 2**attempts) * random.uniform(0.5, 1.0))

    def _listen(self) -> None:
        connection = Connection(self.endpoint)
        with self._lock:
            self._connection = connection
        builds: BuildWatch | None = None
        try:
            version = connection.negotiate()
            info = connection.get("/info")
            asked = time.time_ns()
            self._clock_offset = engine_clock(info, asked) - asked
            observed = read_engine(self.endpoint.name, self.endpoint.url, version, info, asked)
            self._flavour = observed.flavour
            # The whole ring again: subscribing and reading it is one step only then, so that no
            # event falls between (Docker 20.10 to 29); what comes twice is known by fingerprint.
            lines = split_lines(connection.stream("/events", since=WHOLE_RING))
            ring, unreadable = self._ring(connection)
            self._put(Connected(observed, ring, unreadable, time.time_ns(), self._clock_offset))
            builds = BuildWatch(
                self.endpoint, observed.api_version, self._concealment.keyed, self._put
            )
            for line in filter(None, lines):
                self._put(Arrived(line, time.time_ns()))
        finally:
            if builds is not None:
                builds.close()
            connection.close()
            with self._lock:
                self._connection = None

    def _ring(self, connection: Connection) -> tuple[tuple[EngineEvent, ...], int]:
        """The events that the engine remembers, and how many of them cannot be read."""
        end = {"until": api_moment(time.time_ns() + self._clock_offset)}
        if self._flavour == "podman":
            # With `until` Podman 5.4 leaves most of its events out, each time others.
            end = {"stream": "false"}
        events, unreadable = [], 0
        chunks = connection.stream_to_end("/events", since=WHOLE_RING, **end)
        for line in filter(None, split_lines(chunks)):
            try:
                events.append(parse_engine_event(line))
            except NoEngineEvent:
                unreadable += 1
        return tuple(events), unreadable

    def _walk(self) -> None:
        while not self._stopping.wait(_WALK_SECONDS):
            with self._lock:
                connection = self._connection
            if connection is None:
                continue
            try:
                ring, _ = self._ring(connection)
            except (EngineUnreachable, EngineRefused, StreamEnded, LineTooLong) as error:
                log.info("the ring of %s could not be read: %s", self.endpoint.url, error)
            else:
                self._put(Walked(ring, time.time_ns()))

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
        self._put(Inspected(inquiry, inspection, reason, time.time_ns()))

    def _look_for_drift(self, container_id: str, occurred_at: int | None) -> None:
        connection = self._connection
        if connection is None:
            return
        began = time.time_ns()
        try:
            changes = container_changes(connection, container_id)
        except (ShipslogError, KeyError, TypeError, ValueError) as error:
            log.info("no changes of %s: %s", container_id[:12], error)
            return
        now = time.time_ns()
        moment = began + self._clock_offset if occurred_at is None else occurred_at
        if changes is not None:
            self._put(Changed(container_id, changes, moment, now - began, now))

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
        except (ShipslogError, KeyError, TypeError, ValueError, AttributeError) as error:
            self._put(SurveyFailed(str(error), time.time_ns()))
        else:
            self._put(Surveyed(snapshot, time.time_ns()))

    def _submit(self, pool: ThreadPoolExecutor, work: Callable[[], None]) -> None:
        if not self._stopping.is_set():
            pool.submit(work)

    def _put(self, message: Message) -> None:
        self._messages.put((self, message))
