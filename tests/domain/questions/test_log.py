"""The lines of the log, and one object's whole life."""

import json

from domain.facts import Said, container, engine
from domain.questions.log import log_line, to_json
from domain.questions.show import show
from domain.questions.show import to_json as life_to_json
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import MemoryStore, at, image_id
from tests.domain.questions import story
from tests.domain.questions.story import moment


def line_of(position: int, told: story.Facts | None = None) -> dict[str, object]:
    facts = story.facts() if told is None else told
    history = story.history_of(facts)
    return to_json(log_line(MemoryStore(facts).at([position])[0], history))


def test_a_line_has_the_keys_that_scripts_rely_on() -> None:
    said = Said("container", "die", {"exitCode": "137"})
    died = story.of_container(3, 1, container.ContainerExited, exit_code=137, said=said)
    told = [*story.created(2, 1, "web", "a:1", 1), died]
    assert line_of(3, told) == {
        "position": 3,
        "occurred_at": "2026-09-21T14:13:23.000000000Z",
        "recorded_at": "2026-09-21T14:13:23.000000000Z",
        "engine": memory.KEY,
        "engine_name": memory.KEY,
        "type": "container.exited",
        "origin": "reported",
        "subject": {"kind": "container", "id": f"{1:064x}", "name": "web"},
        "data": {
            "said": {
                "type": "container",
                "action": "die",
                "attributes": {"exitCode": "137"},
                "actor": None,
                "scope": "local",
            },
            "not_before": None,
            "not_after": None,
            "unexpected_from": None,
            "exit_code": 137,
        },
    }


def test_the_name_is_the_one_of_that_moment() -> None:
    renamed = story.of_container(5, 1, container.ContainerRenamed, name="new")
    told = [*story.created(2, 1, "old", "a:1", 1), renamed]
    assert line_of(1, told)["subject"]["name"] == "old"
    assert line_of(3, told)["subject"]["name"] == "new"


def test_moments_inside_a_fact_are_written_as_moments() -> None:
    gap = at(
        moment(9),
        engine.GapDeclared,
        started_at=moment(1),
        ended_at=moment(9),
        cause=engine.GapCause.RECORDER_OFF,
    )
    data = line_of(1, [(memory.engine(), gap)])["data"]
    assert data["started_at"] == "2026-09-21T14:13:21.000000000Z"
    assert data["cause"] == "recorder_off"
    description = line_of(1, [story.described(3, 1, "ab")])["data"]["description"]
    assert description["created_at"] == "2026-09-21T14:13:23.000000000Z"
    assert description["layers"] == ["a", "b"]


def test_every_line_of_a_history_can_be_written_as_json() -> None:
    history = story.history()
    for recorded in story.store().stored:
        assert json.loads(json.dumps(to_json(log_line(recorded, history))))


def test_a_container_s_life_has_all_its_events_in_time_and_its_version() -> None:
    history, store = story.history(), story.store()
    life = show(history, story.subject(history, memory.container(1)), store.at)
    assert [line.type for line in life.lines] == [
        "container.created",
        "container.configured",
        "container.started",
        "container.exited",
        "container.removed",
    ]
    assert (life.image_id, life.reference, life.version) == (image_id(2), "shop/web:1", 1)
    assert [(each.start, each.end) for each in life.there] == [(moment(20), moment(131))]


def test_the_life_of_a_reference_names_the_image_that_it_points_to() -> None:
    history, store = story.history(), story.store()
    life = show(history, story.subject(history, memory.reference("shop/web:1")), store.at)
    assert (life.image_id, life.version) == (image_id(3), 2)
    removed = show(history, story.subject(history, memory.reference("saved:1")), store.at)
    assert (removed.image_id, removed.version) == (None, None)
    assert [line.type for line in removed.lines] == ["reference.pointed", "reference.removed"]


def test_the_life_of_an_image_and_a_build_is_shown_too() -> None:
    history, store = story.history(), story.store()
    for stream in (memory.image(4), memory.stream("build", "b1"), memory.engine()):
        written = life_to_json(show(history, story.subject(history, stream), store.at))
        assert json.dumps(written) and written["events"]
        assert (written["image_id"], written["reference"]) == (None, None)


def test_facts_that_came_late_stand_where_they_belong() -> None:
    late = story.of_container(20.5, 1, container.ContainerRenamed, name="early")
    history, store = story.history([late]), story.store([late])
    life = show(history, story.subject(history, memory.container(1)), store.at)
    assert [line.type for line in life.lines][:3] == [
        "container.created",
        "container.configured",
        "container.renamed",
    ]


def test_an_image_goes_by_the_reference_that_points_to_it_then_by_the_last_that_did() -> None:
    history = story.history()
    subject = story.subject(history, memory.image(2))
    assert history.name_of(subject, moment(50)) == "shop/web:1"
    assert history.name_of(subject, moment(150)) == "shop/web:1 #1"
    assert history.name_of(subject, moment(5)) == f"{2:064x}"[:12]
