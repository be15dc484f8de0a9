"""Recording an engine from the outside: what it says, what is stored."""

import pytest

from adapters.store.errors import Held
from app.recording.recording import record
from domain.errors import ShipslogError
from domain.facts import Origin
from domain.facts.engine import GapCause
from domain.identity import engine_key
from tests.app.recording.conftest import assert_exactly_once, eventually, missing
from tests.fakes.engine import Answer


def live(engine, name="web"):
    """A container's life, told in full."""
    object_id = engine.create(name, tier="front – ⚓")
    engine.start(object_id)
    engine.die(object_id, 3)
    engine.destroy(object_id)
    return object_id


# --- the usual ---


def test_what_happens_is_stored_exactly_once(log, fake_engine):
    with log.recorded():
        for number in range(20):
            live(fake_engine, f"web-{number}")
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.later_gaps() == []


def test_what_the_engine_remembers_from_before_is_stored_too(log, fake_engine):
    object_id = live(fake_engine)
    with log.recorded():
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.life(object_id)[:4] == ["created", "started", "exited", "removed"]


def test_what_was_there_before_anything_was_recorded_is_found(log, fake_engine):
    object_id = fake_engine.create("web", loud=False)
    fake_engine.start(object_id, loud=False)
    image_id = fake_engine.holdings.image("shop/web:1")["Id"]
    with log.recorded():
        eventually(lambda: log.of("container.started") and log.of("reference.pointed"))
    assert log.life(object_id) == ["found", "configured", "started"]
    (configured,) = log.of("container.configured")
    assert configured.image_id == image_id
    (pointed,) = log.of("reference.pointed")
    assert pointed.image_id == image_id
    assert {fact.origin for fact in log.of("container.found")} == {Origin.RECONCILED}


def test_a_container_is_bound_to_its_image_while_it_lives(log, fake_engine):
    with log.recorded():
        object_id = fake_engine.create("web")
        eventually(lambda: log.of("container.configured"))
    assert log.life(object_id) == ["created", "configured"]


def test_an_exit_is_looked_at(log, fake_engine):
    with log.recorded():
        object_id = fake_engine.create("web", exitCode="0")
        fake_engine.start(object_id)
        eventually(lambda: log.of("container.configured"))
        fake_engine.die(object_id, 137, oom=True)
        eventually(lambda: log.of("container.observed"))
    (seen,) = log.of("container.observed")
    (exited,) = log.of("container.exited")
    assert exited.exit_code is None
    assert (seen.exit_code, seen.oom_killed) == (137, True)


def test_what_is_told_to_end_is_looked_at_before_it_is_removed(log, fake_engine):
    with log.recorded():
        object_id = fake_engine.create("web")
        fake_engine.start(object_id)
        fake_engine.holdings.changes[object_id] = [{"Path": "/added", "Kind": 1}]
        eventually(lambda: log.of("container.started"))
        fake_engine.say("container", "kill", object_id, signal="15")
        eventually(lambda: log.of("container.drift_seen"))
        # Compose leaves a few milliseconds between the two.
        fake_engine.die(object_id, 0)
        fake_engine.destroy(object_id)
    (seen,) = log.of("container.drift_seen")
    (signalled,) = log.of("container.signalled")
    assert seen.added == ("/added",)
    assert seen.occurred_at == signalled.occurred_at


def test_an_exit_that_came_to_be_known_late_is_looked_at_too(log, fake_engine):
    with log.recorded():
        object_id = fake_engine.create("web", exitCode="0")
        fake_engine.start(object_id)
        eventually(lambda: log.of("container.configured"))
    fake_engine.die(object_id, 137, oom=True)
    with log.recorded():
        eventually(lambda: log.of("container.observed"))
    assert log.of("container.observed")[-1].exit_code == 137


def test_the_recording_says_when_it_begins_and_ends(log, fake_engine):
    with log.recorded() as run:
        eventually(lambda: run.said)
    assert run.said == [f"Recording {fake_engine.url} into {log.path}."]
    (observed,) = log.of("engine.observed")
    assert (observed.daemon_id, observed.endpoint) == (fake_engine.daemon_id, fake_engine.url)
    (started,) = log.of("recording.started")
    (stopped,) = log.of("recording.stopped")
    assert not started.continues
    assert stopped.reason == "the recorder was stopped"
    assert started.occurred_at <= stopped.occurred_at


def test_what_cannot_be_known_from_before_is_a_gap(log, fake_engine):
    with log.recorded():
        pass
    (gap,) = log.gaps
    assert (gap.cause, gap.started_at) == (GapCause.FIRST_CONTACT, None)


def test_the_engine_is_only_told_of_again_when_it_changed(log, fake_engine):
    for _ in range(2):
        with log.recorded():
            pass
    assert len(log.of("engine.observed")) == 1
    version = fake_engine.version() | {"Version": "28.6.0"}
    import json

    fake_engine.answers.append(Answer("/version", 200, body=json.dumps(version).encode()))
    with log.recorded():
        pass
    assert [fact.version for fact in log.of("engine.observed")][-1] == "28.6.0"


# --- what is missed and declared ---


def test_nothing_is_missed_while_the_engine_still_remembers(log, fake_engine):
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
    live(fake_engine, "between")
    with log.recorded():
        live(fake_engine, "after")
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.later_gaps() == []
    assert [started.continues for started in log.of("recording.started")] == [False, True]


def test_more_than_the_engine_remembers_is_a_gap(log, fake_engine):
    with log.recorded():
        last = live(fake_engine)
        eventually(log.has_all)
    for number in range(100):
        live(fake_engine, f"lost-{number}")
    with log.recorded():
        live(fake_engine, "after")
        eventually(lambda: len(missing(log, fake_engine)) == 400 - 256)
    (gap,) = log.later_gaps()
    assert gap.cause is GapCause.RECORDER_OFF
    stored = {event.time_ns for event in log.events}
    lost = [event["timeNano"] for event in fake_engine.said if event["timeNano"] not in stored]
    assert len(lost) == 400 - 256
    assert all(gap.started_at < moment < gap.ended_at for moment in lost)
    assert log.life(last)


def test_an_engine_that_forgot_everything_leaves_a_gap_from_the_end_of_the_recording(
    log, fake_engine
):
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
    (stopped,) = log.of("recording.stopped")
    fake_engine.restart()
    with log.recorded():
        pass
    (gap,) = log.later_gaps()
    assert gap.cause is GapCause.ENGINE_RESTARTED
    assert gap.started_at <= stopped.occurred_at
    assert gap.ended_at >= log.of("recording.started")[-1].occurred_at


def test_an_engine_that_restarts_under_the_recording_leaves_a_gap_from_its_end(log, fake_engine):
    with log.recorded() as run:
        live(fake_engine)
        eventually(log.has_all)
        fake_engine.down()
        eventually(lambda: log.of("recording.stopped"))
        eventually(lambda: not run.connected)
        (stopped,) = log.of("recording.stopped")
        object_id = fake_engine.create("unseen", loud=False)
        eventually(lambda: run.status.alive_at > stopped.occurred_at + 10**9 // 2)
        fake_engine.up()
        eventually(lambda: len(log.of("recording.started")) == 2)
        eventually(lambda: log.of("container.found"))
    (gap,) = log.later_gaps()
    assert gap.cause is GapCause.ENGINE_RESTARTED
    assert gap.started_at <= stopped.occurred_at
    assert gap.ended_at - gap.started_at >= 10**9 // 2
    assert log.life(object_id)[0] == "found"


def test_a_recorder_that_died_leaves_its_last_sign_of_life(log, fake_engine, monkeypatch):
    from app.recording.recorder import Recorder

    with monkeypatch.context() as dying:
        dying.setattr(Recorder, "_finish", lambda self: None)
        with log.recorded() as run:
            live(fake_engine)
            eventually(log.has_all)
            eventually(lambda: run.status.alive_at > fake_engine.said[-1]["timeNano"])
    proven_until = run.status.engines[0].proven_until
    last = fake_engine.said[-1]["timeNano"]
    fake_engine.restart()
    with log.recorded():
        pass
    stopped, _ = log.of("recording.stopped")
    assert stopped.reason == "the recorder ended without notice"
    assert stopped.not_before == proven_until
    assert stopped.occurred_at == max(proven_until, last)
    (gap,) = log.later_gaps()
    assert gap.started_at == proven_until


def test_a_second_engine_on_the_same_socket_is_another_engine(log, fake_engine):
    with log.recorded() as run:
        live(fake_engine)
        eventually(log.has_all)
        fake_engine.down()
        eventually(lambda: not run.connected)
        fake_engine.daemon_id = "fake-2"
        fake_engine.holdings.containers.clear()
        fake_engine.up()
        eventually(lambda: len(log.of("engine.observed")) == 2)
        fake_engine.create("other")
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    streams = {entry.originator_id.split("/")[1] for entry in log.entries}
    assert streams == {engine_key(f"fake-{n}", fake_engine.url) for n in (1, 2)}
    assert {gap.cause for gap in log.gaps} == {GapCause.FIRST_CONTACT}


# --- who may record ---


def test_a_second_recorder_of_the_store_is_refused(log, fake_engine):
    with log.recorded(), pytest.raises(Held, match="A recorder writes into"):
        record(log.path, [fake_engine.url], say=print)
    with log.recorded():
        pass


def test_an_engine_that_is_not_there_is_told_at_once(log, fake_engine):
    fake_engine.down()
    with pytest.raises(ShipslogError, match="no such socket"):
        record(log.path, [fake_engine.url], say=print)
    assert not log.path.exists()


def test_an_engine_that_refuses_is_told_at_once(log, fake_engine):
    fake_engine.answers.append(Answer("/version", 403, "not for you"))
    with pytest.raises(ShipslogError, match="status 403: not for you"):
        record(log.path, [fake_engine.url], say=print)


# --- the status file ---


def test_the_status_tells_how_the_recording_fares(log, fake_engine):
    with log.recorded() as run:
        fake_engine.create("web")
        eventually(lambda: run.status.engines[0].last_event_at)
        (told,) = run.status.engines
        assert (told.connected, told.endpoint, told.error) == (True, fake_engine.url, "")
        assert told.last_event_at == fake_engine.said[-1]["timeNano"]
        assert 0 <= told.lag_ns < 5 * 10**9
        fake_engine.down()
        eventually(lambda: not run.connected)
        eventually(lambda: "no such socket" in run.status.engines[0].error)
        fake_engine.up()
        eventually(lambda: run.connected)
        assert run.status.engines[0].error == ""
    assert not run.connected
    assert run.status.engines[0].error == ""
