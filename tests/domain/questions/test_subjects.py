"""Which object a person means."""

import pytest

from adapters.readmodel import History
from domain.errors import ShipslogError
from domain.facts import Fact, build, container, engine
from domain.questions.subjects import find_subject
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions import story
from tests.domain.questions.story import moment, pointed


def stream(history: History, text: str, **asked: object) -> str:
    return "/".join(history.identity_of(find_subject(history, text, **asked)))


def created(number: int, name: str, seconds: float = 1, key: str = memory.KEY) -> tuple[str, Fact]:
    fact = at(moment(seconds), container.ContainerCreated, name=name, image="a:1")
    return memory.container(number, key), fact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web-2", memory.container(2)),
        ("/web-2", memory.container(2)),
        (f"{2:064x}", memory.container(2)),
        ("shop/web:1", memory.reference("shop/web:1")),
        ("docker.io/shop/web:1", memory.reference("shop/web:1")),
        (image_id(3), memory.image(3)),
        (f"image={3:064x}", memory.image(3)),
        (image_id(3)[:71], memory.image(3)),
        ("here", memory.engine()),
        ("reference=debian:12", memory.reference("debian:12")),
    ],
)
def test_names_references_and_ids_are_understood(text: str, expected: str) -> None:
    assert stream(story.history(), text) == expected


def test_the_beginning_of_an_id_is_enough_where_it_is_the_only_one() -> None:
    one, other = "ab12" + "0" * 60, "ab34" + "0" * 60
    told = [
        (memory.stream("container", each), created(1, name)[1])
        for each, name in ((one, "x"), (other, "y"))
    ]
    history = story.history_of(told)
    assert stream(history, "ab1") == memory.stream("container", one)
    with pytest.raises(ShipslogError, match=r"ab12.*\(x\).*ab34.*\(y\)"):
        find_subject(history, "ab")


def test_a_container_wins_over_a_reference_that_only_its_tag_tells_from_it() -> None:
    history = story.history_of([created(1, "web"), pointed(1, "web:latest", 1)])
    assert stream(history, "web") == memory.container(1)
    assert stream(history, "web:latest") == memory.reference("web:latest")
    assert stream(history, "reference=web") == memory.reference("web:latest")


def test_of_containers_with_one_name_the_one_that_is_there_wins_else_the_last() -> None:
    gone = story.of_container(5, 1, container.ContainerRemoved)
    told = [created(1, "web", 1), gone, created(2, "web", 6)]
    history = story.history_of(told)
    assert stream(history, "web") == memory.container(2)
    assert stream(history, "web", moment=moment(3)) == memory.container(1)
    told.append(story.of_container(9, 2, container.ContainerRemoved))
    assert stream(story.history_of(told), "web") == memory.container(2)


def test_a_container_is_found_by_a_name_that_it_no_longer_bears() -> None:
    renamed = story.of_container(5, 1, container.ContainerRenamed, name="new")
    assert stream(story.history_of([created(1, "old"), renamed]), "old") == memory.container(1)


def test_the_same_name_on_two_engines_needs_the_engine() -> None:
    history = story.history_of([created(1, "web"), created(2, "web", key="f" * 12)])
    with pytest.raises(ShipslogError, match="can mean"):
        find_subject(history, "web")
    assert stream(history, "web", engine="f" * 12) == memory.container(2, "f" * 12)


def test_a_build_that_goes_by_the_id_of_its_image_does_not_hide_the_image() -> None:
    finished = at(moment(1), build.BuildFinished, builder="buildkit", image_ids=(image_id(7),))
    told = [*story.facts(), (memory.stream("build", image_id(3)), finished)]
    history = story.history_of(told)
    assert stream(history, image_id(3)) == memory.image(3)


@pytest.mark.parametrize("text", ["", "nothing", "image=nothing", "zz", "sha256:"])
def test_what_the_history_does_not_know_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(ShipslogError, match=r"The history knows no (object|image) .*\.$"):
        find_subject(story.history(), text)


def test_hostile_names_among_the_candidates_are_written_out() -> None:
    told = [created(1, "a\x1b[2J"), created(2, "a\x1b[2J", key="f" * 12)]
    with pytest.raises(ShipslogError) as caught:
        find_subject(story.history_of(told), "a\x1b[2J")
    assert "\x1b" not in str(caught.value)


def test_an_engine_is_found_by_its_name() -> None:
    observed = at(
        moment(1),
        engine.EngineObserved,
        name="laptop",
        endpoint="unix:///x",
        daemon_id="d",
        flavour="docker",
    )
    assert stream(story.history_of([(memory.engine(), observed)]), "laptop") == memory.engine()
