"""Every event that was ever written into a store is read as it was meant, for ever."""

import pytest

from adapters.store.encoding import decode_state, encode_state
from domain.facts import FACT_OF_TOPIC, FACTS
from tests.golden.samples import golden_lines, golden_of, meaning, sample_of

LINES = golden_lines()
TOPICS = {kind: kind.TOPIC for kind in FACTS}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.topic)
def test_a_golden_event_is_read_as_it_was_meant(line):
    fact = decode_state(line.topic, line.state.encode())
    assert type(fact) is FACT_OF_TOPIC[line.topic]
    assert covers(meaning(fact), line.means)


def covers(found, meant) -> bool:
    """Whether all that was meant was found; fields that came later may be there besides."""
    if isinstance(meant, dict):
        return meant.keys() <= found.keys() and all(covers(found[k], meant[k]) for k in meant)
    if isinstance(meant, list):
        return len(found) == len(meant) and all(map(covers, found, meant))
    return found == meant


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.topic)
def test_a_golden_event_would_be_written_again_with_the_same_bytes(line):
    fact = decode_state(line.topic, line.state.encode())
    assert encode_state(fact) == line.state.encode()


@pytest.mark.parametrize("kind", FACTS, ids=TOPICS.get)
def test_every_kind_of_fact_has_a_golden_event_with_all_its_fields(kind):
    assert golden_of(sample_of(kind)) in LINES, "run `python -m tests.golden` and look at the diff"


@pytest.mark.parametrize("kind", FACTS, ids=TOPICS.get)
def test_the_sample_has_no_field_as_it_is_by_default(kind):
    sample = sample_of(kind)
    assert decode_state(kind.TOPIC, encode_state(sample)) == sample
    for name, default in zip(
        kind.__struct_fields__[-len(kind.__struct_defaults__) :],
        kind.__struct_defaults__,
        strict=True,
    ):
        assert getattr(sample, name) != default


def test_topics_are_short_and_no_two_facts_share_one():
    assert len(FACT_OF_TOPIC) == len(FACTS)
    assert max(len(topic) for topic in FACT_OF_TOPIC) <= 32
