"""The desk of one engine: what arrives from it becomes facts in the book."""

import hashlib
import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from app.recording.known import described_images, known_containers
from app.recording.messages import (
    Arrived,
    Built,
    Changed,
    Connected,
    Disconnected,
    Inspected,
    Lost,
    Surveyed,
    SurveyFailed,
    Walked,
)
from domain import engine as engines
from domain.book import Book
from domain.building import note_build
from domain.continuity import RING_SIZE, Break, Continuity, cause_of_gap, judge
from domain.drifting import note_drift
from domain.engine_clock import (
    EngineClock,
    Noted,
    engine_time,
    has_slept_since,
    not_before,
    note_event,
    note_offset,
    note_sleep,
)
from domain.engine_event import EngineEvent, NoEngineEvent, parse_engine_event
from domain.facts import Fact, Origin
from domain.facts.base import LOCAL
from domain.facts.container import ContainerState
from domain.facts.engine import (
    ClockStepped,
    EngineObserved,
    GapCause,
    GapDeclared,
    RecordingStarted,
    RecordingStopped,
)
from domain.identity import CONTAINER, ENGINE, engine_key
from domain.inspecting import note_container, note_image, note_missing_container
from domain.inspection import ContainerInspection, ImageInspection, Inquiry
from domain.listening import Key, Looks, key_of, look
from domain.moments import SECOND
from domain.probes import ProbeCount
from domain.reconciling import reconcile
from domain.reporting import report
from domain.touched import Touched, moves_references

log = logging.getLogger(__name__)

Seen = Callable[[str, list[Key]], set[Key]]

# An event that the stream would still bring is not taken from a walk.
_WALK_MARGIN = 2 * SECOND
# The engine changes an object and then reports it; a snapshot can fall in between.
_SNAPSHOT_MARGIN = SECOND // 10
_SURVEY_AGAIN = 5 * SECOND
# What a desk knows beside the book.
_CONDITION = (
    *("engine", "observed", "connected", "since", "error", "last_event_at", "covered_until"),
    *("proven_until", "_looks", "_clock", "_was_unreachable"),
)


class Desk:
    """Turns what arrives from one engine into facts. Used by the writing thread alone.

    Everything entered stays in the book until the recorder stores it; `keys` are the fingerprints
    that go with it.
    """

    def __init__(self, book: Book, seen: Seen, recorder: str) -> None:
        self._book = book
        self._seen = seen
        self._recorder = recorder
        self.engine = ""
        self.observed: EngineObserved | None = None
        self.connected = False
        self.since: int | None = None
        self.last_event_at: int | None = None
        self.lag_ns: int | None = None
        self.error = ""
        self.keys: list[tuple[str, int, bytes]] = []
        self.covered_until: int | None = None
        """The last moment at which all that the engine held was known."""
        self.survey_due: int | None = None
        self._batch_keys: set[Key] = set()
        self._probes = ProbeCount()
        self._looks = Looks()
        self._clock = EngineClock()
        self._was_unreachable = False
        self._survey_is_void = False
        self._touched = Touched()
        self._unreadable: deque[bytes] = deque(maxlen=RING_SIZE)
        self.proven_until: int | None = None
        """The moment of the engine until which all its events are known to have been taken."""
        self._settled: dict[str, Any] = {}
        self.stored()

    # --- connecting ---

    def connected_to(
        self, message: Connected, proven_until: int | None, newest: int | None
    ) -> list[Inquiry]:
        """Enters that a recording begins, and whether anything was missed before it.

        Of a recorder that ended without notice, `proven_until` is the moment of the engine until
        which it had taken all events, and `newest` that of the last event that it stored. Gives
        what to inspect at once.
        """
        observed = message.observed
        self._turn_to(engine_key(observed.daemon_id, observed.endpoint))
        self.observed = observed
        was_connected = self.since is not None
        was_unreachable, self._was_unreachable = self._was_unreachable, False
        self.connected, self.since, self.error = True, message.at, ""
        self._note_clock(message)
        now = engine_time(self._clock, message.looked_at)
        engine = self._book.engine(self.engine)
        if engines.says_something_new(engine, observed):
            self._enter(observed)
        heard_until = engine.heard_until if engine is not None else None
        if engine is not None and engine.recording:
            reason = "the recorder ended without notice"
            ended = min(now, max(proven_until or 0, newest or 0) or now)
            heard_until = min(ended, proven_until or ended)
            times = self._declared(ended, message.at) | {"not_before": heard_until}
            self._enter(RecordingStopped(reason=reason, **times))
        ring_keys = list(map(key_of, message.ring))
        recorded = self._seen(self.engine, ring_keys) | self._batch_keys
        before = engine is not None and engine.recorded_before
        judgement = judge(
            ring_keys,
            recorded,
            recorded_before=before,
            heard_until=heard_until,
            last_seen=self._looks.newest,
        )
        self._enter(
            RecordingStarted(
                recorder=self._recorder,
                continues=judgement is Continuity.PROVEN,
                **self._declared(now, message.at),
            )
        )
        if judgement is not Continuity.PROVEN:
            slept = has_slept_since(self._clock, heard_until)
            between = Break(was_connected, was_unreachable, slept)
            self._declare_first_gap(message, judgement, heard_until, between)
        if before and self.covered_until is None:
            self.covered_until = heard_until
        self.proven_until = now
        inquiries = self._take_new(message.ring, message.at)
        self._looks = Looks(newest=ring_keys[-1] if ring_keys else None, looked_at=now)
        self.survey_due = message.at
        return inquiries

    def _turn_to(self, engine: str) -> None:
        """What was known of one engine says nothing of another one at the same address."""
        if engine != self.engine:
            self.engine = engine
            self.since = self.last_event_at = self.lag_ns = None
            self.covered_until = self.proven_until = None
            self._clock = EngineClock()
            self._looks = Looks()
            self._touched.clear()

    def _declare_first_gap(
        self,
        message: Connected,
        judgement: Continuity,
        heard_until: int | None,
        between: Break,
    ) -> None:
        ring = message.ring
        now = engine_time(self._clock, message.looked_at)
        ended_at = min((event.time_ns for event in ring), default=now)
        ended_at = min(ended_at, now)
        if judgement is Continuity.FIRST_CONTACT:
            cause, started_at = GapCause.FIRST_CONTACT, None
            evidence = "nothing was recorded of this engine before"
        elif judgement is Continuity.UNPROVEN:
            cause, started_at = GapCause.NOT_PROVEN, heard_until
            evidence = "all that was delivered is recorded, but the engine remembers no more"
        else:
            cause = cause_of_gap(len(ring), between)
            started_at = heard_until
            evidence = f"none of the {len(ring)} events that the engine remembers is recorded"
        self._declare_gap(started_at, ended_at, cause, evidence, message.at)

    def _declare_gap(
        self, started_at: int | None, ended_at: int, cause: GapCause, evidence: str, at: int
    ) -> None:
        started_at = None if started_at is None else min(started_at, ended_at)
        gap = GapDeclared(
            started_at=started_at,
            ended_at=ended_at,
            cause=cause,
            evidence=evidence,
            **self._declared(ended_at if started_at is None else started_at, at),
        )
        self._enter(gap)

    def _note_clock(self, message: Connected | Walked) -> None:
        is_first = self._clock.offset is None
        noted = note_offset(self._clock, message.clock_offset)
        if noted.set_back and not is_first:
            self._forget_order()
        self._clock_is(noted, message.at)

    def _clock_is(self, noted: Noted, at: int) -> None:
        self._clock = noted.clock
        if noted.step or noted.set_back:
            # It was by another clock.
            self.proven_until = None
        if noted.step:
            self._enter_step("engine against recorder", noted.step, at)

    def _enter_step(self, clock: str, step: int, at: int) -> None:
        times = self._declared(engine_time(self._clock, at), at)
        self._enter(ClockStepped(clock=clock, step_ns=step, **times))

    def _forget_order(self) -> None:
        """What was before the clock was set cannot be held against a snapshot that is under way."""
        self._touched.clear()
        self._survey_is_void = True

    def _declare_unreadable(self, evidence: str, at: int) -> None:
        now = engine_time(self._clock, at)
        self.survey_due = at
        self._declare_gap(now, now, GapCause.UNREADABLE, evidence, at)

    def disconnected(self, message: Disconnected) -> bool:
        """Enters that the recording ended; gives whether one was open."""
        was_connected, self.connected = self.connected, False
        self._was_unreachable = not was_connected
        self.enter_probes(message.at, all_of_them=True)
        self.error = message.reason
        if was_connected:
            self._judge_turn(message.at)
            self._take_new(self._looks.awaited, message.at)
            now = engine_time(self._clock, message.at)
            times = self._declared(now, message.at)
            # Not later than the end, whatever the engine's clock has done since.
            times["not_before"] = min(self.proven_until or now, now)
            self._enter(RecordingStopped(reason=message.reason, **times))
        return was_connected

    # --- events ---

    def arrived(self, message: Arrived) -> list[Inquiry]:
        """Enters the event of a line; gives what to inspect at once."""
        try:
            event = parse_engine_event(message.line)
        except NoEngineEvent as error:
            log.warning("unreadable: %s", error)
            # What the engine remembers of it comes again with every connection.
            digest = hashlib.blake2b(message.line, digest_size=16).digest()
            if digest not in self._unreadable:
                self._unreadable.append(digest)
                self._declare_unreadable(str(error), message.at)
            return []
        return self._take_new([event], message.at, live=True)

    def lost(self, message: Lost) -> None:
        """Enters that an event could not even be received."""
        self._declare_unreadable(message.reason, message.at)

    def walked(self, message: Walked) -> list[Inquiry]:
        """Enters what the stream left out, and a gap where even the ring has lost events."""
        if not self.connected:
            return []
        self._note_clock(message)
        latest = message.looked_at + message.clock_offset - _WALK_MARGIN
        self.proven_until = max(latest, self.proven_until or latest)
        if not message.ring:
            self._looks = msgspec.structs.replace(self._looks, looked_at=latest)
            return []
        self._judge_turn(message.at)
        self._looks, due = look(self._looks, message.ring, latest)
        if self._looks.ripe:
            self._judge_turn(message.at)
        return self._take_new(due, message.at)

    def _judge_turn(self, at: int) -> None:
        """Declares what may be missing since the engine's memory turned over between two looks."""
        turn = self._looks.turn
        if turn is None:
            return
        self._looks = msgspec.structs.replace(self._looks, turn=None)
        known = self._seen(self.engine, [turn.oldest]) | self._batch_keys | self._probes.keys
        if turn.oldest in known:
            cause, evidence = GapCause.NOT_PROVEN, "all that was delivered is recorded"
        else:
            cause, evidence = GapCause.DROPPED, "the stream stood but did not bring them"
            self.survey_due = at
        cause = GapCause.MACHINE_ASLEEP if has_slept_since(self._clock, turn.since) else cause
        evidence = f"the engine's memory of events turned over between two looks; {evidence}"
        self._declare_gap(turn.since, turn.oldest[0], cause, evidence, at)

    def slept(self, duration: int, at: int) -> None:
        """Takes note that this machine was asleep for so long until now (nanoseconds)."""
        self._clock = note_sleep(self._clock, duration, at)

    def clock_was_set(self, step: int, at: int) -> None:
        """Enters that this machine's clock was set, by so much (nanoseconds)."""
        if self.connected:
            self._enter_step("this machine", step, at)

    def _take_new(
        self, events: Iterable[EngineEvent], at: int, *, live: bool = False
    ) -> list[Inquiry]:
        keyed = [(key_of(event), event) for event in events]
        stored = self._seen(self.engine, [key for key, _ in keyed])
        inquiries: list[Inquiry] = []
        for key, event in keyed:
            if key in stored or key in self._batch_keys or key in self._probes.keys:
                continue
            if live and event.scope == LOCAL:
                self._note_order(event, at)
            if self._is_probe(event, key, at):
                self._note_time(event, at)
                continue
            self._batch_keys.add(key)
            self.keys.append((self.engine, *key))
            inquiries += self._report(event, at)
            self._note_event(event, at)
        return inquiries

    def _report(self, event: EngineEvent, at: int) -> list[Inquiry]:
        later = not_before(self._clock, event.time_ns)
        asked = report(event, self._book, self.engine, at, Origin.REPORTED, later)
        if later is None:
            return asked
        return [msgspec.structs.replace(each, occurred_at=later) for each in asked]

    def _note_order(self, event: EngineEvent, at: int) -> None:
        noted = note_event(self._clock, event.time_ns, at)
        if noted.set_back:
            self._forget_order()
        self._clock_is(noted, at)

    def _is_probe(self, event: EngineEvent, key: Key, at: int) -> bool:
        may_be = event.probed or event.action.startswith("exec_")
        if event.type != "container" or not may_be:
            return False
        container = self._book.container(self.engine, event.actor)
        return self._probes.takes(event, key, container, at)

    def enter_probes(self, at: int, *, all_of_them: bool = False) -> None:
        """Enters the probes that were counted, when it is time to, or at once."""
        if not (all_of_them or self._probes.due(at)):
            return
        counted, keys = self._probes.take(at)
        for container_id, fact in counted:
            self._book.append(CONTAINER, self.engine, container_id, fact)
        self._batch_keys |= keys
        self.keys += [(self.engine, *key) for key in sorted(keys)]

    def _note_time(self, event: EngineEvent, at: int) -> None:
        if self.last_event_at is None or event.time_ns > self.last_event_at:
            self.last_event_at = event.time_ns
        if self.since is not None and at > self.since:
            # What the engine remembered from before says nothing of how quickly it reports.
            self.lag_ns = max(0, at + (self._clock.offset or 0) - event.time_ns)

    def _note_event(self, event: EngineEvent, at: int) -> None:
        self._note_time(event, at)
        self._touched.note(event)
        if moves_references(event):
            # Tags come in bursts; one look after the last of them is enough.
            self.survey_due = at + SECOND // 2

    # --- looks ---

    def inspected(self, message: Inspected) -> None:
        """Enters what a look at one object told."""
        look, inquiry = message.inspection, message.inquiry
        if isinstance(look, ContainerInspection):
            note_container(look, inquiry, self._book, self.engine, message.at)
        elif isinstance(look, ImageInspection):
            note_image(look, inquiry, self._book, self.engine, message.at)
        elif inquiry.kind == "container":
            note_missing_container(inquiry, self._book, self.engine, message.at, message.reason)

    def changed(self, message: Changed) -> None:
        """Enters what the container's file system has that its image has not."""
        note_drift(
            message.changes,
            message.container_id,
            self._book,
            self.engine,
            occurred_at=message.occurred_at,
            recorded_at=message.at,
        )

    def builds_told(self) -> None:
        """From now on the engine's builder tells of builds; they need not be inferred."""
        self._book.telling_builds.add(self.engine)

    def built(self, message: Built) -> None:
        """Enters a build that the builder tells of."""
        note_build(message.record, self._book, self.engine, message.at)

    def running_containers(self) -> list[str]:
        """The ids of the containers that are believed to run."""
        return [
            container_id
            for container_id, (state, _) in self.known_containers().items()
            if state is ContainerState.RUNNING
        ]

    def surveyed(self, message: Surveyed) -> None:
        """Enters what a snapshot shows that no event told."""
        if self._survey_is_void:
            self._survey_is_void, self.survey_due = False, message.at
            return
        snapshot = message.snapshot
        since = snapshot.began_at - _SNAPSHOT_MARGIN
        touched = self._touched.since(since)
        look_again = reconcile(
            snapshot,
            self._book,
            self.engine,
            recorded_at=message.at,
            covered_until=self.covered_until,
            touched=touched,
        )
        self.covered_until = snapshot.began_at
        if look_again:
            # Of what is at work it said nothing certain; look again when it is at rest.
            self.survey_due = message.at + (SECOND if touched else 5 * SECOND)

    def survey_failed(self, message: SurveyFailed) -> None:
        """Takes note that the engine could not be looked at; the next look will tell."""
        log.info("no snapshot: %s", message.reason)
        if self.connected:
            self.survey_due = message.at + _SURVEY_AGAIN

    @property
    def builds_are_silent(self) -> bool:
        """Whether builds of this engine can leave an image or a tag without any event."""
        return self.observed is not None and engines.builds_are_silent(self.observed)

    def known_containers(self) -> dict[str, tuple[ContainerState | None, str]]:
        """The believed state and name of each container that need not be inspected again."""
        return known_containers(self._book, self.engine)

    def described_images(self) -> frozenset[str]:
        """The ids of the images that are present and described."""
        return described_images(self._book, self.engine)

    def stored(self) -> None:
        """What was entered is stored."""
        self.keys = []
        self._batch_keys.clear()
        self._settled = {name: getattr(self, name) for name in _CONDITION}

    def forget(self) -> None:
        """What was entered could not be stored: all is again as it was before."""
        for name, value in self._settled.items():
            setattr(self, name, value)
        self.stored()

    # --- entering ---

    def _enter(self, fact: Fact) -> None:
        self._book.append(ENGINE, self.engine, self.engine, fact)

    def _declared(self, occurred_at: int, recorded_at: int) -> dict[str, Any]:
        return {
            "occurred_at": occurred_at,
            "recorded_at": recorded_at,
            "origin": Origin.DECLARED,
        }
