import hashlib

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.clamping import LEFT_OUT, LONGEST_TEXT, MOST_NAMED, bounded, clamped, fewer, was_cut
from domain.facts.container import ContainerCreated
from tests.domain.world import NOON
from tests.properties import quick

LONG = "x" * (10 * 1024 * 1024)


def created(**labels: str) -> ContainerCreated:
    return ContainerCreated(
        occurred_at=NOON, recorded_at=NOON, name="web", image="web:1", labels=labels
    )


def test_a_long_text_is_cut_with_its_length_and_digest():
    digest = hashlib.sha256(LONG.encode()).hexdigest()
    cut = clamped(LONG)
    assert cut == f"{'x' * LONGEST_TEXT}«cut: 10,485,760 characters, sha256 {digest}»"
    assert was_cut(cut)
    assert clamped(cut) == cut


def test_a_text_of_any_usual_length_stays():
    assert clamped(LONG[:LONGEST_TEXT]) == LONG[:LONGEST_TEXT]
    assert not was_cut(LONG)


def test_too_many_labels_are_counted():
    few = fewer({f"label-{number:06}": "x" for number in range(100_000)})
    assert len(few) == MOST_NAMED + 1
    assert few[LEFT_OUT] == "99,000 more"
    assert fewer(few) == few


def test_a_fact_is_bounded_in_every_text():
    fact = bounded(created(long=LONG, short="web"))
    assert was_cut(fact.labels["long"])
    assert fact.labels["short"] == "web"
    assert len(msgspec.json.encode(fact)) < LONGEST_TEXT + 1_000


def test_a_usual_fact_is_the_same_one():
    fact = created(short="web")
    assert bounded(fact) is fact


def test_a_fact_with_lone_surrogates_is_bounded_too():
    assert bounded(created(odd="\ud800")).labels == {"odd": "\ud800"}
    assert was_cut(bounded(created(odd="\ud800", long=LONG)).labels["long"])


@quick
@given(st.dictionaries(st.text(max_size=3), st.text(max_size=3)))
def test_few_labels_stay_as_they_are(labels):
    assert fewer(labels) == labels
