"""Laws of the fold: neither batches nor the order of arrival change what was so."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import History, ReadModel, codes
from adapters.readmodel.spans import VOID, SpansView
from domain.facts import Fact
from domain.questions.effects import HEALTHS, Condition
from tests.adapters.readmodel import naive
from tests.adapters.readmodel.histories import histories, with_moments_apart
from tests.adapters.readmodel.memory import MemoryStore
from tests.adapters.readmodel.naive import Span

Facts = list[tuple[str, Fact]]
MOMENTS = range(62)


def history_of(facts: Facts) -> History:
    return ReadModel.open(MemoryStore(facts), None).history


def history_in_batches(facts: Facts, cuts: list[int]) -> History:
    store = MemoryStore()
    model = ReadModel.open(store, None)
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(facts)], strict=True):
        store.append(facts[start:end])
        model.catch_up()
    return model.history


def everything(history: History) -> list[object]:
    """All answers at all moments, in an order that no arrival decides."""
    return [
        sorted(map(repr, answers(moment)))
        for moment in MOMENTS
        for answers in (
            history.containers_at,
            history.images_at,
            history.references_at,
            history.engines_at,
        )
    ]


def container_condition(history: History, row: int) -> Condition:
    spans = history.container_spans
    state, health, name = spans.state[row], spans.health[row], spans.name[row]
    return Condition(
        alive=True,
        state=None if state < 0 else codes.CONTAINER_STATES[state],
        exit_code=codes.exit_code_of(int(spans.exit_code[row])),
        health=None if health < 0 else HEALTHS[health],
        name=None if name < 0 else history.texts[name],
        started_at=codes.moment_of(int(spans.started[row])),
        finished_at=codes.moment_of(int(spans.finished[row])),
        restarts=int(spans.restarts[row]),
    )


def version(history: History, row: int) -> tuple[str, int]:
    spans = history.reference_spans
    return history.identities[spans.image[row]].object_id, int(spans.number[row])


def lives(history: History, spans: SpansView, so) -> dict[str, list[Span]]:
    """The spans that have a length, by full id, those alike that touch as one."""
    found: dict[str, list[Span]] = {}
    for row in range(len(spans)):
        if spans.end[row] not in (VOID, spans.start[row]):
            span = Span(int(spans.start[row]), int(spans.end[row]), so(history, row))
            found.setdefault(history.identities[spans.object[row]].object_id, []).append(span)
    return {key: merged(sorted(life, key=lambda span: span.start)) for key, life in found.items()}


def merged(life: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in life:
        if joined and joined[-1].end == span.start and joined[-1].so == span.so:
            joined[-1] = Span(joined[-1].start, span.end, span.so)
        else:
            joined.append(span)
    return joined


def expected(facts: Facts, kind: str) -> dict[str, list[Span]]:
    found = naive.lives(MemoryStore(facts).stored, kind)
    return {key: merged(life) for key, life in found.items() if life}


@given(histories)
def test_containers_live_as_a_fold_of_their_facts_one_by_one_says(facts: Facts) -> None:
    history = history_of(facts)
    found = lives(history, history.container_spans, container_condition)
    assert found == expected(facts, "container")


@given(histories)
def test_references_have_the_versions_that_their_facts_one_by_one_say(facts: Facts) -> None:
    history = history_of(facts)
    assert lives(history, history.reference_spans, version) == expected(facts, "reference")


@given(histories)
def test_images_are_there_when_their_facts_one_by_one_say(facts: Facts) -> None:
    history = history_of(facts)
    found = lives(history, history.image_spans, lambda history, row: True)
    assert found == expected(facts, "image")


@given(histories, st.lists(st.integers(0, 60), max_size=5))
def test_batches_do_not_change_what_was_so(facts: Facts, cuts: list[int]) -> None:
    assert everything(history_in_batches(facts, cuts)) == everything(history_of(facts))


@given(with_moments_apart(), st.lists(st.integers(0, 60), max_size=3))
def test_the_order_of_arrival_does_not_change_what_was_so(facts: Facts, cuts: list[int]) -> None:
    in_time = sorted(facts, key=lambda each: each[1].occurred_at)
    assert everything(history_in_batches(facts, cuts)) == everything(history_of(in_time))


@given(histories)
def test_the_containers_at_a_moment_are_those_whose_spans_cover_it(facts: Facts) -> None:
    history, spans = history_of(facts), expected(facts, "container")
    for moment in MOMENTS:
        live = {
            key: (span.so.state, span.so.name, span.so.exit_code, span.so.restarts)
            for key, life in spans.items()
            for span in life
            if span.start <= moment < span.end
        }
        found = {
            each.id: (each.state, each.name, each.exit_code, each.restarts)
            for each in history.containers_at(moment)
        }
        assert found == live


def test_a_history_without_events_has_nothing_at_any_moment() -> None:
    history = history_of([])
    assert (history.head, history.start, history.end) == (0, 0, 0)
    assert history.position_at(1) == 0
    assert not any(everything(history))
