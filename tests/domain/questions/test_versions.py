"""A reference's versions: numbers, times, how each came about, and the containers."""

import pytest

from domain.facts import Fact, build, container, image
from domain.facts.image import How
from domain.questions.versions import ReferenceVersions, to_json, versions
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions import story
from tests.domain.questions.story import Facts, moment, pointed


def of(name: str, told: Facts, seconds: float | None = None) -> ReferenceVersions:
    history = story.history_of(told)
    reference = story.subject(history, memory.reference(name))
    at_moment = None if seconds is None else moment(seconds)
    (answer,) = versions(history, [reference], at_moment)
    return answer


def test_each_image_that_a_reference_pointed_to_is_a_version_with_its_stretch() -> None:
    found = of("shop/web:1", story.facts()).versions
    assert [(each.number, each.image_id) for each in found] == [(1, image_id(2)), (2, image_id(3))]
    assert [(each.from_, each.to) for each in found] == [
        (moment(10), moment(100)),
        (moment(100), None),
    ]


def test_pointing_to_the_same_image_again_is_no_new_version_unless_it_was_removed() -> None:
    removed = (memory.reference("a:1"), at(moment(3), image.ReferenceRemoved))
    told = [pointed(1, "a:1", 1), pointed(2, "a:1", 1), removed, pointed(4, "a:1", 1)]
    found = of("a:1", told).versions
    assert [(each.number, each.from_, each.to) for each in found] == [
        (1, moment(1), moment(3)),
        (2, moment(4), None),
    ]


def test_containers_stand_with_the_version_they_were_made_from_and_are_stale_after_it() -> None:
    first, second = of("shop/web:1", story.facts(), 125).versions
    assert [(each.name, each.state, each.stale) for each in first.containers] == [
        ("web", "running", True)
    ]
    assert [(each.name, each.state, each.stale) for each in second.containers] == [
        ("web-2", "running", False)
    ]


def test_a_removed_container_is_listed_but_not_stale() -> None:
    first = of("shop/web:1", story.facts()).versions[0]
    assert [(each.state, each.stale) for each in first.containers] == [("removed", False)]


def test_as_of_a_moment_there_is_nothing_of_what_came_later() -> None:
    (only,) = of("shop/web:1", story.facts(), 15).versions
    assert (only.number, only.to, only.containers) == (1, None, [])


def test_references_are_sorted_and_those_without_a_version_left_out() -> None:
    pulled = (memory.reference("aaa:1"), at(moment(1), image.ImagePulled))
    found = versions(story.history([pulled]))
    assert [each.reference for each in found] == ["debian:12", "saved:1", "shop/web:1"]


EVIDENCE: list[tuple[str, str, type[Fact], dict[str, object]]] = [
    ("built", memory.image(1), image.ImageCreated, {}),
    (
        "built",
        memory.stream("build", "b"),
        build.BuildFinished,
        {"builder": "buildkit", "image_ids": (image_id(1),)},
    ),
    ("loaded", memory.image(1), image.ImageLoaded, {}),
    ("imported", memory.image(1), image.ImageImported, {}),
    ("committed", memory.container(1), container.ContainerCommitted, {"image_id": image_id(1)}),
    ("pulled", memory.reference("a:1"), image.ImagePulled, {}),
]


@pytest.mark.parametrize(("how", "stream", "kind", "parts"), EVIDENCE)
@pytest.mark.parametrize("apart", [-0.004, 0.0, 0.004])
def test_what_happened_at_the_same_time_tells_how_the_version_came_about(
    how: str, stream: str, kind: type[Fact], parts: dict[str, object], apart: float
) -> None:
    told = [pointed(100, "a:1", 1), (stream, at(moment(100 + apart), kind, **parts))]
    assert [each.how for each in of("a:1", told).versions] == [how]


@pytest.mark.parametrize(("how", "stream", "kind", "parts"), EVIDENCE)
def test_what_happened_long_before_tells_nothing(
    how: str, stream: str, kind: type[Fact], parts: dict[str, object]
) -> None:
    told = [(stream, at(moment(10), kind, **parts)), pointed(500, "a:1", 1)]
    assert [each.how for each in of("a:1", told).versions] == ["tagged"]


def test_a_commit_that_the_engine_calls_a_creation_too_is_a_commit() -> None:
    told = [
        (memory.container(1), at(moment(1), container.ContainerCommitted, image_id=image_id(1))),
        (memory.image(1), at(moment(1), image.ImageCreated)),
        pointed(1, "a:1", 1),
    ]
    assert [each.how for each in of("a:1", told).versions] == ["committed"]


def test_a_tag_given_by_hand_after_a_build_is_no_build() -> None:
    told = [
        (memory.image(1), at(moment(1), image.ImageCreated)),
        pointed(1.01, "a:1", 1),
        pointed(2, "b:1", 1),
    ]
    assert [each.how for each in of("a:1", told).versions] == ["built"]
    assert [each.how for each in of("b:1", told).versions] == ["tagged"]


def test_a_build_with_two_tags_built_both() -> None:
    told = [
        (memory.image(1), at(moment(1), image.ImageCreated)),
        pointed(1.002, "a:1", 1),
        pointed(1.004, "b:1", 1),
    ]
    assert [each.how for name in ("a:1", "b:1") for each in of(name, told).versions] == [
        "built",
        "built",
    ]


def test_going_back_by_hand_is_no_build_though_the_builder_ended_after_its_own_tags() -> None:
    finished = at(moment(1.2), build.BuildFinished, builder="buildkit", image_ids=(image_id(1),))
    told = [
        pointed(1, "a:1", 1),
        pointed(1.1, "a:latest", 1),
        (memory.stream("build", "b1"), finished),
        pointed(10, "a:latest", 2),
        pointed(20, "a:latest", 1),
    ]
    assert [each.how for each in of("a:1", told).versions] == ["built"]
    assert [each.how for each in of("a:latest", told).versions] == ["built", "tagged", "tagged"]


def test_a_build_between_two_snapshots_gave_the_version_that_the_second_found() -> None:
    finished = at(moment(5), build.BuildFinished, builder="buildkit", image_ids=(image_id(1),))
    bounds = {"not_before": moment(1), "not_after": moment(10)}
    found = at(moment(10), image.ReferencePointed, image_id=image_id(1), how=How.FOUND, **bounds)
    told = [(memory.stream("build", "b1"), finished), (memory.reference("a:1"), found)]
    assert [each.how for each in of("a:1", told).versions] == ["built"]


def test_a_build_that_is_inferred_is_dated_before_its_tags() -> None:
    finished = at(moment(1), build.BuildFinished, builder="classic", image_ids=(image_id(1),))
    told = [(memory.stream("build", image_id(1)), finished), pointed(1.5, "a:1", 1)]
    assert [each.how for each in of("a:1", told).versions] == ["built"]


def test_a_load_soon_after_a_build_does_not_make_the_build_a_load() -> None:
    told = [
        (memory.image(1), at(moment(1), image.ImageCreated)),
        pointed(1.004, "a:1", 1),
        (memory.image(1), at(moment(1.9), image.ImageLoaded)),
    ]
    assert [each.how for each in of("a:1", told).versions] == ["built"]


def test_what_the_fact_says_for_certain_is_not_overruled() -> None:
    told = [
        (memory.image(1), at(moment(1), image.ImageCreated)),
        pointed(1, "a:1", 1, How.PULLED),
    ]
    assert [each.how for each in of("a:1", told).versions] == ["pulled"]


def test_the_bounds_of_a_reconciled_version_widen_what_is_near() -> None:
    fact = at(
        moment(900),
        image.ReferencePointed,
        image_id=image_id(1),
        how=How.FOUND,
        not_before=moment(100),
        not_after=moment(900),
    )
    told = [
        (memory.image(1), at(moment(200), image.ImageLoaded)),
        (memory.reference("a:1"), fact),
    ]
    assert [each.how for each in of("a:1", told).versions] == ["loaded"]


def test_versions_are_written_with_the_keys_that_scripts_rely_on() -> None:
    (answer,) = to_json([of("shop/web:1", story.facts())])
    assert list(answer) == ["reference", "engine", "engine_name", "versions"]
    assert answer["versions"][0] == {
        "number": 1,
        "image_id": image_id(2),
        "from": "2026-09-21T14:13:30.000000000Z",
        "to": "2026-09-21T14:15:00.000000000Z",
        "how": "built",
        "origin": "reported",
        "same_content_as_before": None,
        "containers": [{"id": f"{1:064x}", "name": "web", "state": "removed", "stale": False}],
    }
    assert answer["versions"][1]["to"] is None
