"""One recorder watches several engines, each by itself."""

import pytest

from adapters.engines.connection import EngineUnreachable
from app.recording.recording import record
from domain.identity import parse_stream_id
from tests.app.recording.conftest import Log, Run, eventually, told_by
from tests.app.recording.test_recording import live
from tests.fakes.engine import FakeEngine


@pytest.fixture
def other(short_folder, fake_engine):
    """Another engine beside the first, watched for requests like it."""
    with FakeEngine(short_folder / "other.sock", daemon_id="fake-2") as engine:
        engine.add_image("shop/web:1", created=engine.now() - 10**15)
        fake_engine.requests = engine.requests
        yield engine


def by_engine(log: Log) -> dict[str, list[int]]:
    """The moments of the reported facts of each engine's streams."""
    found: dict[str, list[int]] = {}
    for entry in log.entries:
        if entry.fact.said is not None:
            key = parse_stream_id(entry.originator_id).engine
            found.setdefault(key, []).append(entry.fact.occurred_at)
    return {key: sorted(moments) for key, moments in found.items()}


def moments(engine: FakeEngine) -> list[int]:
    return sorted(event.time_ns for event in told_by(engine))


def test_each_engines_events_are_stored_once_in_streams_of_its_own(log, fake_engine, other):
    run = Run(log.path, fake_engine, other)
    eventually(lambda: run.connected)
    for number in range(10):
        live(fake_engine, f"web-{number}")
        live(other, f"api-{number}")
    wanted = sorted([moments(fake_engine), moments(other)])
    eventually(lambda: sorted(by_engine(log).values()) == wanted)
    run.stop()
    assert sorted(by_engine(log).values()) == wanted
    assert len(log.of("recording.started")) == len(log.of("recording.stopped")) == 2


def test_an_engine_that_goes_away_stalls_no_other(log, fake_engine, other):
    run = Run(log.path, fake_engine, other)
    eventually(lambda: run.connected)
    other.down()
    eventually(lambda: [each.connected for each in run.status.engines] == [True, False])
    live(fake_engine, "meanwhile")
    eventually(lambda: moments(fake_engine) in by_engine(log).values())
    other.up()
    eventually(lambda: run.connected)
    live(other, "again")
    eventually(lambda: moments(other) in by_engine(log).values())
    run.stop()
    assert [gap.cause for gap in log.later_gaps()] == ["engine_restarted"]


def test_an_engine_that_does_not_answer_at_the_start_is_tried_again(log, fake_engine, other):
    other.down()
    run = Run(log.path, fake_engine, other)
    eventually(lambda: run.status and run.status.engines[0].connected)
    eventually(lambda: any("no such socket" in said for said in run.said))
    other.up()
    eventually(lambda: run.connected)
    run.stop()


def test_where_none_answers_each_is_named(log, fake_engine, other):
    fake_engine.down()
    other.down()
    with pytest.raises(EngineUnreachable) as fault:
        record(log.path, [fake_engine.url, other.url], say=print)
    assert fake_engine.url in str(fault.value)
    assert other.url in str(fault.value)
    assert not log.path.exists()


def test_an_engine_that_is_named_twice_is_watched_once(log, fake_engine):
    run = Run(log.path, fake_engine, fake_engine)
    eventually(lambda: run.connected)
    assert len(run.status.engines) == 1
    run.stop()


def test_after_a_kill_each_engine_goes_on_from_its_own_proof(log, fake_engine, other):
    run = Run(log.path, fake_engine, other)
    eventually(lambda: run.connected)
    live(fake_engine, "web")
    live(other, "api")
    eventually(lambda: all(each.proven_until for each in run.status.engines))
    proven = {each.endpoint: each.proven_until for each in run.status.engines}
    run.stop()
    assert proven.keys() == {fake_engine.url, other.url}
    again = Run(log.path, fake_engine, other)
    eventually(lambda: again.connected)
    again.stop()
    assert log.later_gaps() == []
    assert all(started.continues for started in log.of("recording.started")[2:])
