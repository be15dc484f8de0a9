from hypothesis import given
from hypothesis import strategies as st

from domain.book import Book, replay
from domain.identity import CONTAINER, IMAGE, REFERENCE, parse_stream_id
from tests.domain.world import C1, C2, C3, ENGINE, A, B, World, event
from tests.properties import quick, thorough

said = st.one_of(
    st.builds(
        lambda action, actor, seconds: event(
            f"container {action}", actor, seconds, name=f"web-{actor[:2]}", image="web:1"
        ),
        st.sampled_from(["create", "start", "die", "pause", "unpause", "destroy", "rename"]),
        st.sampled_from([C1, C2, C3]),
        st.integers(0, 100),
    ),
    st.builds(
        lambda action, actor, name, seconds: event(f"image {action}", actor, seconds, name=name),
        st.sampled_from(["tag", "untag", "delete", "load", "create"]),
        st.sampled_from([A, B]),
        st.sampled_from(["web:1", "web:2", A, B]),
        st.integers(0, 100),
    ),
)
OBJECTS = [(CONTAINER, C1), (CONTAINER, C2), (CONTAINER, C3), (IMAGE, A), (IMAGE, B)]
OBJECTS += [(REFERENCE, "web:1"), (REFERENCE, "web:2")]


def knowledge(book: Book) -> tuple:
    there = book.presence
    objects = [book.find(kind, ENGINE, object_id) for kind, object_id in OBJECTS]
    return objects, there.containers[ENGINE], there.images[ENGINE], dict(there.references[ENGINE])


@thorough
@given(st.lists(said, max_size=15), st.integers(1, 5))
def test_versions_are_consecutive_in_every_stream(events, at_once):
    world = World()
    for number, happened in enumerate(events, start=1):
        world.hears(happened)
        if number % at_once == 0:
            world.store()
    world.store()
    for entries in world.stored.values():
        assert [entry.originator_version for entry in entries] == list(range(1, len(entries) + 1))


@thorough
@given(st.lists(said, max_size=15))
def test_replaying_what_is_stored_gives_what_was_known(events):
    world = World()
    world.hears(*events)
    known = {
        kind_and_id: world.book.find(kind_and_id[0], ENGINE, kind_and_id[1])
        for kind_and_id in OBJECTS
    }
    world.store()
    for stream, entries in world.stored.items():
        parts = parse_stream_id(stream)
        assert replay(stream, entries) == known.get((parts.kind, parts.object_id))


@thorough
@given(st.lists(said, max_size=10), st.lists(said, max_size=10))
def test_discarding_forgets_all_that_was_not_stored(before, after):
    world = World()
    world.hears(*before)
    world.store()
    known = knowledge(world.book)
    snapshot = (known[0], set(known[1]), set(known[2]), known[3])
    world.hears(*after)
    world.book.discard()
    assert world.facts == []
    assert knowledge(world.book) == snapshot


@quick
@given(st.lists(said, max_size=15))
def test_what_was_discarded_can_be_entered_again(events):
    once = World()
    once.hears(*events)
    again = World()
    again.hears(*events)
    again.book.discard()
    again.hears(*events)
    assert again.facts == once.facts
    assert knowledge(again.book) == knowledge(once.book)


def test_an_object_that_was_never_heard_of_is_none():
    assert World().book.find(CONTAINER, ENGINE, C1) is None


def test_forgotten_objects_are_read_again_from_the_store():
    reads: list[str] = []
    world = World()

    def load(stream):
        reads.append(stream)
        return world.stored[stream]

    world.book = Book(load, remembered=2)
    for number in range(5):
        world.hears(event("container create", f"c{number}" * 32, number, name="web", image="web"))
        world.store()
    reads.clear()
    first, last = world.container("c0" * 32), world.container("c4" * 32)
    assert (first.version, last.version) == (1, 1)
    assert reads == [f"container/{ENGINE}/{'c0' * 32}"]


def test_nothing_is_forgotten_before_it_is_stored():
    world = World()
    world.book = Book(lambda stream: world.stored[stream], remembered=1)
    for number in range(5):
        world.hears(event("container create", f"c{number}" * 32, number, name="web", image="web"))
    assert all(world.container(f"c{number}" * 32).version == 1 for number in range(5))


def test_stored_facts_are_no_longer_pending():
    world = World()
    world.hears(event("container create", C1, 0, name="web", image="web"))
    assert len(world.facts) == 1
    world.store()
    assert world.facts == []
    assert world.container().version == 1
