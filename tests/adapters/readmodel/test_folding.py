"""Laws of the fold: neither batches nor the order of arrival change what was so."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import History, ReadModel, codes
from adapters.readmodel.spans import VOID
from domain.facts import Fact
from domain.questions.effects import HEALTHS, Condition
from tests.adapters.readmodel import naive
from tests.adapters.readmodel.histories import histories
from tests.adapters.readmodel.memory import MemoryStore
from tests.adapters.readmodel.naive import Span

Facts = list[tuple[str, Fact]]


def history_of(facts: Facts) -> History:
    return ReadModel.open(MemoryStore(facts), None).history


def container_lives(history: History) -> dict[str, list[Span]]:
    spans = history.container_spans
    lives: dict[str, list[Span]] = {}
    for row in range(len(spans)):
        if spans.end[row] in (VOID, spans.start[row]):
            continue
        state, health, name = spans.state[row], spans.health[row], spans.name[row]
        condition = Condition(
            alive=True,
            state=None if state < 0 else codes.CONTAINER_STATES[state],
            exit_code=codes.exit_code_of(int(spans.exit_code[row])),
            health=None if health < 0 else HEALTHS[health],
            name=None if name < 0 else history.texts[name],
            started_at=codes.moment_of(int(spans.started[row])),
            finished_at=codes.moment_of(int(spans.finished[row])),
            restarts=int(spans.restarts[row]),
        )
        object_id = history.identities[spans.object[row]].object_id
        span = Span(int(spans.start[row]), int(spans.end[row]), condition)
        lives.setdefault(object_id, []).append(span)
    return {object_id: _merged(sorted(life, key=lambda s: s.start)) for object_id, life in lives.items()}


def _merged(life: list[Span]) -> list[Span]:
    """Spans that only facts of one moment had parted are one again."""
    merged: list[Span] = []
    for span in life:
        if merged and merged[-1].end == span.start and merged[-1].so == span.so:
            merged[-1] = Span(merged[-1].start, span.end, span.so)
        else:
            merged.append(span)
    return merged


def expected_lives(store: MemoryStore, kind: str) -> dict[str, list[Span]]:
    return {key: _merged(life) for key, life in naive.lives(store.stored, kind).items() if life}


@given(histories)
def test_containers_live_as_a_fold_of_their_facts_one_by_one_says(facts: Facts) -> None:
    assert container_lives(history_of(facts)) == expected_lives(MemoryStore(facts), "container")


@given(histories, st.lists(st.integers(0, 60), max_size=5))
def test_batches_do_not_change_what_was_so(facts: Facts, cuts: list[int]) -> None:
    store = MemoryStore()
    model = ReadModel.open(store, None)
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(facts)], strict=True):
        store.append(facts[start:end])
        model.catch_up()
    assert container_lives(model.history) == expected_lives(store, "container")
