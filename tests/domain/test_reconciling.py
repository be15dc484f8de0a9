import pytest

from domain.container import State
from domain.facts import Origin
from domain.facts.container import ContainerConfigured
from domain.facts.image import How
from domain.identity import BUILD, CONTAINER, IMAGE, REFERENCE
from domain.inspection import Snapshot
from tests.domain.snapshots import container, image, snapshot
from tests.domain.world import C1, C2, A, B, World, at, event, topics

NAMED = {"name": "web", "image": "shop/web:1"}


def recorded(*actions: str) -> World:
    """A container whose life was heard of, one event a second, and whose image is known."""
    world = World()
    for seconds, action in enumerate(("create", *actions)):
        world.hears(event(f"container {action}", C1, seconds, **NAMED))
    times = {"occurred_at": at(0), "recorded_at": at(0), "origin": Origin.INSPECTED}
    world.enters(CONTAINER, C1, ContainerConfigured(image_id=A, **times))
    return world


def in_bounds(facts) -> bool:
    return all(
        (fact.not_before is None or fact.not_before <= fact.occurred_at)
        and fact.occurred_at <= fact.not_after
        for fact in facts
    )


# --- first contact ---


def test_a_container_that_was_never_recorded_is_found_where_it_stands():
    world = World()
    facts = world.looks(snapshot(100, 101, [container(started=5)]))
    assert topics(facts) == ["container.found", "container.configured", "container.started"]
    found, configured, started = facts
    assert (found.state, found.occurred_at) == (State.CREATED, at(0))
    assert (configured.image_id, configured.occurred_at) == (A, at(0))
    assert started.occurred_at == at(5)
    assert all(fact.origin is Origin.RECONCILED for fact in facts)
    assert [fact.not_after for fact in facts] == [at(101)] * 3
    assert in_bounds(facts)
    assert world.container().state is State.RUNNING


@pytest.mark.parametrize(
    ("state", "more", "last"),
    [
        (State.CREATED, {}, "configured"),
        (State.CREATED, {"exit_code": 127, "error": "no such file"}, "observed"),
        (State.RUNNING, {"started": 5}, "started"),
        (State.RUNNING, {"started": 5, "health": "unhealthy"}, "observed"),
        (State.RUNNING, {"started": 5, "restart_count": 3}, "observed"),
        (State.PAUSED, {"started": 5}, "paused"),
        (State.EXITED, {"started": 5, "finished": 9, "exit_code": 3}, "exited"),
        (State.EXITED, {"started": 5, "finished": 9, "exit_code": 137, "oom_killed": True}, "observed"),  # noqa: E501
        (State.RESTARTING, {"started": 5, "finished": 9, "exit_code": 1}, "observed"),
        (State.DEAD, {"started": 5, "finished": 9, "exit_code": 1}, "observed"),
        (State.EXITED, {}, "observed"),
        (State.RUNNING, {"created": None}, "observed"),
    ],
)  # fmt: skip
def test_every_state_is_taken_over_at_first_contact(state, more, last):
    world = World()
    look = container(state=state, **more)
    facts = world.looks(snapshot(100, 101, [look]))
    known = world.container()
    assert known.state is state
    assert known.exit_code == look.exit_code
    assert (known.oom_killed, known.error) == (look.oom_killed, look.error)
    assert (known.health, known.restart_count) == (look.health, look.restart_count)
    assert world.life()[-1] == last
    assert in_bounds(facts)
    assert world.looks(snapshot(110, 111, [look]), covered_until=100) == []


def test_images_and_references_that_were_never_recorded_are_found():
    world = World()
    facts = world.looks(snapshot(100, 101, [], [image(A, "web:1", "web:latest"), image(B)]))
    assert (
        topics(facts) == ["image.found"] * 2 + ["image.described"] * 2 + ["reference.pointed"] * 2
    )
    pointed = facts[-2:]
    assert {fact.how for fact in pointed} == {How.FOUND}
    assert {fact.image_id for fact in pointed} == {A}
    assert all(fact.occurred_at == at(101) for fact in facts)


# --- what happened to containers while nobody watched ---


def test_an_exit_that_nobody_saw_happened_when_the_engine_says():
    world = recorded("start")
    look = container(state=State.EXITED, started=1, finished=30, exit_code=137)
    (exited,) = world.looks(snapshot(100, 101, [look]), covered_until=20)
    assert (exited.TOPIC, exited.exit_code) == ("container.exited", 137)
    assert exited.occurred_at == at(30)
    assert (exited.not_before, exited.not_after) == (at(20), at(101))


def test_a_restart_that_nobody_saw_ended_the_run_before():
    world = recorded("start")
    look = container(state=State.RUNNING, started=30)
    exited, started = world.looks(snapshot(100, 101, [look]), covered_until=20)
    assert (exited.TOPIC, exited.exit_code) == ("container.exited", None)
    assert started.TOPIC == "container.started"
    assert exited.occurred_at == started.occurred_at == at(30)
    assert world.container().state is State.RUNNING


def test_a_start_and_exit_that_nobody_saw_are_both_told():
    world = recorded("start", "die")
    look = container(state=State.EXITED, started=30, finished=31, exit_code=2)
    facts = world.looks(snapshot(100, 101, [look]), covered_until=20)
    assert topics(facts) == ["container.started", "container.exited"]
    assert [fact.occurred_at for fact in facts] == [at(30), at(31)]


def test_a_rename_that_nobody_saw_lies_between_the_looks():
    world = recorded("start")
    (renamed,) = world.looks(
        snapshot(100, 101, [container(name="old", started=1)]), covered_until=20
    )
    assert (renamed.TOPIC, renamed.name, renamed.old_name) == ("container.renamed", "old", "web")
    assert (renamed.not_before, renamed.occurred_at, renamed.not_after) == (
        at(20),
        at(101),
        at(101),
    )


def test_a_pause_and_its_end_that_nobody_saw():
    world = recorded("start")
    (paused,) = world.looks(
        snapshot(100, 101, [container(state=State.PAUSED, started=1)]), covered_until=20
    )
    assert paused.TOPIC == "container.paused"
    (unpaused,) = world.looks(snapshot(200, 201, [container(started=1)]), covered_until=100)
    assert unpaused.TOPIC == "container.unpaused"
    assert world.container().state is State.RUNNING


def test_a_container_that_is_not_there_any_more_was_removed():
    world = recorded("start", "die")
    (removed,) = world.looks(snapshot(100, 101), covered_until=20)
    assert removed.TOPIC == "container.removed"
    assert (removed.not_before, removed.occurred_at, removed.not_after) == (
        at(20),
        at(101),
        at(101),
    )
    assert world.looks(snapshot(200, 201), covered_until=100) == []


def test_a_container_that_is_only_listed_is_as_it_was():
    world = recorded("start")
    assert world.looks(snapshot(100, 101, unchanged=frozenset({C1})), covered_until=20) == []


def test_a_removed_container_that_is_there_after_all_is_found_again():
    world = recorded("start", "die", "destroy")
    look = container(state=State.EXITED, started=1, finished=2)
    facts = world.looks(snapshot(100, 101, [look]), covered_until=20)
    assert facts[0].TOPIC == "container.found"
    assert facts[0].occurred_at > at(3)
    assert world.container().state is State.EXITED
    assert in_bounds(facts)


def test_what_an_event_touched_meanwhile_is_left_for_the_next_look():
    world = recorded("start")
    touched = frozenset({C1})
    look = container(state=State.EXITED, started=1, finished=99)
    assert world.looks(snapshot(100, 101, [look]), covered_until=20, touched=touched) == []
    assert world.looks(snapshot(100, 101), covered_until=20, touched=touched) == []


# --- what is known already is not told again ---


def test_an_exit_that_was_heard_of_is_not_told_again_when_the_start_came_late():
    world = recorded("start")
    world.hears(
        event("container die", C1, 11, exitCode="3", **NAMED),
        event("container start", C1, 10, **NAMED),
    )
    look = container(state=State.EXITED, started=9.99, finished=10.99, exit_code=3)
    facts = world.looks(snapshot(100, 101, [look]), covered_until=5)
    assert "container.exited" not in topics(facts)
    assert world.container().state is State.EXITED
    assert world.looks(snapshot(200, 201, [look]), covered_until=100) == []


def test_the_start_before_an_exit_that_was_heard_of_does_not_bring_the_container_to_life():
    world = World()
    world.hears(event("container die", C1, 50, exitCode="3", **NAMED))
    look = container(state=State.EXITED, started=10, finished=49.99, exit_code=3)
    facts = world.looks(snapshot(100, 101, [look]))
    assert topics(facts) == ["container.configured", "container.observed"]
    assert world.container().state is State.EXITED
    assert world.container().started_at == at(10)
    assert world.looks(snapshot(200, 201, [look]), covered_until=100) == []


def test_a_container_heard_of_in_mid_life_started_when_the_engine_says():
    world = World()
    world.hears(event("container top", C1, 50, **NAMED))
    facts = world.looks(snapshot(100, 101, [container(started=10)]))
    assert topics(facts) == ["container.configured", "container.started"]
    assert facts[1].occurred_at == at(10)


def test_an_exit_soon_after_one_that_was_heard_of_is_another_one():
    world = recorded("start", "die")
    world.hears(event("container start", C1, 2.5, **NAMED))
    look = container(state=State.EXITED, started=2.4, finished=3, exit_code=1)
    (exited,) = world.looks(snapshot(100, 101, [look]), covered_until=1)
    assert (exited.TOPIC, exited.exit_code, exited.occurred_at) == ("container.exited", 1, at(3))


# --- moments that contradict what is known ---


def test_a_new_health_is_not_dated_back_to_the_start():
    world = recorded("start")
    world.hears(event("container health_status", C1, 50, "healthy", **NAMED))
    look = container(started=1, health="unhealthy")
    (observed,) = world.looks(snapshot(100, 101, [look]), covered_until=60)
    assert observed.TOPIC == "container.observed"
    assert observed.occurred_at == at(101)
    assert observed.not_before == at(60)


def test_an_exit_is_not_dated_before_the_start_that_was_heard_of():
    world = recorded("start")
    look = container(state=State.EXITED, started=1, finished=0.2, exit_code=255)
    (exited,) = world.looks(snapshot(100, 101, [look]), covered_until=None)
    assert exited.TOPIC == "container.exited"
    assert exited.occurred_at == at(101)
    assert exited.not_before == at(1)


def test_moments_in_the_engines_future_or_before_1970_are_not_believed():
    for moment in (5_000, -2_000_000_000):
        world = World()
        look = container(created=moment, started=moment)
        facts = world.looks(snapshot(100, 101, [look]))
        assert all(fact.occurred_at == at(101) for fact in facts)
        assert world.container().state is State.RUNNING
        assert world.looks(snapshot(200, 201, [look]), covered_until=100) == []


def test_what_the_engine_tells_of_before_the_last_look_is_believed():
    world = World()
    world.looks(snapshot(50, 51))
    facts = world.looks(snapshot(100, 101, [container(created=10, started=11)]), covered_until=50)
    assert [fact.occurred_at for fact in facts] == [at(10), at(10), at(11)]
    assert in_bounds(facts)


def test_a_cover_that_reaches_beyond_the_look_bounds_nothing():
    world = recorded("start")
    (removed,) = world.looks(snapshot(100, 101), covered_until=5_000)
    assert removed.occurred_at == at(101)
    assert in_bounds([removed])


# --- images and references ---


def tagged(**pointed: str) -> World:
    world = World()
    for name, image_id in pointed.items():
        world.hears(event("image tag", image_id, 0, name=f"{name}:1"))
    return world


def test_a_tag_that_moved_without_a_word_is_a_new_version():
    world = tagged(web=A)
    images = [image(A), image(B, "web:1", created=5)]
    facts = world.looks(snapshot(100, 101, [], images), covered_until=20)
    assert world.pointings("web:1") == [A, B]
    (pointed,) = [fact for fact in facts if fact.TOPIC == "reference.pointed"]
    assert (pointed.how, pointed.occurred_at) == (How.FOUND, at(101))
    assert pointed.not_before == at(20)


def test_a_tag_that_moved_to_an_image_that_was_known_was_tagged():
    world = tagged(web=A, shop=B)
    undescribed = [image(A), image(B, "web:1", "shop:1")]
    look = snapshot(100, 101, undescribed=undescribed)
    (pointed,) = world.looks(look, covered_until=20)
    assert (pointed.image_id, pointed.how) == (B, How.TAGGED)


def test_a_silent_build_is_dated_by_its_image():
    world = tagged(web=A)
    built = image(B, "web:1", created=30, builder="buildkit")
    facts = world.looks(snapshot(100, 101, [], [image(A), built]), covered_until=20)
    (pointed,) = [fact for fact in facts if fact.TOPIC == "reference.pointed"]
    assert (pointed.how, pointed.occurred_at) == (How.BUILT, at(30))
    (build,) = world.of(BUILD, B)
    assert (build.inferred, build.image_ids, build.references) == (True, (B,), ("web:1",))
    assert build.occurred_at == at(30)
    assert in_bounds(facts)


def test_a_silent_build_is_not_dated_before_what_was_heard_of_its_reference():
    world = tagged(web=A)
    world.hears(event("image tag", A, 50, name="shop:1"), event("image tag", A, 51, name="web:2"))
    built = image(B, "shop:1", created=30, builder="buildkit")
    world.looks(snapshot(100, 101, [], [image(A, "web:1", "web:2"), built]), covered_until=20)
    pointed = world.of(REFERENCE, "shop:1")[-1]
    assert (pointed.image_id, pointed.how) == (B, How.BUILT)
    assert pointed.occurred_at == at(101)
    assert pointed.not_before == at(50)


def test_an_image_and_a_reference_that_are_gone_were_removed():
    world = tagged(web=A, shop=B)
    facts = world.looks(snapshot(100, 101, undescribed=[image(B)]), covered_until=20)
    assert world.pointings("web:1") == [A, None]
    assert world.pointings("shop:1") == [B, None]
    assert world.image_topics(A)[-1] == "removed"
    assert world.image(B).present
    assert in_bounds(facts)
    assert all(fact.not_before == at(20) for fact in facts)


def test_touched_images_and_references_are_left_for_the_next_look():
    world = tagged(web=A)
    for touched in ({A, B}, {A, "web:1", B}):
        look = snapshot(100, 101, [], [image(B, "web:1")])
        assert world.looks(look, covered_until=20, touched=frozenset(touched)) == []
    moved = snapshot(100, 101, undescribed=[image(A)])
    assert world.looks(moved, covered_until=20, touched=frozenset({"web:1"})) == []


def test_nothing_happens_where_all_is_as_it_was():
    world = tagged(web=A)
    look = snapshot(100, 101, [container(started=5)], [image(A, "web:1")])
    world.looks(look, covered_until=20)
    assert world.looks(look, covered_until=100) == []
    assert isinstance(look, Snapshot)


def test_two_containers_of_one_image_are_kept_apart():
    world = World()
    looks = [
        container(C1, started=1),
        container(C2, State.EXITED, name="db", started=1, finished=2),
    ]
    world.looks(snapshot(100, 101, looks))
    assert world.container(C1).state is State.RUNNING
    assert world.container(C2).state is State.EXITED
    assert {kind for kind, _ in world.streams()} == {CONTAINER}
    assert world.of(IMAGE, A) == []
