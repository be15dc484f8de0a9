"""What is told of objects that were at work while their engine's clock was set back."""

import pytest

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from domain.moments import HOUR, SECOND
from domain.questions.state import state_at
from tests.app.recording.conftest import assert_exactly_once, eventually
from tests.app.recording.test_recording import live
from tests.faults.promises import wrong_state


@pytest.mark.parametrize("step", [-HOUR, -3 * SECOND])
def test_what_happens_after_the_clock_was_set_back_counts_as_the_latest(log, fake_engine, step):
    with log.recorded():
        object_id = fake_engine.create("web")
        fake_engine.start(object_id)
        eventually(log.has_all)
        fake_engine.clock_offset = step
        fake_engine.die(object_id, 3)
        eventually(log.has_all)
        eventually(lambda: not wrong_state(log.path, fake_engine), seconds=5)
    assert_exactly_once(log, fake_engine)
    (exited,) = log.of("container.exited")
    (started,) = log.of("container.started")
    assert exited.occurred_at < exited.not_before == started.occurred_at
    assert len(log.of("recording.clock_stepped")) == 1


def test_what_no_event_told_after_the_clock_was_set_back_counts_as_the_latest_too(log, fake_engine):
    with log.recorded():
        object_id = fake_engine.create("web")
        fake_engine.start(object_id)
        eventually(log.has_all)
        fake_engine.clock_offset = -HOUR
        fake_engine.die(object_id, 3, loud=False)
        fake_engine.tag("shop/web:2", fake_engine.holdings.image("shop/web:1")["Id"])
        eventually(lambda: log.of("container.exited"))
    with_model = _state_of(log.path, object_id)
    assert with_model == ("exited", 3)


def test_once_the_clock_has_passed_where_it_was_its_word_counts_again(log, fake_engine):
    with log.recorded():
        first = fake_engine.create("first")
        eventually(log.has_all)
        fake_engine.clock_offset = -HOUR
        second = fake_engine.create("second")
        eventually(log.has_all)
        fake_engine.clock_offset = 0
        third = fake_engine.create("third")
        eventually(log.has_all)
    created = {entry.name: entry for entry in log.of("container.created")}
    assert [created[name].not_before is None for name in ("first", "second", "third")] == [
        True,
        False,
        True,
    ]
    assert first and second and third


def _state_of(path, object_id: str) -> tuple[str, int | None]:
    reader = open_reader(path)
    model = ReadModel.open(reader, None)
    try:
        state = state_at(model.history, model.history.end)
    finally:
        model.close()
        reader.close()
    (found,) = (each for each in state.containers if each.id == object_id)
    return found.state, found.exit_code


def test_what_is_lost_after_the_clock_was_set_back_lies_in_a_gap_by_the_clock_as_it_is(
    log, fake_engine
):
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
    with log.recorded():
        fake_engine.clock_offset = -HOUR
        eventually(lambda: log.of("recording.clock_stepped"))
    fake_engine.create("lost")
    fake_engine.restart()
    with log.recorded():
        eventually(log.later_gaps)
    (gap,) = log.later_gaps()
    assert gap.started_at < fake_engine.said[-1]["timeNano"] < gap.ended_at
