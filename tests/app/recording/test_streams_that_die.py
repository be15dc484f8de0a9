"""Streams and machines that fall asleep: noticed, and what was missed is looked for at once."""

import threading
import time

import pytest

from adapters.engines.endpoints import endpoint
from adapters.store.opening import create_or_open
from app.recording import watch
from app.recording.clocks import Clocks, passed, read_clocks
from app.recording.recorder import Recorder
from app.recording.silence import Silence
from domain.engine_event import EngineEvent
from domain.moments import HOUR, SECOND
from tests.app.recording.conftest import assert_exactly_once, eventually
from tests.app.recording.test_recording import live


def event(number: int) -> EngineEvent:
    return EngineEvent("image", "tag", "", "sha256:1", {}, number)


def test_a_stream_that_says_nothing_of_what_the_engine_remembers_is_dead() -> None:
    silence = Silence()
    ring = (event(1),)
    assert not silence.is_dead(ring, 1)
    assert not silence.is_dead(ring, 1)  # the engine has nothing to say
    assert not silence.is_dead((*ring, event(2)), 2)
    assert not silence.is_suspected
    assert not silence.is_dead((*ring, event(3)), 2)  # it may just be late
    assert silence.is_suspected
    assert silence.is_dead((*ring, event(4)), 2)
    assert not silence.is_dead((*ring, event(5)), 2)  # the next stream has its own chance
    assert not silence.is_dead((*ring, event(6)), 3)
    assert not silence.is_suspected


def test_where_the_next_stream_is_silent_too_the_looks_go_on_and_it_is_left_open_longer() -> None:
    silence = Silence()
    silence.is_dead((event(0),), 0)
    dead = [silence.is_dead((event(number),), 0) for number in range(1, 40)]
    assert [number for number, is_dead in enumerate(dead, 1) if is_dead] == [1, 16, 31]
    assert silence.is_suspected


def test_a_stream_that_fell_silent_is_opened_anew(log, fake_engine):
    with log.recorded():
        live(fake_engine, "before")
        eventually(log.has_all)
        fake_engine.faults["drop"] = 10**6
        for number in range(100):
            live(fake_engine, f"web-{number}")
            time.sleep(0.02)
            if len(log.of("recording.started")) > 1:
                break
        fake_engine.faults["drop"] = 0
        live(fake_engine, "after")
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.of("recording.stopped")[0].reason.startswith("The event stream fell silent")
    assert log.later_gaps() == []


def test_a_busy_engine_is_walked_before_its_memory_turns_over(log, fake_engine, monkeypatch):
    monkeypatch.setattr(watch, "_WALK_SECONDS", 3600.0)
    with log.recorded():
        for number in range(200):
            live(fake_engine, f"web-{number}")
            time.sleep(0.01)
        eventually(log.has_all)
        walks = [r for r in fake_engine.requests if "until" in r.query]
        assert len(walks) >= 800 // 128
    assert log.later_gaps() == []


def test_sleep_and_a_set_clock_are_told_apart() -> None:
    before = Clocks(wall=1_000, awake=10, always=20)
    assert passed(before, Clocks(1_500, 510, 520)) == (0, 0)
    assert passed(before, Clocks(1_500, 110, 520)) == (400, 0)
    assert passed(before, Clocks(100, 510, 520)) == (0, -1_400)


def test_the_clocks_of_this_machine_agree() -> None:
    first = read_clocks()
    time.sleep(0.05)
    jump = passed(first, read_clocks())
    assert abs(jump.slept) < SECOND
    assert abs(jump.stepped) < SECOND


@pytest.mark.parametrize(
    ("jump", "steps"),
    [(Clocks(0, -HOUR, 0), []), (Clocks(-HOUR, 0, 0), [-HOUR]), (Clocks(HOUR, 0, 0), [HOUR])],
)
def test_after_a_jump_of_the_clocks_the_engine_is_looked_at_at_once(
    log, fake_engine, monkeypatch, jump, steps
):
    monkeypatch.setattr(watch, "_WALK_SECONDS", 3600.0)
    added = Clocks(0, 0, 0)

    def clocks() -> Clocks:
        return Clocks(*(a + b for a, b in zip(read_clocks(), added, strict=True)))

    writer, stopping = create_or_open(log.path, now=time.time_ns()), threading.Event()
    places = [endpoint(fake_engine.url)]
    recorder = Recorder(log.path, writer, places, {}, lambda _: None, clocks=clocks)
    running = threading.Thread(target=recorder.run, args=(stopping, None))
    running.start()
    live(fake_engine)
    eventually(log.has_all)
    walked = sum("until" in request.query for request in fake_engine.requests)
    added = jump
    if jump.awake:
        eventually(lambda: sum("until" in r.query for r in fake_engine.requests) > walked)
    else:
        eventually(lambda: log.of("recording.clock_stepped"))
    live(fake_engine, "after")
    eventually(log.has_all)
    stopping.set()
    running.join()
    writer.close()
    assert_exactly_once(log, fake_engine)
    told = [step.step_ns for step in log.of("recording.clock_stepped")]
    assert [round(step / HOUR) * HOUR for step in told] == steps
