"""Every engine event becomes exactly one reported fact, from which it can be told again."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.engine_event import EngineEvent, parse_engine_event
from domain.facts import FACT_OF_TOPIC, Origin
from tests.domain.reporting.rebuilding import rebuilt, without_command
from tests.domain.world import C1, C2, C3, A, B, World, at
from tests.properties import thorough
from tests.recordings import ENGINES, event_lines

# Letters of which no secret's name can be made: those are taken out, and not told again.
words = st.text("abcx019 =:,é⚓\n", max_size=5)
label_keys = st.sampled_from(
    ["exitCode", "signal", "execID", "oldName", "imageID", "comment", "podId", "tier", "container"]
)
labels = st.dictionaries(label_keys | words, words, max_size=4)
# What engines add to a container's labels, by action.
CONTAINER_ACTIONS = {
    "create": (),
    "start": (),
    "die": ("exitCode", "execDuration"),
    "kill": ("signal",),
    "stop": (),
    "rename": ("oldName",),
    "resize": ("height", "width"),
    "exec_create": ("execID",),
    "exec_start": ("execID",),
    "exec_die": ("execID", "exitCode"),
    "exec_detach": ("execID",),
    "health_status": (),
    "commit": ("comment", "imageID", "imageRef"),
    "archive-path": (),
    "destroy": (),
    "remove": (),
    "exec_died": (),
    "something new": (),
}
PAYLOADS = {"exec_create": "sh -c x", "exec_start": "sh -c x", "health_status": "healthy"}


@st.composite
def container_lives(draw):
    """Events of three containers, each with its labels in each, as engines send them."""
    own = {container: draw(labels) for container in (C1, C2, C3)}
    events = []
    for seconds in range(draw(st.integers(1, 8))):
        container = draw(st.sampled_from(sorted(own)))
        action = draw(st.sampled_from(sorted(CONTAINER_ACTIONS)))
        added = {key: draw(words) for key in CONTAINER_ACTIONS[action]}
        named = {"image": draw(st.sampled_from(["web:1", A])), "name": f"web-{container[:2]}"}
        events.append(
            EngineEvent(
                type="container",
                action=action,
                payload=PAYLOADS.get(action, ""),
                actor=container,
                attributes=added | own[container] | named,
                time_ns=at(seconds),
            )
        )
    return events


OTHER_ACTIONS = [
    *("create", "tag", "untag", "delete", "pull", "push", "load", "save", "import", "prune"),
    *("connect", "disconnect", "mount", "unmount", "destroy", "remove", "reload", "y"),
]
other_events = st.builds(
    EngineEvent,
    type=st.sampled_from(
        ["image", "network", "volume", "daemon", "plugin", "builder", "secret", "x"]
    ),
    action=st.sampled_from(OTHER_ACTIONS),
    payload=st.just(""),
    actor=st.sampled_from(["", A, B, "a" * 64, "shop/web:1", "net", C1]) | words,
    attributes=st.dictionaries(
        st.sampled_from(["name", "container", "driver", "type", "destination", "reclaimed"]),
        st.sampled_from(["", A, C1, C2, "web:1", "docker.io/shop/web", "12", "x"]) | words,
    ),
    time_ns=st.integers(1, 2**63 - 1),
    scope=st.sampled_from(["local", "swarm"]),
)
anything = st.one_of(container_lives(), other_events.map(lambda said: [said]))
streams = st.lists(anything, max_size=5).map(
    lambda parts: [said for part in parts for said in part]
)


@thorough
@given(streams)
def test_every_event_becomes_exactly_one_fact_with_what_was_said(events):
    world = World()
    for number, said in enumerate(events, start=1):
        world.hears(said)
        assert sum(fact.said is not None for fact in world.facts) == number


@thorough
@given(container_lives())
def test_a_containers_events_can_be_told_again_from_what_is_stored(events):
    world = World()
    world.hears(*events)
    assert rebuilt(world.book.pending()) == [without_command(said) for said in events]


@thorough
@given(st.lists(other_events, max_size=8))
def test_all_other_events_can_be_told_again_from_what_is_stored(events):
    world = World()
    world.hears(*events)
    assert rebuilt(world.book.pending()) == events


@thorough
@given(streams)
def test_every_fact_survives_being_written_and_read(events):
    world = World()
    world.hears(*events)
    for fact in world.facts:
        written = msgspec.json.encode(fact)
        assert msgspec.json.decode(written, type=FACT_OF_TOPIC[fact.TOPIC]) == fact


@thorough
@given(streams)
def test_facts_carry_the_events_moment_and_origin(events):
    world = World()
    for said in events:
        before = len(world.facts)
        world.hears(said, origin=Origin.IMPORTED)
        for fact in world.facts[before:]:
            assert fact.occurred_at == said.time_ns
            assert fact.origin is Origin.IMPORTED


# --- what real engines said ---


@pytest.mark.parametrize("engine", ENGINES)
def test_a_real_engines_events_become_one_fact_each_and_can_be_told_again(engine):
    events = [parse_engine_event(line) for line in event_lines(engine)]
    world = World()
    world.hears(*events)
    assert rebuilt(world.book.pending()) == [without_command(said) for said in events]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_password_that_a_real_engine_told_is_nowhere_in_what_is_stored(engine):
    world = World()
    heard = b"\n".join(event_lines(engine))
    world.hears(*map(parse_engine_event, event_lines(engine)))
    stored = b"\n".join(map(msgspec.json.encode, world.book.pending()))
    assert b"correct-horse" in heard or engine.startswith("podman")
    assert b"correct-horse" not in stored


@pytest.mark.parametrize("engine", ENGINES)
def test_a_real_containers_labels_are_stored_once(engine):
    world = World()
    world.hears(*map(parse_engine_event, event_lines(engine)))
    stored = b"\n".join(
        msgspec.json.encode(entry)
        for entry in world.book.pending()
        if entry.originator_id.startswith("container/")
    )
    assert stored.count("front – ⚓".encode()) == 1
