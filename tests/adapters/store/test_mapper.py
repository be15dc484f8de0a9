"""Facts become bytes and come back; no text from outside can break that."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.store.encoding import decode_state, encode_state, storable
from adapters.store.errors import StoreDamaged, StoreNewer
from adapters.store.mapper import FactMapper
from domain.facts import Entry, Said
from domain.facts.container import ContainerCreated

any_text = st.text()
with_surrogates = st.text(st.characters(categories=["Cs", "Lu", "Po"]))


def created(**fields) -> ContainerCreated:
    return ContainerCreated(
        **{"occurred_at": 1, "recorded_at": 2, "name": "n", "image": "i"} | fields
    )


@given(
    st.builds(
        created,
        occurred_at=st.integers(),
        name=any_text,
        labels=st.dictionaries(any_text, any_text),
        said=st.none() | st.builds(Said, any_text, any_text, st.dictionaries(any_text, any_text)),
    )
)
def test_a_fact_comes_back_as_it_was(fact):
    assert decode_state(fact.TOPIC, encode_state(fact)) == fact


@given(st.dictionaries(with_surrogates, with_surrogates), with_surrogates)
def test_a_fact_with_any_surrogates_is_stored_as_valid_utf8(labels, name):
    state = encode_state(created(labels=labels, name=name))
    found = decode_state("container.created", state)
    assert state.decode("utf-8")
    assert found.name == storable(name)
    assert found.labels == {storable(key): storable(value) for key, value in labels.items()}


@given(any_text)
def test_text_without_surrogates_is_stored_as_it_is(text):
    assert storable(text) == text


@given(with_surrogates)
def test_escaping_twice_changes_nothing_more(text):
    assert storable(storable(text)) == storable(text)


def test_the_library_gets_the_short_topic_and_json():
    entry = Entry("container/e/1", 4, created())
    stored = FactMapper().to_stored_event(entry)
    assert (stored.originator_id, stored.originator_version) == ("container/e/1", 4)
    assert stored.topic == "container.created"
    assert msgspec.json.decode(stored.state) == {"at": 1, "rec": 2, "name": "n", "image": "i"}
    assert FactMapper().to_domain_event(stored) == entry


def test_an_unknown_topic_is_one_of_a_later_version():
    with pytest.raises(StoreNewer, match=r"'container\.teleported'"):
        decode_state("container.teleported", b"{}")


@given(st.binary())
def test_no_bytes_do_more_than_raise_a_sentence(state):
    with pytest.raises(StoreDamaged, match="unreadable"):
        decode_state("container.created", state)
