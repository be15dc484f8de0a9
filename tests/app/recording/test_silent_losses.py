"""What an event stream leaves out without a word: found in the engine's memory, or declared."""

import time

from app.recording import desk, watch
from domain.continuity import RING_SIZE
from domain.facts.engine import GapCause
from domain.moments import SECOND
from tests.app.recording.conftest import assert_exactly_once, eventually, missing
from tests.app.recording.test_faults import walks
from tests.app.recording.test_recording import live
from tests.faults.promises import findings
from tests.faults.proxy import Mishap, Proxy


def mount(engine, times: int) -> None:
    """So many events that nobody needs to look into."""
    for number in range(times):
        engine.say("volume", "mount", "shop-data", container=f"{number:064x}")


def next_walk(engine) -> None:
    asked = walks(engine)
    eventually(lambda: walks(engine) > asked)
    # It has been asked for; the answer takes a few milliseconds.
    time.sleep(0.1)


def test_what_a_look_has_seen_is_not_lost_when_the_engine_forgets_it(log, fake_engine, monkeypatch):
    monkeypatch.setattr(desk, "_WALK_MARGIN", 60 * SECOND)
    monkeypatch.setattr(watch, "_WALK_SECONDS", 0.4)
    monkeypatch.setattr(watch, "_SUSPICION_SECONDS", 0.4)
    with log.recorded():
        live(fake_engine, "before")
        eventually(log.has_all)
        next_walk(fake_engine)
        fake_engine.faults["drop"] = 104
        live(fake_engine, "seen")
        next_walk(fake_engine)
        mount(fake_engine, 300)
        next_walk(fake_engine)
        next_walk(fake_engine)
        eventually(log.later_gaps)
        eventually(lambda: not findings(log.path, fake_engine).lost, seconds=2)


def test_what_was_left_out_before_the_engine_forgot_it_is_declared(log, fake_engine, monkeypatch):
    monkeypatch.setattr(watch, "_WALK_SECONDS", 0.4)
    monkeypatch.setattr(watch, "_SUSPICION_SECONDS", 0.4)
    with log.recorded():
        live(fake_engine, "before")
        eventually(log.has_all)
        next_walk(fake_engine)
        fake_engine.faults["drop"] = 4
        live(fake_engine, "left-out")
        mount(fake_engine, 300)
        next_walk(fake_engine)
        eventually(lambda: not findings(log.path, fake_engine).lost)


def test_what_was_left_out_before_the_engine_remembered_anything_is_declared(log, fake_engine):
    with log.recorded():
        next_walk(fake_engine)
        fake_engine.faults["drop"] = 4
        live(fake_engine, "left-out")
        mount(fake_engine, 300)
        next_walk(fake_engine)
        eventually(lambda: not findings(log.path, fake_engine).lost)


def test_a_new_connection_does_not_prove_what_the_stream_left_out_before(
    log, fake_engine, monkeypatch
):
    monkeypatch.setattr(watch, "_WALK_SECONDS", 3600.0)
    monkeypatch.setattr(watch, "_WALK_AFTER_LINES", 10**6)
    with log.recorded():
        live(fake_engine, "before")
        eventually(log.has_all)
        fake_engine.faults["drop"] = 4
        live(fake_engine, "left-out")
        mount(fake_engine, 300)
        eventually(lambda: len(missing(log, fake_engine)) == 4)
        fake_engine.cut()
        eventually(log.later_gaps)
    assert [gap.cause for gap in log.later_gaps()] == [GapCause.NOT_PROVEN]
    assert findings(log.path, fake_engine).lost == []


def test_a_stream_that_goes_silent_on_the_way_is_opened_again(log, fake_engine, short_folder):
    def streams() -> int:
        asked = [request for request in fake_engine.requests if "events" in request.path]
        return sum("until" not in request.query for request in asked)

    def opened_after_another_life() -> bool:
        live(fake_engine)
        return streams() >= 2

    with Proxy(short_folder / "proxy.sock", fake_engine.socket) as proxy:
        fake_engine.socket, real = proxy.socket, fake_engine.socket
        with log.recorded():
            fake_engine.socket = real
            proxy.happen(Mishap.SILENCE)
            eventually(opened_after_another_life)
            eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.later_gaps() == []


def test_a_look_soon_after_connecting_proves_no_less_than_the_connection(
    log, fake_engine, monkeypatch
):
    monkeypatch.setattr(desk, "_WALK_MARGIN", 60 * SECOND)
    mount(fake_engine, 300)
    with log.recorded():
        eventually(lambda: len(log.events) == RING_SIZE)
        next_walk(fake_engine)
    with log.recorded():
        pass
    assert log.later_gaps() == []
