"""All events of some kinds, as values."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import ReadModel
from domain.facts import FACTS, Fact, container
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.histories import histories
from tests.adapters.readmodel.memory import MemoryStore, at
from tests.properties import quick


@given(histories, st.sets(st.sampled_from(FACTS)))
@quick
def test_they_are_those_of_the_store_in_the_order_of_time(
    told: list[tuple[str, Fact]], kinds: set[type[Fact]]
) -> None:
    store = MemoryStore(told)
    history = ReadModel.open(store, None).history
    expected = sorted(
        (each.fact.occurred_at, each.position, each.stream)
        for each in store.stored
        if type(each.fact) in kinds
    )
    found = history.events_of(kinds)
    assert [
        (each.moment, each.position, "/".join(history.identity_of(each.subject))) for each in found
    ] == expected
    for each in found:
        assert each.kind is type(store.stored[each.position - 1].fact)
        assert each.origin is store.stored[each.position - 1].fact.origin


def test_only_those_of_the_chosen_objects_where_some_are_chosen() -> None:
    told = [(memory.container(n), at(n, container.ContainerStarted)) for n in (1, 2, 3)]
    history = ReadModel.open(MemoryStore(told), None).history
    chosen = [history.object_of(memory.container(n)) for n in (1, 3)]
    found = history.events_of((container.ContainerStarted,), [c for c in chosen if c is not None])
    assert [each.position for each in found] == [1, 3]
    assert history.events_of((container.ContainerStarted,), ()) == []


def test_exit_codes_and_texts_come_along() -> None:
    one = memory.container(1)
    told = [
        (one, at(1, container.ContainerExited, exit_code=3221225786)),
        (one, at(2, container.ContainerExited, exit_code=None)),
        (one, at(3, container.HealthChanged, status="unhealthy")),
        (one, at(4, container.ContainerSignalled, signal="15")),
        (one, at(5, container.ContainerSignalled, signal=None)),
        (one, at(6, container.ContainerConfigured, image_id="sha256:" + "1" * 64)),
    ]
    history = ReadModel.open(MemoryStore(told), None).history
    kinds = {type(fact) for _, fact in told}
    assert [each.value for each in history.events_of(kinds)] == [
        *(3221225786, None, "unhealthy", "15", None, None)
    ]
