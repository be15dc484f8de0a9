"""The desk of one engine: what arrives, in whatever order, and what is made of it."""

import json

import pytest

from app.recording import desk as desks
from app.recording.desk import Desk
from app.recording.messages import (
    Arrived,
    Connected,
    Disconnected,
    Surveyed,
    SurveyFailed,
    Walked,
)
from app.recording.survey_clock import SurveyClock
from domain.book import Book
from domain.container import State
from domain.engine_event import fingerprint
from domain.facts import Origin
from domain.facts.container import ContainerConfigured, ContainerUnknown
from domain.facts.engine import EngineObserved, GapCause
from domain.identity import CONTAINER, engine_key
from domain.moments import SECOND
from tests.domain.snapshots import container, image, snapshot
from tests.domain.world import C1, A, B, at, event

NAMED = {"name": "web", "image": "shop/web:1"}
URL = "unix:///run/docker.sock"


class Office:
    """A desk, its book, and the fingerprints that are stored."""

    def __init__(self) -> None:
        self.book = Book(lambda stream: [])
        self.stored: set = set()
        self.desk = Desk(self.book, lambda _, keys: self.stored & set(keys), "shipslog")

    def connect(self, *ring, seconds=0.0, daemon="d1", offset=0, version="28.5.2", **more):
        observed = EngineObserved(
            occurred_at=at(seconds),
            recorded_at=at(seconds),
            origin=Origin.INSPECTED,
            name="laptop",
            endpoint=URL,
            daemon_id=daemon,
            flavour=more.pop("flavour", "docker"),
            version=version,
            **more,
        )
        now = at(seconds)
        message = Connected(observed, tuple(ring), now, now, offset)
        return self.settle(self.desk.connected_to(message, None, None))

    def disconnect(self, seconds):
        return self.settle(self.desk.disconnected(Disconnected("cut", at(seconds))))

    def hear(self, *events):
        inquiries = []
        for said in events:
            line = json.dumps(
                {
                    "Type": said.type,
                    "Action": f"{said.action}: {said.payload}" if said.payload else said.action,
                    "Actor": {"ID": said.actor, "Attributes": said.attributes},
                    "timeNano": said.time_ns,
                }
            )
            inquiries += self.desk.arrived(Arrived(line.encode(), said.time_ns + SECOND // 100))
        return self.settle(inquiries)

    def walk(self, *ring, seconds, offset=0):
        moment = at(seconds)
        return self.settle(self.desk.walked(Walked(tuple(ring), moment, moment, offset)))

    def look(self, taken):
        before = len(self.book.pending())
        self.desk.surveyed(Surveyed(taken, taken.ended_at))
        return [entry.fact for entry in self.book.pending()[before:]]

    def settle(self, result):
        """Takes it that what was entered is stored."""
        self.stored |= {(moment, digest) for _, moment, digest in self.desk.keys}
        self.desk.stored()
        return result

    def facts(self, topic):
        return [e.fact for e in self.book.pending() if topic == e.fact.TOPIC]

    @property
    def gaps(self):
        return [gap for gap in self.facts("recording.gap") if gap.started_at is not None]


@pytest.fixture
def office():
    made = Office()
    made.connect()
    return made


def tags(*seconds, name="web:{}"):
    return [event("image tag", A, second, name=name.format(second)) for second in seconds]


# --- what is believed of a snapshot ---


def known_container(office):
    office.hear(event("container create", C1, 1, **NAMED), event("container start", C1, 2, **NAMED))
    configured = ContainerConfigured(occurred_at=at(1), recorded_at=at(1), image_id=A)
    office.book.append(CONTAINER, office.desk.engine, C1, configured)


def test_a_command_inside_a_container_does_not_keep_a_look_from_being_believed(office):
    known_container(office)
    office.hear(event("container exec_create", C1, 50.5, "ls", execID="1", **NAMED))
    ended = container(state=State.EXITED, started=2, finished=40, exit_code=1)
    assert [fact.TOPIC for fact in office.look(snapshot(50, 51, [ended]))] == ["container.exited"]


def test_an_event_of_a_container_does_keep_it_from_being_believed(office):
    known_container(office)
    office.hear(event("container pause", C1, 50.5, **NAMED))
    ended = container(state=State.EXITED, started=2, finished=40, exit_code=1)
    assert office.look(snapshot(50, 51, [ended])) == []
    assert office.desk.survey_due is not None


def test_the_image_that_a_container_names_may_move_meanwhile(office):
    office.hear(event("image tag", A, 1, name="shop/web:1"))
    office.hear(event("container create", C1, 50.5, **NAMED))
    facts = office.look(snapshot(50, 51, [], [image(A), image(B, "shop/web:1")]))
    assert "reference.pointed" in [fact.TOPIC for fact in facts]


@pytest.mark.parametrize("actor", [A, A.removeprefix("sha256:")])
def test_an_image_that_is_being_tagged_is_left_for_the_next_look(office, actor):
    office.hear(event("image tag", A, 1, name="shop/web:1"))
    office.hear(event("image untag", actor, 50.5, name="shop/web:1"))
    office.hear(event("image tag", actor, 50.6, name="shop/web:2"))
    assert office.look(snapshot(50, 51)) == []


def test_tags_lead_to_a_look_when_they_have_come_to_rest(office):
    office.desk.survey_due = None
    office.hear(*tags(5, 6))
    assert at(6) < office.desk.survey_due < at(7)


def test_a_commit_leads_to_a_look_since_podman_does_not_tell_its_image(office):
    office.desk.survey_due = None
    office.hear(event("container commit", C1, 5, **NAMED))
    assert at(5) < office.desk.survey_due < at(6)


def test_a_look_that_failed_is_tried_again_while_connected(office):
    office.desk.survey_due = None
    office.desk.survey_failed(SurveyFailed("busy", at(5)))
    assert at(5) < office.desk.survey_due <= at(15)
    office.disconnect(6)
    office.desk.survey_due = None
    office.desk.survey_failed(SurveyFailed("not connected", at(7)))
    assert office.desk.survey_due is None


def test_a_look_from_before_the_connection_broke_is_forgotten(office):
    clock = SurveyClock()
    clock.began(at(1))
    clock.hold(Surveyed(snapshot(1, 2), at(2)), at(2))
    clock.forget()
    assert clock.ripe(at(100)) is None
    assert clock.due(at(100), office.desk, asked=True)


# --- what need not be looked at again ---


def test_only_what_is_fully_known_is_not_inspected_again(office):
    assert office.desk.known_containers() == {}
    office.hear(event("container create", C1, 1, **NAMED))
    assert office.desk.known_containers() == {}
    unknown = ContainerUnknown(occurred_at=at(1), recorded_at=at(1), reason="busy")
    office.book.append(CONTAINER, office.desk.engine, C1, unknown)
    assert office.desk.known_containers() == {}
    configured = ContainerConfigured(occurred_at=at(1), recorded_at=at(1), image_id=A)
    office.book.append(CONTAINER, office.desk.engine, C1, configured)
    assert office.desk.known_containers() == {C1: (State.CREATED, "web")}
    office.hear(event("container die", C1, 2, **NAMED))
    assert office.desk.known_containers() == {}
    office.hear(event("container start", C1, 3, **NAMED))
    office.hear(event("container die", C1, 4, exitCode="0", **NAMED))
    assert office.desk.known_containers() == {C1: (State.EXITED, "web")}


# --- walks ---


def test_what_the_stream_left_out_is_taken_from_a_walk_when_it_is_old_enough(office):
    office.walk(*tags(1, 2, 9.9), seconds=10)
    taken = [fact.reference for fact in office.facts("image.tagged")]
    assert taken == ["web:1", "web:2"]
    office.walk(*tags(1, 2, 9.9), seconds=20)
    assert len(office.facts("image.tagged")) == 3
    assert office.gaps == []


def test_a_memory_that_turned_over_between_two_walks_is_a_gap_from_the_earlier_one(office):
    first = tags(*range(1, 200))
    office.hear(*first)
    office.walk(*first, seconds=300)
    later = tags(*range(500, 756))
    office.hear(*later[100:])
    office.walk(*later[:256], seconds=500.1)  # too early to tell what the stream will bring
    assert office.gaps == []
    office.walk(*later, seconds=800)
    (gap,) = office.gaps
    assert gap.cause is GapCause.DROPPED
    assert (gap.started_at, gap.ended_at) == (at(199), at(500))
    assert len(office.facts("image.tagged")) == 455


def test_what_is_entered_and_not_yet_stored_proves_that_nothing_was_missed(office, monkeypatch):
    monkeypatch.setattr(office, "settle", lambda result: result)
    first, second = tags(1, 2)
    office.hear(first)
    office.disconnect(3)
    office.connect(first, second, seconds=4)
    assert office.gaps == []


def test_a_stream_that_only_lags_behind_left_nothing_out(office):
    first, later = tags(*range(1, 200)), tags(*range(500, 756))
    office.hear(*first)
    office.walk(*first, seconds=300)
    office.walk(*later, seconds=500.1)
    office.hear(*later)
    office.walk(*later, seconds=510)
    assert [gap.cause for gap in office.gaps] == [GapCause.NOT_PROVEN]
    assert len(office.facts("image.tagged")) == 455


def test_a_memory_that_turned_over_in_full_hearing_proves_nothing(office):
    first, later = tags(*range(1, 200)), tags(*range(500, 756))
    office.hear(*first)
    office.walk(*first, seconds=300)
    office.hear(*later)
    office.walk(*later, seconds=800)
    office.walk(*later, seconds=810)
    (gap,) = office.gaps
    assert gap.cause is GapCause.NOT_PROVEN
    assert (gap.started_at, gap.ended_at) == (at(199), at(500))


def test_a_turn_that_is_not_judged_yet_is_judged_when_the_connection_breaks(office):
    first, later = tags(*range(1, 200)), tags(*range(500, 756))
    office.hear(*first)
    office.walk(*first, seconds=300)
    office.walk(*later, seconds=500.1)
    office.disconnect(502)
    assert [gap.cause for gap in office.gaps] == [GapCause.DROPPED]


def test_what_an_earlier_walk_saw_is_taken_though_a_clock_was_set_back(office):
    office.walk(*tags(1, 9_000), seconds=10)
    assert [fact.reference for fact in office.facts("image.tagged")] == ["web:1"]
    office.walk(*tags(1, 9_000), seconds=20)
    assert len(office.facts("image.tagged")) == 2


# --- this machine ---


def test_a_gap_in_which_the_machine_slept_says_so(office):
    office.hear(*tags(*range(1, 200)))
    office.walk(*tags(*range(1, 200)), seconds=300)
    office.disconnect(310)
    office.desk.slept(50 * SECOND, at(400))
    office.connect(*tags(*range(1000, 1256)), seconds=1300)
    assert [gap.cause for gap in office.gaps] == [GapCause.MACHINE_ASLEEP]


def test_a_sleep_that_was_over_before_explains_nothing(office):
    office.desk.slept(50 * SECOND, at(100))
    office.hear(*tags(*range(1, 200)))
    office.walk(*tags(*range(1, 200)), seconds=300)
    office.disconnect(310)
    office.connect(*tags(*range(1000, 1256)), seconds=1300)
    assert [gap.cause for gap in office.gaps] == [GapCause.RING_OVERFLOW]


def test_an_engine_that_could_not_be_reached_meanwhile_is_said_to_have_been_out_of_reach(office):
    office.hear(*tags(*range(1, 200)))
    office.disconnect(310)
    office.disconnect(320)
    office.connect(*tags(*range(1000, 1256)), seconds=1300)
    assert [gap.cause for gap in office.gaps] == [GapCause.ENGINE_UNREACHABLE]


def test_a_clock_that_was_set_is_entered_while_connected(office):
    office.desk.clock_was_set(-3 * SECOND, at(5))
    office.disconnect(10)
    office.desk.clock_was_set(7 * SECOND, at(15))
    (step,) = office.facts("recording.clock_stepped")
    assert (step.clock, step.step_ns) == ("this machine", -3 * SECOND)


def test_an_empty_memory_says_nothing(office):
    office.hear(*tags(1))
    office.walk(seconds=10)
    assert office.gaps == []


# --- connections ---


def test_what_an_engine_remembers_is_looked_at_at_once(office):
    office.disconnect(10)
    inquiries = office.connect(event("container create", C1, 11, **NAMED), seconds=20)
    assert [(asked.name, asked.action) for asked in inquiries] == [(C1, "create")]


def test_a_gap_begins_where_the_last_proof_ends(office):
    office.walk(*tags(1), seconds=100)
    office.hear(*tags(150))
    office.disconnect(160)
    office.connect(seconds=200)
    (gap,) = office.gaps
    assert gap.cause is GapCause.ENGINE_RESTARTED
    proven = at(100) - desks._WALK_MARGIN
    assert (gap.started_at, gap.ended_at) == (proven, at(200))
    (stopped,) = office.facts("recording.stopped")
    assert (stopped.not_before, stopped.occurred_at) == (proven, at(160))


def test_another_engine_at_the_same_address_inherits_nothing(office):
    office.hear(*tags(150))
    office.look(snapshot(150, 151))
    office.disconnect(160)
    office.connect(seconds=200, daemon="d2")
    assert office.desk.engine == engine_key("d2", URL)
    assert (office.desk.covered_until, office.desk.last_event_at) == (None, None)
    assert office.gaps == []
    office.disconnect(210)
    office.connect(seconds=220, daemon="d1")
    (gap,) = office.gaps
    assert gap.started_at < at(160)
    assert office.desk.covered_until < at(160)


def test_a_line_that_cannot_be_read_is_declared_once_however_often_it_comes(office):
    for seconds in (1, 2, 3):
        office.desk.arrived(Arrived(b"garbage", at(seconds)))
    office.desk.arrived(Arrived(b"other garbage", at(4)))
    assert [gap.cause for gap in office.gaps] == [GapCause.UNREADABLE] * 2


def test_an_event_that_comes_twice_in_one_batch_is_entered_once(office):
    (said,) = tags(5)
    line = json.dumps(
        {
            "Type": "image",
            "Action": "tag",
            "Actor": {"ID": A, "Attributes": said.attributes},
            "timeNano": said.time_ns,
        }
    ).encode()
    for _ in range(3):
        office.desk.arrived(Arrived(line, at(6)))
    assert len(office.facts("image.tagged")) == 1
    assert office.desk.keys == [(office.desk.engine, at(5), fingerprint(said))]


def test_forgetting_brings_back_what_was_before_the_last_batch(office):
    office.desk.disconnected(Disconnected("cut", at(10)))
    assert not office.desk.connected
    office.desk.forget()
    assert office.desk.connected
    assert office.desk.error == ""


# --- builds ---


@pytest.mark.parametrize(
    ("version", "store", "flavour", "silent"),
    [
        ("20.10.24+dfsg1", "graphdriver", "docker", True),
        ("23.0.4", "graphdriver", "docker", True),
        ("23.0.5", "graphdriver", "docker", False),
        ("26.1.5", "graphdriver", "docker", False),
        ("26.1.5", "containerd", "docker", True),
        ("28.0.4", "containerd", "docker", True),
        ("28.1.0", "containerd", "docker", False),
        ("29.0", "containerd", "docker", False),
        ("5.4.2", "graphdriver", "podman", False),
        ("", "graphdriver", "docker", True),
        ("dev", "graphdriver", "docker", True),
    ],
)
def test_it_is_known_whose_builds_leave_no_event(version, store, flavour, silent):
    office = Office()
    assert not office.desk.builds_are_silent
    office.connect(version=version, image_store=store, flavour=flavour)
    assert office.desk.builds_are_silent is silent
