"""What holds for the deployments of any history."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import ReadModel
from domain.facts import Fact, container
from domain.questions.deployments import Deployment, deployments
from tests.adapters.readmodel.histories import with_moments_apart
from tests.adapters.readmodel.memory import MemoryStore
from tests.domain.questions.services_story import Told
from tests.domain.questions.story import moment
from tests.properties import quick, thorough


def by_service(told: list[Deployment]) -> dict[tuple[str, str | None, str], list[Deployment]]:
    found = defaultdict(list)
    for each in told:
        found[each.engine, each.project, each.service].append(each)
    return found


def check_chain(told: list[Deployment]) -> None:
    """Each deployment goes on from where the one before it left the service."""
    current = None
    for each in told:
        assert each.from_ == current
        assert (each.from_ is None) == (each.kind == "deployed")
        assert (each.to is None) == (each.kind == "removed")
        if each.kind in ("scaled", "recreated"):
            assert each.to == current
        if each.kind in ("upgraded", "rolled_back"):
            assert each.to is not None
            assert current is not None
            assert not each.to.same_as(current)
        assert each.count >= 0
        assert (each.count == 0) <= (each.kind == "removed")
        current = each.to


@given(with_moments_apart())
@thorough
def test_the_chain_of_a_service_is_consistent_in_any_history(told: list[tuple[str, Fact]]) -> None:
    store = MemoryStore(told)
    answer = deployments(ReadModel.open(store, None).history, store.at)
    assert [each.at for each in answer] == sorted(each.at for each in answer)
    for chain in by_service(answer).values():
        check_chain(chain)
    for each in answer:
        assert each.events == sorted(set(each.events))
        assert all(1 <= position <= len(told) for position in each.events)


@st.composite
def composed(draw: st.DrawFn) -> Told:
    """What Compose does to one service of up to three containers, some seconds apart."""
    told = Told()
    there: dict[int, int] = {}
    seconds = 0.0
    for image in (1, 2, 3):
        told.points(image / 10, f"shop/web:{image}", image)
    for number in range(1, draw(st.integers(2, 9))):
        seconds += draw(st.sampled_from([0.3, 3, 30, 300]))
        place = draw(st.integers(1, 3))
        image = draw(st.integers(1, 3))
        parts = {"place": place, "made_from": image, "typed": f"shop/web:{image}"}
        if place not in there:
            told.composed(seconds, number, **parts)
            there[place] = number
        elif draw(st.booleans()):
            told.recomposed(seconds, number, there[place], **parts)
            seconds += 1
            there[place] = number
        else:
            told.removed(seconds, there.pop(place))
    told.facts.sort(key=lambda each: each[1].occurred_at)
    return told


@given(composed(), st.integers(0, 1500))
@quick
def test_what_was_told_early_stays_but_for_the_last_word(told: Told, seconds: int) -> None:
    early, late = told.deployments(until=seconds), told.deployments()
    stays = [(each.kind, each.at, each.from_, each.to) for each in early[:-1]]
    later = [(each.kind, each.at, each.from_, each.to) for each in late]
    assert stays == later[: len(stays)]
    check_chain(early)
    check_chain(late)


@given(composed())
@quick
def test_the_last_word_tells_what_is_there(told: Told) -> None:
    history, _ = told.history()
    there = history.containers_at(moment(10_000))
    last = told.deployments()[-1]
    if last.to is None:
        assert there == []
    else:
        assert last.to.image_id in {each.image_id for each in there}


@given(composed())
@quick
def test_every_container_that_comes_is_in_just_one_deployment(told: Told) -> None:
    made = [
        stream.rpartition("/")[2]
        for stream, fact in told.facts
        if isinstance(fact, container.ContainerCreated)
    ]
    shown = [position for each in told.deployments() for position in each.events]
    births = [
        told.facts[position - 1][0].rpartition("/")[2]
        for position in shown
        if isinstance(told.facts[position - 1][1], container.ContainerCreated)
    ]
    assert sorted(births) == sorted(made)
