"""What was so at a moment."""

import json

import pytest

from domain.errors import UsageError
from domain.facts import container, engine
from domain.questions.state import state_at, to_json
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions import story
from tests.domain.questions.story import moment


def test_a_state_has_what_was_there_at_the_moment() -> None:
    state = state_at(story.history(), moment(50))
    assert [(each.name, each.state, each.version) for each in state.containers] == [
        ("web", "running", 1)
    ]
    assert [(each.reference, each.image_id) for each in state.references] == [
        ("debian:12", image_id(1)),
        ("shop/web:1", image_id(2)),
    ]
    assert [(each.references, each.in_use, each.base) for each in state.images] == [
        (("debian:12",), 0, None),
        (("shop/web:1",), 1, image_id(1)),
    ]
    assert [(each.name, each.recording) for each in state.engines] == [("here", True)]


def test_a_container_that_is_no_more_is_not_in_the_state_but_its_image_stays_its_own() -> None:
    history = story.history()
    assert [each.name for each in history.containers_at(moment(200))] == ["web-2"]
    before = {each.name: each.image_id for each in history.containers_at(moment(130))}
    assert before == {"web": image_id(2), "web-2": image_id(3)}


def test_the_position_is_the_last_event_at_or_before_the_moment() -> None:
    history = story.history()
    assert state_at(history, moment(-1)).position == 0
    assert state_at(history, moment(21)).position == 10
    assert history.position_at(moment(9999)) == history.head


def test_the_moment_of_a_position_is_a_time_that_every_command_takes() -> None:
    history = story.history()
    assert history.parse_time("#10", now=0) == moment(21)
    assert history.parse_time(" 10m ", now=moment(600)) == moment(0)
    for wrong in ("#0", "#999", "#x", "#", "yesterday"):
        with pytest.raises(UsageError):
            history.parse_time(wrong, now=0)


def test_a_container_belongs_to_the_service_that_its_labels_name() -> None:
    (web,) = state_at(story.history(), moment(50)).containers
    assert (web.project, web.service) == ("shop", "web")
    alone = story.of_container(1, 9, container.ContainerCreated, name="alone", image="a")
    (found,) = story.history_of([alone]).containers_at(moment(2))
    assert (found.project, found.service) == (None, "alone")


def test_an_engine_is_not_recorded_in_a_gap_or_after_the_recording() -> None:
    gap = at(
        moment(60),
        engine.GapDeclared,
        started_at=moment(50),
        ended_at=moment(60),
        cause=engine.GapCause.ENGINE_UNREACHABLE,
    )
    stopped = at(moment(300), engine.RecordingStopped, reason="asked")
    history = story.history([(memory.engine(), gap), (memory.engine(), stopped)])
    recording = {
        seconds: history.engines_at(moment(seconds))[0].recording
        for seconds in (1, 49, 50, 59, 60, 299, 300)
    }
    assert recording == {
        1: True,
        49: True,
        50: False,
        59: False,
        60: True,
        299: True,
        300: False,
    }


def test_a_gap_without_a_start_reaches_back_to_before_everything() -> None:
    gap = at(
        moment(60),
        engine.GapDeclared,
        started_at=None,
        ended_at=moment(60),
        cause=engine.GapCause.FIRST_CONTACT,
    )
    history = story.history([(memory.engine(), gap)])
    assert [(each.cause, each.end) for each in history.gaps] == [
        ("before_first_recording", moment(60))
    ]
    assert not history.engines_at(moment(1))[0].recording


def test_an_exit_code_of_windows_is_kept_whole() -> None:
    told = [
        *story.created(1, 1, "web", "a:1", 1),
        story.of_container(2, 1, container.ContainerExited, exit_code=3221225786),
    ]
    assert story.history_of(told).containers_at(moment(3))[0].exit_code == 3221225786


def test_moments_that_no_clock_shows_do_no_harm() -> None:
    told = [
        (memory.container(1), at(2**70, container.ContainerCreated, name="late", image="a:1")),
        (memory.container(2), at(-(2**70), container.ContainerCreated, name="early", image="a:1")),
        (memory.container(2), at(5, container.ContainerStarted)),
    ]
    history = story.history_of(told)
    assert (history.start, history.end) == (5, 5)
    assert [each.name for each in history.containers_at(moment(0))] == ["early"]


def test_a_state_is_written_with_the_keys_that_scripts_rely_on() -> None:
    written = to_json(state_at(story.history(), moment(50)))
    assert list(written) == ["at", "position", "engines", "containers", "images", "references"]
    assert written["at"] == "2026-09-21T14:14:10.000000000Z"
    promised = (
        "id name engine state image_id reference version service health exit_code created_at "
        "started_at finished_at origin"
    )
    (web,) = written["containers"]
    assert set(promised.split()) <= set(web)
    assert (web["finished_at"], web["health"]) == (None, None)
    assert web["started_at"] == "2026-09-21T14:13:41.000000000Z"
    assert {"id", "engine", "references", "base", "created_at", "size", "in_use"} <= set(
        written["images"][0]
    )
    assert {"reference", "engine", "image_id", "version"} <= set(written["references"][0])
    json.dumps(written)
