"""A stream held against looks at what its engine remembers."""

from domain.continuity import RING_SIZE
from domain.engine_event import EngineEvent
from domain.listening import Looks, Turn, key_of, look


def ring(*moments: int) -> list[EngineEvent]:
    return [EngineEvent("image", "tag", "", "sha256:1", {}, moment) for moment in moments]


def test_what_is_old_enough_is_due_and_the_rest_is_awaited() -> None:
    looks, due = look(Looks(), ring(1, 2, 9), latest=5)
    assert [event.time_ns for event in due] == [1, 2]
    assert [event.time_ns for event in looks.awaited] == [9]
    assert looks.newest == key_of(ring(9)[0])


def test_what_was_awaited_is_due_though_the_engine_has_forgotten_it() -> None:
    looks, _ = look(Looks(), ring(9), latest=5)
    _, due = look(looks, ring(20), latest=5)
    assert [event.time_ns for event in due] == [9]


def test_a_full_memory_without_the_newest_event_of_before_has_turned_over() -> None:
    first, later = ring(*range(1, 257)), ring(*range(1000, 1256))
    looks, _ = look(Looks(), first, latest=300)
    after, _ = look(looks, later, latest=1001)
    assert len(later) == RING_SIZE
    assert after.turn == Turn(256, key_of(later[0]))
    assert after.ripe
    assert look(looks, later, latest=900)[0].turn == after.turn
    assert not look(looks, later, latest=900)[0].ripe


def test_a_memory_that_is_not_full_or_holds_what_was_newest_has_not() -> None:
    looks, _ = look(Looks(), ring(5), latest=10)
    assert look(looks, ring(20, 21), latest=30)[0].turn is None
    assert look(looks, ring(5, *range(100, 355)), latest=400)[0].turn is None
    assert look(Looks(), ring(*range(256)), latest=400)[0].turn is None


def test_a_full_memory_after_an_empty_one_has_turned_over() -> None:
    later = ring(*range(1000, 1256))
    assert look(Looks(looked_at=50), later, latest=2000)[0].turn == Turn(50, key_of(later[0]))
    assert look(Looks(looked_at=50), later[-2:], latest=2000)[0].turn is None


def test_a_memory_that_lacks_what_came_while_it_was_asked_for_counts_as_full() -> None:
    looks, _ = look(Looks(), ring(5), latest=10)
    later = ring(*range(1000, 1254))
    assert look(looks, later, latest=2000)[0].turn == Turn(5, key_of(later[0]))
