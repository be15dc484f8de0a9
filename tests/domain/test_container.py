import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.container import Container, State, evolve, unexpected_state
from domain.facts import FACTS, Origin
from domain.facts import container as facts
from domain.facts.base import ContainerFact
from domain.identity import CONTAINER
from tests.domain.world import C1, A, World, at, event
from tests.properties import thorough

CONTAINER_FACTS = [kind for kind in FACTS if issubclass(kind, ContainerFact)]

# What leads from where to where: the words of an engine, and no more than they say.
USUAL = {
    (None, "create"): State.CREATED,
    (State.CREATED, "start"): State.RUNNING,
    (State.CREATED, "die"): State.EXITED,
    (State.CREATED, "destroy"): State.REMOVED,
    (State.RUNNING, "die"): State.EXITED,
    (State.RUNNING, "pause"): State.PAUSED,
    (State.PAUSED, "unpause"): State.RUNNING,
    (State.PAUSED, "die"): State.EXITED,
    (State.RESTARTING, "start"): State.RUNNING,
    (State.RESTARTING, "die"): State.EXITED,
    (State.RESTARTING, "destroy"): State.REMOVED,
    (State.EXITED, "start"): State.RUNNING,
    (State.EXITED, "destroy"): State.REMOVED,
    (State.DEAD, "destroy"): State.REMOVED,
}
AFTER = {
    "start": State.RUNNING,
    "die": State.EXITED,
    "pause": State.PAUSED,
    "unpause": State.RUNNING,
    "destroy": State.REMOVED,
}
# These say nothing of the state.
QUIET = ["kill", "stop", "restart", "oom", "rename", "update", "commit", "exec_create", "top"]
SURPRISES = [
    (state, action)
    for state in State
    for action in AFTER
    if (state, action) not in USUAL
]  # fmt: skip


def container_in(state: State | None) -> World:
    world = World()
    if state is None:
        return world
    world.hears(event("container create", C1, 0, name="web", image="shop/web:1"))
    seen = facts.ContainerObserved(state=state, occurred_at=at(1), recorded_at=at(1))
    world.enters(CONTAINER, C1, seen)
    return world


@pytest.mark.parametrize(("before", "action"), USUAL)
def test_a_usual_transition_is_no_surprise(before, action):
    world = container_in(before)
    world.hears(event(f"container {action}", C1, 2, name="web", image="shop/web:1"))
    assert world.container().state is USUAL[before, action]
    assert world.of(CONTAINER, C1)[-1].unexpected_from is None


@pytest.mark.parametrize(("before", "action"), SURPRISES)
def test_an_unusual_transition_is_recorded_as_one_and_happens_all_the_same(before, action):
    world = container_in(before)
    world.hears(event(f"container {action}", C1, 2, name="web", image="shop/web:1"))
    assert world.container().state is AFTER[action]
    assert world.of(CONTAINER, C1)[-1].unexpected_from == before.value


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("action", QUIET)
def test_an_event_that_says_nothing_of_the_state_leaves_it(before, action):
    world = container_in(before)
    world.hears(event(f"container {action}", C1, 2, name="web", image="shop/web:1"))
    assert world.container().state is before
    assert world.of(CONTAINER, C1)[-1].unexpected_from is None


@thorough
@given(st.lists(st.sampled_from([*AFTER, *QUIET, "create", "nonsense"]), max_size=12))
def test_no_sequence_of_events_is_ever_refused(actions):
    world = World()
    for seconds, action in enumerate(actions):
        before = world.container()
        world.hears(event(f"container {action}", C1, seconds, name="web", image="shop/web:1"))
        said = [fact for fact in world.of(CONTAINER, C1) if fact.said is not None]
        assert len(said) == seconds + 1
        known = before is not None and before.state is not None
        surprise = known and action in AFTER and (before.state, action) not in USUAL
        assert said[-1].unexpected_from == (before.state.value if surprise else None)
        if action in AFTER:
            assert world.container().state is AFTER[action]


def test_a_container_known_only_by_name_has_no_state_to_be_surprised_at():
    unknown = Container(id="container/e/1", version=1)
    assert unexpected_state(unknown, facts.ContainerPaused) is None
    assert unexpected_state(None, facts.ContainerRemoved) is None


def any_fact(kind):
    """A fact of the kind, with something in each field that must be told."""
    something = {str: "x", int: at(1), State: State.RUNNING}
    told = {
        field.name: something[field.type]
        for field in msgspec.structs.fields(kind)
        if field.required
    }
    return kind(**told)


@pytest.mark.parametrize("kind", CONTAINER_FACTS)
def test_every_fact_is_taken_in_and_counted(kind):
    fact = any_fact(kind)
    assert evolve(None, "container/e/1", fact).version == 1
    assert evolve(Container(id="container/e/1", version=7), "container/e/1", fact).version == 8


def life(*happened) -> Container:
    container = None
    for fact in happened:
        container = evolve(container, "container/e/1", fact)
    return container


def moment(seconds: float) -> dict[str, int]:
    return {"occurred_at": at(seconds), "recorded_at": at(seconds)}


CREATED = facts.ContainerCreated(
    **moment(0), name="web", image="shop/web:1", labels={"tier": "front"}
)


def test_creation_tells_name_typed_image_and_labels():
    container = life(CREATED)
    assert (container.name, container.image) == ("web", "shop/web:1")
    assert container.labels == {"tier": "front"}
    assert container.image_id is None
    assert not container.configured


def test_the_image_is_bound_once_it_was_looked_at():
    container = life(CREATED, facts.ContainerConfigured(**moment(1), image_id=A))
    assert container.image_id == A
    assert container.configured


def test_a_container_that_was_gone_too_soon_is_done_with_but_has_no_image():
    container = life(CREATED, facts.ContainerUnknown(**moment(1), reason="gone"))
    assert container.image_id is None
    assert container.configured


def test_start_and_exit_tell_when_and_how():
    container = life(
        CREATED,
        facts.ContainerStarted(**moment(1)),
        facts.ContainerOutOfMemory(**moment(2)),
        facts.ContainerExited(**moment(3), exit_code=137),
    )
    assert (container.started_at, container.finished_at) == (at(1), at(3))
    assert (container.exit_code, container.oom_killed) == (137, True)


def test_a_new_start_forgets_what_ended_the_last_run():
    container = life(
        CREATED,
        facts.ContainerStarted(**moment(1)),
        facts.ContainerOutOfMemory(**moment(2)),
        facts.ContainerExited(**moment(3), exit_code=137),
        facts.ContainerStarted(**moment(4)),
    )
    assert (container.state, container.oom_killed, container.error) == (State.RUNNING, False, "")


def test_names_and_health_follow_what_is_said():
    container = life(
        CREATED,
        facts.ContainerRenamed(**moment(1), name="web-old", old_name="web"),
        facts.HealthChanged(**moment(2), status="unhealthy"),
    )
    assert (container.name, container.health) == ("web-old", "unhealthy")


def test_what_was_seen_replaces_what_was_believed():
    seen = facts.ContainerObserved(
        **moment(5),
        origin=Origin.INSPECTED,
        state=State.RESTARTING,
        exit_code=1,
        error="no such file",
        health="starting",
        restart_count=3,
        finished_at=at(4),
    )
    container = life(CREATED, facts.ContainerStarted(**moment(1)), seen)
    assert container.state is State.RESTARTING
    assert (container.exit_code, container.error, container.health) == (
        1,
        "no such file",
        "starting",
    )
    assert (container.restart_count, container.started_at) == (3, at(1))
    assert container.finished_at == at(4)


def test_a_container_found_again_lives_again():
    gone = life(CREATED, facts.ContainerRemoved(**moment(1)))
    found = facts.ContainerFound(**moment(2), name="web", image="shop/web:1", state=State.CREATED)
    assert gone.state is State.REMOVED
    assert evolve(gone, gone.id, found).state is State.CREATED
