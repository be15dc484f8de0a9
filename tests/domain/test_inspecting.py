"""What a look at one object adds to what the events told."""

import pytest

from domain.container import State
from domain.facts import Origin
from domain.facts.image import How
from domain.identity import BUILD, CONTAINER, IMAGE
from domain.inspecting import note_container, note_image, note_missing_container
from domain.inspection import Inquiry
from tests.domain.snapshots import container, image
from tests.domain.world import C1, ENGINE, A, B, World, at, event, topics

NAMED = {"name": "web", "image": "shop/web:1"}
NETWORK = {"container": C1, "name": "none"}


def heard(*actions: str) -> World:
    """A container whose life was heard of, one event a second."""
    world = World()
    for seconds, action in enumerate(actions):
        world.hears(event(f"container {action}", C1, seconds, **NAMED))
    return world


def look(world: World, inspection, action: str, seconds: float) -> list:
    """The facts that a look at the container adds, which an event of that moment led to."""
    inquiry = Inquiry(CONTAINER, C1, action, at(seconds))
    before = len(world.facts)
    note_container(inspection, inquiry, world.book, ENGINE, at(seconds + 1))
    return world.facts[before:]


def look_at_image(world: World, inspection, action: str, seconds: float, *believed: str) -> list:
    inquiry = Inquiry(IMAGE, inspection.id, action, at(seconds), frozenset(believed))
    before = len(world.facts)
    note_image(inspection, inquiry, world.book, ENGINE, at(seconds + 1))
    return world.facts[before:]


# --- containers ---


def test_the_look_at_its_creation_binds_a_container_to_its_image():
    world = heard("create")
    (configured,) = look(world, container(state=State.CREATED), "create", 0)
    assert (configured.TOPIC, configured.image_id) == ("container.configured", A)
    assert configured.origin is Origin.INSPECTED
    assert (configured.occurred_at, configured.recorded_at) == (at(0), at(1))


def test_a_container_is_bound_once():
    world = heard("create", "start")
    look(world, container(), "create", 0)
    assert look(world, container(image_id=B), "start", 1) == []
    assert world.container().image_id == A


def test_a_container_that_was_missed_at_first_is_bound_by_a_later_look():
    world = heard("create", "start")
    missing = Inquiry(CONTAINER, C1, "create", at(0))
    note_missing_container(missing, world.book, ENGINE, at(1), "the engine did not answer")
    (configured,) = look(world, container(), "start", 1)
    assert configured.image_id == A


def test_a_look_at_a_container_that_was_never_heard_of_tells_nothing():
    assert look(World(), container(), "create", 0) == []


@pytest.mark.parametrize("action", ["create", "start", "kill", "stop"])
def test_a_look_says_nothing_of_a_state_that_events_will_tell(action):
    world = heard("create", "start")
    facts = look(world, container(state=State.EXITED, started=1, finished=2), action, 1)
    assert topics(facts) == ["container.configured"]


def exited(**more):
    return container(state=State.EXITED, started=1, finished=1.99, **more)


def test_the_look_after_an_exit_tells_what_the_event_could_not():
    world = heard("create", "start", "die")
    facts = look(world, exited(exit_code=137, oom_killed=True), "die", 2)
    assert topics(facts) == ["container.configured", "container.observed"]
    seen = facts[1]
    assert (seen.state, seen.exit_code, seen.oom_killed) == (State.EXITED, 137, True)
    assert seen.occurred_at == at(2)
    assert world.container().exit_code == 137


def test_the_look_after_an_exit_adds_nothing_where_the_event_told_all():
    world = World()
    world.hears(
        event("container create", C1, 0, **NAMED),
        event("container start", C1, 1, **NAMED),
        event("container die", C1, 2, exitCode="3", **NAMED),
    )
    look(world, container(state=State.CREATED), "create", 0)
    assert look(world, exited(exit_code=3), "die", 2) == []


def test_the_look_after_an_exit_tells_of_a_restart_to_come():
    world = heard("create", "start", "die")
    inspection = container(state=State.RESTARTING, started=1, finished=1.99, exit_code=1)
    assert look(world, inspection, "die", 2)[-1].state is State.RESTARTING


@pytest.mark.parametrize(
    ("after", "inspection"),
    [
        ((), container(state=State.RUNNING, started=2.5, finished=1.99)),
        ((), container(state=State.EXITED, started=2.5, finished=9, exit_code=1)),
        ((), container(state=State.EXITED, started=1, finished=None, exit_code=1)),
        ((), container(state=State.CREATED)),
        (("start",), exited(exit_code=1)),
        (("start", "die"), exited(exit_code=1)),
        (("destroy",), exited(exit_code=1)),
    ],
)
def test_the_look_after_an_exit_is_not_believed_of_any_other_moment(after, inspection):
    world = heard("create", "start", "die", *after)
    look(world, container(), "create", 0)
    assert look(world, inspection, "die", 2) == []


def test_the_second_of_two_exits_is_told_by_its_own_look():
    world = heard("create", "start", "die", "start", "die")
    second = container(state=State.EXITED, started=3, finished=3.99, exit_code=2)
    assert topics(look(world, second, "die", 2)) == ["container.configured"]
    (seen,) = look(world, second, "die", 4)
    assert (seen.exit_code, seen.occurred_at) == (2, at(4))


def test_a_start_that_failed_is_told_by_the_look_after_the_network_was_left():
    world = heard("create")
    inquiries = world.hears(event("network disconnect", "net", 1, **NETWORK))
    assert inquiries == [Inquiry(CONTAINER, C1, "disconnect", at(1))]
    failed = container(state=State.CREATED, exit_code=127, error="no such file")
    facts = look(world, failed, "disconnect", 1)
    assert topics(facts) == ["container.configured", "container.observed"]
    assert (facts[1].state, facts[1].exit_code) == (State.CREATED, 127)
    assert facts[1].error == "no such file"


def test_leaving_a_network_is_looked_at_only_before_the_first_start():
    world = heard("create", "start")
    assert world.hears(event("network disconnect", "net", 2, **NETWORK)) == []
    assert World().hears(event("network disconnect", "net", 2, **NETWORK)) == []


def test_a_container_that_is_gone_is_said_to_be_unknown_once():
    world = heard("create")
    inquiry = Inquiry(CONTAINER, C1, "create", at(0))
    for _ in range(2):
        note_missing_container(inquiry, world.book, ENGINE, at(1), "it was gone")
    unknown = world.of(CONTAINER, C1)[1:]
    assert topics(unknown) == ["container.not_inspected"]
    assert (unknown[0].reason, unknown[0].origin) == ("it was gone", Origin.INSPECTED)


def test_a_container_whose_image_is_known_does_not_become_unknown():
    world = heard("create", "start", "die")
    look(world, container(), "create", 0)
    inquiry = Inquiry(CONTAINER, C1, "die", at(2))
    note_missing_container(inquiry, world.book, ENGINE, at(3), "it was gone")
    assert "not_inspected" not in world.life()


# --- images ---


def test_an_image_is_described_once():
    world = World()
    world.hears(event("image tag", A, 0, name="web:1"))
    (described,) = look_at_image(world, image(A, "web:1", created=-5000), "tag", 0)
    assert described.TOPIC == "image.described"
    assert described.description.created_at == at(-5000)
    assert look_at_image(world, image(A, "web:1"), "tag", 1) == []


def test_a_fresh_image_of_a_builder_was_built():
    world = World()
    world.hears(event("image tag", A, 10, name="web:1"))
    facts = look_at_image(world, image(A, "web:1", created=9, builder="buildkit"), "tag", 10)
    assert topics(facts) == ["image.described", "build.finished"]
    (build,) = world.of(BUILD, A)
    assert (build.builder, build.inferred, build.image_ids) == ("buildkit", True, (A,))
    assert build.occurred_at == at(9)


@pytest.mark.parametrize(
    ("created", "builder"), [(9, ""), (9, "commit"), (-601, "buildkit"), (None, "classic")]
)
def test_what_is_old_or_of_no_builder_was_not_built_just_now(created, builder):
    world = World()
    world.hears(event("image tag", A, 10, name="web:1"))
    facts = look_at_image(world, image(A, created=created, builder=builder), "tag", 10)
    assert topics(facts) == ["image.described"]


@pytest.mark.parametrize(
    ("action", "how"),
    [("load", How.LOADED), ("loadfromarchive", How.LOADED), ("pull", How.PULLED)],
)
def test_the_look_after_a_load_or_pull_tells_which_references_it_set(action, how):
    world = World()
    facts = look_at_image(world, image(A, "web:1", "web:2"), action, 5)
    pointed = [fact for fact in facts if fact.TOPIC == "reference.pointed"]
    assert [(fact.image_id, fact.how, fact.occurred_at) for fact in pointed] == [
        (A, how, at(5))
    ] * 2


@pytest.mark.parametrize("action", ["tag", "create", "import"])
def test_the_look_after_other_events_leaves_references_to_their_own_events(action):
    facts = look_at_image(World(), image(A, "web:1"), action, 5)
    assert topics(facts) == ["image.described"]


def test_the_look_after_an_untag_tells_which_reference_is_gone():
    world = World()
    for name in ("web:1", "web:2"):
        world.hears(event("image tag", A, 0, name=name))
    world.hears(event("image untag", A, 5, name=A))
    look_at_image(world, image(A, "web:2"), "untag", 5, "web:1", "web:2")
    assert world.pointings("web:1") == [A, None]
    assert world.pointings("web:2") == [A]


def test_a_reference_that_was_tagged_again_since_is_left_by_a_late_look():
    world = World()
    for name in ("web:1", "web:2"):
        world.hears(event("image tag", A, 0, name=name))
    world.hears(
        event("image untag", A, 5, name=A),
        event("image untag", A, 6, name="web:1"),
        event("image tag", A, 7, name="web:1"),
    )
    look_at_image(world, image(A, "web:2"), "untag", 5, "web:1", "web:2")
    assert world.reference("web:1").image_id == A


def test_a_reference_that_moved_on_since_is_left_by_a_late_look():
    world = World()
    world.hears(event("image load", A, 5, name=A), event("image tag", B, 6, name="web:1"))
    look_at_image(world, image(A, "web:1"), "load", 5)
    assert world.pointings("web:1") == [B]


def test_an_untag_answered_after_the_reference_moved_on_leaves_it():
    world = World()
    for name in ("web:1", "web:2"):
        world.hears(event("image tag", A, 0, name=name))
    world.hears(event("image untag", A, 5, name=A), event("image tag", B, 6, name="web:1"))
    look_at_image(world, image(A, "web:2"), "untag", 5, "web:1", "web:2")
    assert world.pointings("web:1") == [A, B]
