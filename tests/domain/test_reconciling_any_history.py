"""Whatever is heard of an engine's life and whatever is missed, a look makes the book right."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.book import replay
from domain.container import State
from domain.facts import Entry, Origin
from domain.identity import CONTAINER, REFERENCE, stream_id
from tests.domain.snapshots import container, image, snapshot
from tests.domain.world import C1, C2, ENGINE, A, B, C, World, at, event
from tests.properties import thorough

STEP = 10.0
"""Seconds between two things that happen."""
STAMPED = 0.004
"""Seconds from what happens to the event that tells of it."""
WORDS = {
    State.CREATED: ["start", "fail", "rename", "remove"],
    State.RUNNING: ["exit", "pause", "rename", "health", "restart", "oom"],
    State.PAUSED: ["unpause", "exit", "rename"],
    State.EXITED: ["start", "rename", "remove"],
}


class Life:
    """A container as it really is."""

    def __init__(self, object_id: str, seconds: float, image_id: str) -> None:
        self.look = container(
            object_id, State.CREATED, name=f"name-{object_id[:2]}", created=seconds
        )
        self.look = msgspec.structs.replace(self.look, image_id=image_id)

    def becomes(self, word: str, seconds: float, code: int) -> list[tuple[str, dict[str, str]]]:
        """Takes a step; gives the events by which the engine tells of it."""
        change: dict = {}
        told: list[tuple[str, dict[str, str]]] = []
        match word:
            case "start":
                change = {"state": State.RUNNING, "started_at": at(seconds), "exit_code": None}
                change |= {"oom_killed": False, "error": ""}
                told = [("start", {})]
            case "fail":
                change = {"exit_code": 127, "error": f"no such file {code}"}
            case "exit":
                change = {"state": State.EXITED, "finished_at": at(seconds), "exit_code": code}
                told = [("die", {"exitCode": str(code)})]
            case "restart":
                change = {"started_at": at(seconds + 3), "finished_at": at(seconds)}
                change |= {"restart_count": self.look.restart_count + 1, "oom_killed": False}
                told = [("die", {"exitCode": str(code)}), ("start", {})]
            case "oom":
                change = {"oom_killed": True}
                told = [("oom", {})]
            case "pause":
                change, told = {"state": State.PAUSED}, [("pause", {})]
            case "unpause":
                change, told = {"state": State.RUNNING}, [("unpause", {})]
            case "rename":
                change = {"name": f"name-{code}"}
                told = [("rename", {"oldName": f"/{self.look.name}"})]
            case "health":
                status = "healthy" if code % 2 else "unhealthy"
                change, told = {"health": status}, [(f"health_status: {status}", {})]
        self.look = msgspec.structs.replace(self.look, **change)
        return told


@st.composite
def histories(draw):
    """What happens on an engine, step by step, and what of it is heard."""
    world, lives, pointed = World(), {}, {}
    described: set[str] = set()
    covered = draw(st.none() | st.just(-5.0))
    for number in range(draw(st.integers(1, 14))):
        seconds = number * STEP
        heard = draw(st.booleans())
        kind = draw(st.sampled_from(["container", "container", "container", "image", "look"]))
        if kind == "container":
            _step(draw, world, lives, seconds, heard)
        elif kind == "image":
            _tag(draw, world, pointed, seconds, heard)
        else:
            _look(draw, world, lives, pointed, described, seconds, covered)
            covered = seconds
    return world, lives, pointed, described, covered


def _step(draw, world, lives, seconds, heard):
    object_id = draw(st.sampled_from([C1, C2]))
    code = draw(st.integers(0, 5))
    told: list[tuple[str, dict[str, str]]] = []
    if object_id not in lives:
        if object_id in lives.setdefault("gone", set()):
            return
        lives[object_id] = Life(object_id, seconds, draw(st.sampled_from([A, B])))
        told = [("create", {})]
        look = lives[object_id].look
    else:
        look = lives[object_id].look
        word = draw(st.sampled_from(WORDS[look.state]))
        if word == "remove":
            lives["gone"].add(lives.pop(object_id).look.id)
            told = [("destroy", {})]
        else:
            told = lives[object_id].becomes(word, seconds, code)
            look = lives[object_id].look
    for later, (action, added) in enumerate(told):
        if heard:
            action, _, payload = action.partition(": ")
            named = {"name": look.name, "image": look.image}
            moment = seconds + STAMPED + 3 * later
            world.hears(event(f"container {action}", look.id, moment, payload, **added, **named))


def _tag(draw, world, pointed, seconds, heard):
    name, image_id = draw(st.sampled_from(["web:1", "web:2"])), draw(st.sampled_from([A, B, C]))
    if draw(st.booleans()) and name in pointed:
        image_id = pointed.pop(name)
        if heard:
            world.hears(event("image untag", image_id, seconds, name=name))
    else:
        pointed[name] = image_id
        if heard:
            world.hears(event("image tag", image_id, seconds, name=name))


def _snapshot(lives, pointed, described, seconds, created):
    looks = [life.look for key, life in lives.items() if key != "gone"]
    ids = set(pointed.values())
    names = {i: [name for name, image_id in pointed.items() if image_id == i] for i in ids}
    images = [image(i, *names[i], created=created) for i in sorted(ids - described)]
    listed = [image(i, *names[i]) for i in sorted(ids & described)]
    described |= ids
    return snapshot(seconds, seconds + 1, looks, images, undescribed=listed)


def _look(draw, world, lives, pointed, described, seconds, covered):
    created = draw(st.none() | st.sampled_from([seconds - 15, seconds - 3]))
    look = _snapshot(lives, pointed, described, seconds, created)
    for fact in world.looks(look, covered_until=covered):
        assert fact.origin is Origin.RECONCILED
        assert fact.not_before is None or fact.not_before <= fact.occurred_at
        assert fact.occurred_at <= fact.not_after == at(seconds + 1)


def by_time(world: World, stream: str):
    """The object as those see it who sort what happened by when it happened."""
    entries = [entry for entry in world.entries if entry.originator_id == stream]
    return replay(stream, sorted(entries, key=lambda entry: entry.fact.occurred_at))


@thorough
@given(histories())
def test_after_a_look_the_book_is_right_and_a_second_look_adds_nothing(history):
    world, lives, pointed, described, covered = history
    looked = _snapshot(lives, pointed, described, 1_000, None)
    world.looks(looked, covered_until=covered)

    there = {key for key in lives if key != "gone"}
    assert world.book.presence.containers[ENGINE] == there
    assert world.book.presence.references[ENGINE] == pointed
    assert world.book.presence.images[ENGINE] == set(pointed.values())
    for object_id in there:
        look = lives[object_id].look
        for known in (
            world.container(object_id),
            by_time(world, stream_id(CONTAINER, ENGINE, object_id)),
        ):
            assert (known.state, known.name, known.image_id) == (
                look.state,
                look.name,
                look.image_id,
            )
            assert (known.error, known.oom_killed) == (look.error, look.oom_killed)
            assert known.restart_count == look.restart_count
            if look.state is State.EXITED:
                assert known.exit_code == look.exit_code
            if look.state is State.RUNNING:
                assert known.health == look.health
    for name in ("web:1", "web:2"):
        known = by_time(world, stream_id(REFERENCE, ENGINE, name))
        assert (known.image_id if known else None) == pointed.get(name)

    again = _snapshot(lives, pointed, described, 2_000, None)
    assert world.looks(again, covered_until=1_000) == []


@thorough
@given(histories())
def test_the_facts_of_a_look_can_be_stored_and_replayed(history):
    world, lives, pointed, described, covered = history
    world.looks(_snapshot(lives, pointed, described, 1_000, None), covered_until=covered)
    known = {key: world.container(key) for key in (C1, C2)}
    world.store()
    for object_id, container_known in known.items():
        stream = stream_id(CONTAINER, ENGINE, object_id)
        assert replay(stream, world.stored[stream]) == container_known
        entries: list[Entry] = world.stored[stream]
        assert [entry.originator_version for entry in entries] == list(range(1, len(entries) + 1))
