"""Which image version a container is made from."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import ReadModel
from domain.facts import Fact
from domain.facts.container import ContainerConfigured, ContainerCreated, ContainerFound
from domain.facts.image import How, ReferencePointed, ReferenceRemoved
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.histories import histories
from tests.adapters.readmodel.memory import MemoryStore, at, image_id
from tests.adapters.readmodel.test_folding import history_in_batches, history_of

Facts = list[tuple[str, Fact]]
Made = tuple[str | None, str | None, int | None]


def pointed(moment: int, number: int, name: str = "web:1") -> tuple[str, Fact]:
    fact = at(moment, ReferencePointed, image_id=image_id(number), how=How.BUILT)
    return memory.reference(name), fact


def created(moment: int, typed: str, number: int | None = None) -> Facts:
    stream = memory.container(1)
    facts: Facts = [(stream, at(moment, ContainerCreated, name="web", image=typed))]
    if number is not None:
        facts.append((stream, at(moment, ContainerConfigured, image_id=image_id(number))))
    return facts


def made_from(facts: Facts) -> Made:
    """(image id, reference, version number) of the only container."""
    (container,) = history_of(facts).containers_at(1000)
    return container.image_id, container.reference, container.version


def test_a_container_belongs_to_the_version_that_had_its_image_at_creation() -> None:
    facts = [pointed(1, 1), pointed(5, 2), *created(6, "web:1", 2)]
    assert made_from(facts) == (image_id(2), "web:1", 2)


def test_a_container_keeps_its_version_when_the_tag_moves_on() -> None:
    facts = [pointed(1, 1), *created(2, "web:1", 1), pointed(5, 2)]
    assert made_from(facts) == (image_id(1), "web:1", 1)


def test_of_two_versions_with_the_same_image_the_one_current_at_creation_counts() -> None:
    facts = [pointed(1, 1), pointed(5, 2), pointed(9, 1), *created(10, "web:1", 1)]
    assert made_from(facts) == (image_id(1), "web:1", 3)


def test_of_two_versions_with_the_same_image_else_the_latest_before_creation_counts() -> None:
    facts = [pointed(1, 1), pointed(5, 2), pointed(9, 1), *created(6, "web:1", 1)]
    assert made_from(facts) == (image_id(1), "web:1", 1)


def test_a_container_older_than_the_first_sight_of_its_reference_belongs_to_that_version() -> None:
    assert made_from([*created(1, "web:1", 1), pointed(5, 1)]) == (image_id(1), "web:1", 1)


def test_a_container_created_by_id_belongs_to_a_reference_that_held_the_image_then() -> None:
    facts = [pointed(1, 1), *created(2, image_id(1), 1)]
    assert made_from(facts) == (image_id(1), "web:1", 1)


def test_a_container_created_by_id_belongs_to_no_reference_that_held_the_image_later() -> None:
    facts = [*created(1, image_id(1), 1), pointed(2, 1)]
    assert made_from(facts) == (image_id(1), None, None)


def test_a_container_typed_as_an_unknown_name_belongs_to_a_reference_with_its_image() -> None:
    facts = [pointed(1, 1), *created(2, "mirror.example/web:1", 1)]
    assert made_from(facts) == (image_id(1), "web:1", 1)


def test_without_inspection_the_version_current_at_creation_stands_for_the_image() -> None:
    assert made_from([pointed(1, 1), pointed(3, 2), *created(4, "web:1")]) == (
        image_id(2),
        "web:1",
        2,
    )


def test_without_inspection_nothing_is_guessed_where_no_version_was_current() -> None:
    removed = (memory.reference("web:1"), at(2, ReferenceRemoved))
    assert made_from([pointed(1, 1), removed, *created(4, "web:1")]) == (None, "web:1", None)
    assert made_from([*created(4, "web"), pointed(9, 1, "web:latest")]) == (
        None,
        "web:latest",
        None,
    )


def test_a_full_id_that_was_typed_is_the_image_even_without_inspection() -> None:
    assert made_from(created(1, image_id(3))) == (image_id(3), None, None)


def test_the_same_image_id_on_another_engine_is_another_image() -> None:
    other = (memory.reference("web:1", "f" * 12), pointed(1, 1)[1])
    assert made_from([other, *created(2, "web:1", 1)]) == (image_id(1), "web:1", None)


def test_a_container_found_later_is_reckoned_from_its_creation() -> None:
    found = at(9, ContainerFound, name="web", image="web:1", created_at=2)
    facts = [pointed(1, 1), pointed(5, 2), (memory.container(1), found)]
    assert made_from(facts) == (image_id(1), "web:1", 1)


@given(histories, st.lists(st.integers(0, 60), max_size=5))
def test_what_a_change_does_not_concern_is_bound_as_if_all_were_bound_again(
    facts: Facts, cuts: list[int]
) -> None:
    history = history_in_batches(facts, cuts)
    fresh = ReadModel.open(MemoryStore(facts), None).history
    for stream in {stream for stream, _ in facts if stream.startswith("container/")}:
        ours, theirs = history.object_of(stream), fresh.object_of(stream)
        assert history.container_record(ours) == _renumbered(fresh, theirs, history)


def _renumbered(fresh, container, history):
    """The record with the numbers that the objects have in the other history."""
    record = fresh.container_record(container)
    if record is None:
        return None

    def number(subject):
        return None if subject is None else history.object_of("/".join(fresh.identity_of(subject)))

    return msgspec.structs.replace(
        record, image=number(record.image), reference=number(record.reference)
    )
