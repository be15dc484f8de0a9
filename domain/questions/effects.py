"""How facts change what is so: one table for containers, small sets for everything else.

The tables are read by `after` below, one fact at a time, and by the read model for whole
columns at once; both must give the same answers. An object's life is always the fold of its
facts in the order of (occurred_at, position). A fact that is missing here changes no state.
"""

from enum import Enum

import msgspec

from domain.facts import Fact, container, engine, image
from domain.facts.container import ContainerState


class Take(Enum):
    """Where a part of a container's condition is taken from when a fact changes it."""

    FIELD = "field"
    """What the fact says; where the fact does not know, the part stays as it is."""
    MOMENT = "moment"
    """The moment at which the fact occurred."""
    NOTHING = "nothing"
    """The part becomes unknown."""


class Effect(msgspec.Struct, frozen=True):
    """What one kind of fact changes of a container's condition; None leaves a part alone."""

    alive: bool | None = None
    state: ContainerState | Take | None = None
    exit_code: Take | None = None
    health: Take | None = None
    name: Take | None = None
    started_at: Take | None = None
    finished_at: Take | None = None


CONTAINER_EFFECTS: dict[type[Fact], Effect] = {
    container.ContainerCreated: Effect(alive=True, state=ContainerState.CREATED, name=Take.FIELD),
    container.ContainerFound: Effect(alive=True, state=Take.FIELD, name=Take.FIELD),
    container.ContainerObserved: Effect(
        state=Take.FIELD,
        exit_code=Take.FIELD,
        health=Take.FIELD,
        started_at=Take.FIELD,
        finished_at=Take.FIELD,
    ),
    container.ContainerStarted: Effect(
        state=ContainerState.RUNNING,
        exit_code=Take.NOTHING,
        health=Take.NOTHING,
        started_at=Take.MOMENT,
    ),
    container.ContainerExited: Effect(
        state=ContainerState.EXITED,
        exit_code=Take.FIELD,
        health=Take.NOTHING,
        finished_at=Take.MOMENT,
    ),
    container.ContainerPaused: Effect(state=ContainerState.PAUSED),
    container.ContainerUnpaused: Effect(state=ContainerState.RUNNING),
    container.ContainerRenamed: Effect(name=Take.FIELD),
    container.HealthChanged: Effect(health=Take.FIELD),
    container.ContainerRemoved: Effect(alive=False, state=ContainerState.REMOVED),
}

IMAGE_ARRIVES: frozenset[type[Fact]] = frozenset(
    {
        image.ImageFound,
        image.ImageDescribed,
        image.ImageCreated,
        image.ImageTagged,
        image.ImageLoaded,
        image.ImageImported,
    }
)
"""Facts after which the image is on the engine."""
IMAGE_LEAVES: frozenset[type[Fact]] = frozenset({image.ImageRemoved, image.ImageUnlisted})
"""Facts after which the engine does not list the image."""

REFERENCE_POINTS: frozenset[type[Fact]] = frozenset({image.ReferencePointed})
REFERENCE_ENDS: frozenset[type[Fact]] = frozenset({image.ReferenceRemoved})

RECORDING_BEGINS: frozenset[type[Fact]] = frozenset({engine.RecordingStarted})
RECORDING_ENDS: frozenset[type[Fact]] = frozenset({engine.RecordingStopped})

HAS_RUN: frozenset[ContainerState] = frozenset(
    {ContainerState.EXITED, ContainerState.RESTARTING, ContainerState.DEAD}
)
"""A start from one of these states is a restart."""

HEALTHS = ("starting", "healthy", "unhealthy", "none", "other")
"""The results of health checks that have a code; an engine's other words count as `other`."""


class Condition(msgspec.Struct, frozen=True):
    """What is so with one container between two of its facts."""

    alive: bool = False
    state: ContainerState | None = None
    exit_code: int | None = None
    health: str | None = None
    name: str | None = None
    started_at: int | None = None
    finished_at: int | None = None
    restarts: int = 0


def after(before: Condition, fact: Fact) -> Condition:
    """The condition of a container after one more of its facts."""
    effect = CONTAINER_EFFECTS.get(type(fact))
    if effect is None:
        return before
    changes: dict[str, object] = {}
    if effect.alive is not None:
        changes["alive"] = effect.alive
    if isinstance(effect.state, ContainerState):
        changes["state"] = effect.state
    for part in ("state", "exit_code", "health", "name", "started_at", "finished_at"):
        take = getattr(effect, part)
        if take is Take.MOMENT:
            changes[part] = fact.occurred_at
        elif take is Take.NOTHING:
            changes[part] = None
        elif take is Take.FIELD and (said := said_of(part, fact)) is not None:
            changes[part] = said
    if isinstance(fact, container.ContainerStarted) and before.alive and before.state in HAS_RUN:
        changes["restarts"] = before.restarts + 1
    return msgspec.structs.replace(before, **changes)


def said_of(part: str, fact: Fact) -> object | None:
    """What the fact says of a part of the condition; None where it does not know."""
    if part == "exit_code" and isinstance(fact, container.ContainerObserved):
        return observed_exit_code(fact)
    if part == "health":
        word = getattr(fact, "status" if isinstance(fact, container.HealthChanged) else part)
        return None if word is None else health_word(word)
    return getattr(fact, part, None)


def observed_exit_code(fact: container.ContainerObserved) -> int | None:
    """The exit code that an inspection tells of.

    Engines give 0 for a container that runs or never ran; that is no exit code. A container
    that could not be started stays `created` with 127 or the like, and that is one.
    """
    if fact.state in (ContainerState.RUNNING, ContainerState.PAUSED):
        return None
    if fact.state is ContainerState.CREATED and fact.exit_code == 0:
        return None
    return fact.exit_code


def health_word(word: str) -> str:
    """The health as one of HEALTHS."""
    return word if word in HEALTHS else "other"
