"""What goes wrong between an engine and its recorder, and what is stored all the same."""

import itertools
import json
import random
import threading
import time

import pytest

from adapters.store.errors import Conflict
from adapters.store.writer import Writer
from app.recording import watch
from domain.facts.engine import GapCause
from domain.moments import HOUR, SECOND
from tests.app.recording.conftest import (
    assert_exactly_once,
    eventually,
    missing,
    told_by,
)
from tests.app.recording.test_recording import live
from tests.fakes.engine import Answer, FakeEngine


def causes(log) -> list[GapCause]:
    return [gap.cause for gap in log.later_gaps()]


# --- the stream ---


@pytest.mark.parametrize("fault", ["double", "swap"])
def test_doubled_and_disordered_events_are_stored_once(log, fake_engine, fault):
    with log.recorded():
        fake_engine.faults[fault] = 12
        for number in range(3):
            live(fake_engine, f"web-{number}")
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert causes(log) == []


@pytest.mark.parametrize("size", [1, 5, 64])
def test_events_in_slices_are_stored_whole(log, fake_engine, size):
    fake_engine.slices = size
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)


def test_dropped_events_are_found_in_the_engines_memory(log, fake_engine):
    with log.recorded():
        fake_engine.faults["drop"] = 3
        live(fake_engine)
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert causes(log) == []


def test_an_event_that_is_cut_is_there_after_the_reconnection(log, fake_engine):
    with log.recorded():
        live(fake_engine, "first")
        eventually(log.has_all)
        fake_engine.faults["cut"] = 1
        live(fake_engine)
        eventually(log.has_all)
        eventually(lambda: len(log.of("recording.started")) == 2)
    assert_exactly_once(log, fake_engine)
    assert causes(log) == []
    assert "broke off" in log.of("recording.stopped")[0].reason
    assert log.of("recording.started")[1].continues


def test_a_garbled_event_is_a_gap_and_the_next_ones_are_stored(log, fake_engine):
    with log.recorded():
        fake_engine.faults["garble"] = 1
        live(fake_engine)
        eventually(log.has_all)
        eventually(log.later_gaps)
    assert_exactly_once(log, fake_engine)
    (gap,) = log.later_gaps()
    assert gap.cause is GapCause.UNREADABLE
    assert gap.started_at == gap.ended_at


def test_what_the_engine_itself_tells_garbled_is_a_gap_and_no_end(log, fake_engine):
    with log.recorded():
        fake_engine.say_line(b'{"Type":"container","Action":"start","timeNano":"soon"}')
        live(fake_engine)
        eventually(log.has_all)
        eventually(log.later_gaps)
    with log.recorded():
        eventually(lambda: len(log.later_gaps()) == 2)
    assert_exactly_once(log, fake_engine)
    assert causes(log) == [GapCause.UNREADABLE] * 2
    assert all(started.continues for started in log.of("recording.started")[1:])


def test_an_event_of_five_megabytes_is_passed_over_and_declared(log, fake_engine):
    with log.recorded():
        live(fake_engine, "before")
        fake_engine.say_line(b'{"Type":"' + b"x" * 5_000_000 + b'"}')
        live(fake_engine, "after")
        eventually(log.has_all)
        eventually(log.later_gaps)
    with log.recorded():
        eventually(lambda: len(log.later_gaps()) >= 2)
    assert_exactly_once(log, fake_engine)
    assert set(causes(log)) == {GapCause.UNREADABLE}
    assert "4,194,304 bytes" in log.later_gaps()[0].evidence


def test_more_than_the_engine_remembers_while_the_stream_was_blocked_is_a_gap(log, fake_engine):
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
        last = fake_engine.said[-1]["timeNano"]
        eventually(lambda: walks(fake_engine) > 3)
        fake_engine.faults["drop"] = 300
        for number in range(300):
            fake_engine.say("image", "tag", f"sha256:{number:064x}", name=f"web:{number}")
        eventually(log.later_gaps)
        eventually(lambda: len(missing(log, fake_engine)) == 300 - 256)
    (gap,) = log.later_gaps()
    assert gap.cause is GapCause.DROPPED
    assert gap.started_at == last
    stored = {event.time_ns for event in log.events}
    lost = [event["timeNano"] for event in fake_engine.said if event["timeNano"] not in stored]
    assert all(gap.started_at < moment < gap.ended_at for moment in lost)


def walks(engine) -> int:
    return sum("until" in request.query for request in list(engine.requests))


# --- the connection ---


def test_nothing_is_lost_over_many_broken_connections(log, fake_engine):
    with log.recorded():
        live(fake_engine, "first")
        eventually(log.has_all)
        for number in range(15):
            live(fake_engine, f"web-{number}")
            fake_engine.cut()
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert causes(log) == []


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_nothing_is_stored_twice_and_nothing_lost_undeclared(
    log, fake_engine, seed
):
    chance = random.Random(seed)
    with log.recorded():
        for number in range(chance.randint(20, 60)):
            match chance.randint(0, 9):
                case 0:
                    fake_engine.cut()
                case 1:
                    fake_engine.faults[chance.choice(["drop", "cut", "double", "swap"])] += 1
                case 2:
                    fake_engine.slices = chance.choice([None, 1, 7, 100])
                case 3:
                    fake_engine.restart()
                case _:
                    live(fake_engine, f"web-{number}")
        live(fake_engine, "last")
        last = told_by(fake_engine)[-1].time_ns
        eventually(lambda: any(event.time_ns == last for event in log.events))
        time.sleep(0.5)
    stored = [event.time_ns for event in log.events]
    assert len(stored) == len(set(stored))
    gaps = [(gap.started_at or 0, gap.ended_at) for gap in log.gaps]
    for moment in (event.time_ns for event in told_by(fake_engine)):
        if moment not in stored:
            assert any(start <= moment <= end for start, end in gaps), (moment, gaps)


def test_an_engine_that_stops_answering_is_noticed(log, fake_engine):
    with log.recorded() as run:
        live(fake_engine)
        eventually(log.has_all)
        fake_engine.freeze()
        eventually(lambda: not run.connected)
        eventually(lambda: log.of("recording.stopped"))
        fake_engine.thaw()
        eventually(lambda: run.connected)
        live(fake_engine, "after")
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert "timed out" in log.of("recording.stopped")[0].reason.lower()
    assert causes(log) == []


def test_a_stream_that_is_refused_is_told_and_not_asked_for_in_a_hurry(
    log, fake_engine, monkeypatch
):
    monkeypatch.setattr(watch, "_REFUSED_SECONDS", 0.3)
    fake_engine.answers.append(Answer("/events", 403, "not for you"))
    with log.recorded(until_connected=False) as run:
        eventually(lambda: run.said)
        time.sleep(1.0)
        asked = [request for request in fake_engine.requests if "events" in request.path]
        assert 2 <= len(asked) <= 6
        eventually(lambda: "not for you" in run.status.engines[0].error)
    assert len(run.said) == 1
    assert run.said[0].endswith("status 403: not for you. Trying again until stopped.")
    assert log.entries == []


def test_trying_again_goes_on_for_ever(log, fake_engine, monkeypatch):
    monkeypatch.setattr(watch, "_BACKOFF_SECONDS", (1e-9, 1e-6))
    fake_engine.answers.append(Answer("/version", 500, "tired"))
    asked = itertools.count()
    monkeypatch.setattr(watch, "Connection", lambda _: next(asked) and None)
    stop = threading.Event()
    messages = []

    class Messages:
        def put(self, message):
            messages.append(message)
            if len(messages) > 1_200:
                stop.set()

    watching = watch.Watch(None, Messages(), None)
    monkeypatch.setattr(watching, "_listen", lambda: (_ for _ in ()).throw(ValueError("tired")))
    monkeypatch.setattr(watch.log, "exception", lambda *_: None)
    watching.endpoint = type("Endpoint", (), {"url": ""})
    watching.start()
    assert stop.wait(20), "it gave up"
    watching.stop()


def test_a_redirect_is_a_refusal(log, fake_engine):
    with log.recorded() as run:
        elsewhere = (("Location", "http://localhost/version"),)
        fake_engine.answers.append(Answer("/events", 301, headers=elsewhere))
        fake_engine.cut()
        eventually(lambda: "status 301" in run.status.engines[0].error)
        fake_engine.answers.clear()
        eventually(lambda: run.connected)


def test_what_cannot_be_looked_at_is_looked_at_again(log, fake_engine, monkeypatch):
    from app.recording import desk

    monkeypatch.setattr(desk, "_SURVEY_AGAIN", SECOND // 10)
    fake_engine.answers.append(Answer("/containers/json", 500, "busy"))
    fake_engine.create("web", loud=False)
    with log.recorded():
        eventually(lambda: sum(r.path.endswith("containers/json") for r in fake_engine.requests))
        fake_engine.answers.clear()
        eventually(lambda: log.of("container.found"))


def test_one_container_that_cannot_be_described_does_not_hide_the_others(log, fake_engine):
    hidden = fake_engine.create("hidden", loud=False)
    seen = fake_engine.create("seen", loud=False)
    fake_engine.answers.append(Answer(hidden, 500, "corrupt"))
    with log.recorded():
        eventually(lambda: log.of("container.found"))
    assert log.life(seen)[0] == "found"
    assert log.life(hidden) == []


def test_a_container_that_could_not_be_described_at_first_is_bound_later(log, fake_engine):
    with log.recorded():
        fake_engine.answers.append(Answer("/containers/", 500, "busy"))
        object_id = fake_engine.create("web")
        eventually(lambda: log.of("container.not_inspected"))
        fake_engine.answers.clear()
        fake_engine.tag("shop/web:2", fake_engine.holdings.image("shop/web:1")["Id"])
        eventually(lambda: log.of("container.configured"))
    assert log.life(object_id) == ["created", "not_inspected", "configured"]


# --- clocks ---


@pytest.mark.parametrize("offset", [-10 * 365 * 24 * HOUR, -HOUR, HOUR])
def test_an_engine_whose_clock_is_wrong_is_recorded_by_its_clock(log, fake_engine, offset):
    fake_engine.clock_offset = offset
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
    fake_engine.restart()
    object_id = fake_engine.create("unseen", loud=False)
    with log.recorded():
        eventually(lambda: log.of("container.found"))
    assert_exactly_once(log, fake_engine)
    (step, *_) = log.of("recording.clock_stepped")
    assert abs(step.step_ns - offset) < 5 * SECOND
    now = fake_engine.now()
    for fact in log.facts:
        if fact.TOPIC != "engine.observed":
            assert abs(fact.occurred_at - now) < 60 * SECOND or fact.TOPIC == "image.described"
        assert fact.not_before is None or fact.not_before <= fact.occurred_at
        assert fact.not_after is None or fact.occurred_at <= fact.not_after
    (gap,) = log.later_gaps()
    assert gap.started_at <= gap.ended_at
    assert log.life(object_id)[0] == "found"


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_a_clock_that_jumps_loses_nothing_and_is_noted(log, fake_engine, step):
    with log.recorded():
        live(fake_engine, "before")
        eventually(log.has_all)
        fake_engine.clock_offset = step
        live(fake_engine, "after")
        eventually(log.has_all)
        eventually(lambda: log.of("recording.clock_stepped"))
        fake_engine.faults["drop"] = 4
        live(fake_engine, "dropped")
        eventually(log.has_all)
    with log.recorded():
        pass
    assert_exactly_once(log, fake_engine)
    assert causes(log) == []
    assert abs(log.of("recording.clock_stepped")[0].step_ns - step) < 5 * SECOND


def test_an_engine_that_answers_slowly_has_no_other_clock(log, fake_engine):
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
        fake_engine.slow_paths["/info"] = 0.7
        asked = walks(fake_engine)
        fake_engine.clock_offset = -12 * SECOND // 10
        eventually(lambda: walks(fake_engine) > asked + 2)
    assert log.of("recording.clock_stepped") == []
    assert_exactly_once(log, fake_engine)


# --- the store ---


def test_a_conflict_is_decided_anew_and_nothing_is_lost_or_doubled(log, fake_engine, monkeypatch):
    real, refused, turn = Writer.append, [], [False]

    def append(self, entries, reported=()):
        turn[0] = not turn[0]
        if turn[0]:
            refused.append(len(entries))
            raise Conflict("another process wrote")
        return real(self, entries, reported)

    monkeypatch.setattr(Writer, "append", append)
    with log.recorded() as run:
        live(fake_engine)
        eventually(log.has_all)
        fake_engine.cut()
        eventually(lambda: run.connected and len(log.of("recording.started")) == 2)
    assert refused
    assert_exactly_once(log, fake_engine)
    kinds = [f.TOPIC for f in log.facts if f.TOPIC.startswith("recording.s")]
    assert kinds == ["recording.started", "recording.stopped"] * 2
    assert len(log.gaps) == 1


# --- Podman ---


@pytest.fixture
def podman(short_folder, fake_engine):
    with FakeEngine(short_folder / "podman.sock", model="podman-5.4", daemon_id="p1") as engine:
        engine.add_image("shop/web:1", created=engine.now() - 10**15)
        fake_engine.requests = engine.requests
        yield engine


def test_podmans_log_proves_that_nothing_was_missed(tmp_path, podman):
    from tests.app.recording.conftest import Log

    log = Log(tmp_path / "podman.db", podman)
    for number in range(300):
        podman.say("image", "tag", f"{number:064x}", name=f"docker.io/library/web:{number}")
    with log.recorded():
        eventually(log.has_all)
    live(podman)
    with log.recorded():
        live(podman, "after")
        eventually(log.has_all)
    assert_exactly_once(log, podman)
    assert causes(log) == []
    assert [started.continues for started in log.of("recording.started")] == [False, True]
    assert log.of("engine.observed")[0].flavour == "podman"


def test_podmans_log_is_not_read_from_its_beginning_again_and_again(tmp_path, podman):
    from tests.app.recording.conftest import Log

    log = Log(tmp_path / "podman.db", podman)
    live(podman)
    with log.recorded():
        eventually(log.has_all)
        asked = len(podman.requests)
        eventually(lambda: len(podman.requests) > asked + 6)
        since = [r.query["since"] for r in podman.requests[asked:] if "since" in r.query]
    assert "1" not in since[1:]
    assert json.dumps(since)
