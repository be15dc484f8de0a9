"""A container: a mutable runtime instance of one image version."""

import msgspec

from domain.facts import Fact
from domain.facts import container as fact
from domain.facts.container import ContainerState

State = ContainerState

_STATE_AFTER: dict[type[Fact], State] = {
    fact.ContainerCreated: State.CREATED,
    fact.ContainerStarted: State.RUNNING,
    fact.ContainerExited: State.EXITED,
    fact.ContainerPaused: State.PAUSED,
    fact.ContainerUnpaused: State.RUNNING,
    fact.ContainerRemoved: State.REMOVED,
}

_USUAL_BEFORE: dict[type[Fact], frozenset[State]] = {
    fact.ContainerStarted: frozenset({State.CREATED, State.EXITED, State.RESTARTING}),
    # An exit while created is a failed start; while restarting, another failed attempt.
    fact.ContainerExited: frozenset({State.RUNNING, State.PAUSED, State.RESTARTING, State.CREATED}),
    fact.ContainerPaused: frozenset({State.RUNNING}),
    fact.ContainerUnpaused: frozenset({State.PAUSED}),
    fact.ContainerRemoved: frozenset({State.CREATED, State.EXITED, State.DEAD, State.RESTARTING}),
}


class Container(msgspec.Struct, frozen=True):
    """What is known of a container; `version` counts the facts of its stream."""

    id: str
    version: int
    name: str = ""
    image: str = ""
    """The image as it was typed."""
    image_id: str | None = None
    labels: dict[str, str] = {}
    state: State | None = None
    """Unknown between the first event of a container found in mid-life and its inspection."""
    exit_code: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    health: str | None = None
    oom_killed: bool = False
    error: str = ""
    restart_count: int = 0
    configured: bool = False
    probe_command: str = ""
    """What the engine runs inside to probe the container's health."""
    drift: fact.DriftSeen | None = None
    """The drift that was last seen."""
    known_since: int = 0
    """The moment of the first fact."""
    changed_at: int = 0
    """The latest moment of a fact that told the state; 0 where none did."""


def unexpected_state(container: Container | None, kind: type[Fact]) -> str | None:
    """The state that makes a fact of this kind a surprise; None where it is a usual transition.

    A fact is recorded either way: what the engine says happened, happened.
    """
    if container is None or container.state is None:
        return None
    usual = _USUAL_BEFORE.get(kind)
    if usual is None or container.state in usual:
        return None
    return container.state.value


def evolve(container: Container | None, stream: str, happened: Fact) -> Container:
    """The container after the fact."""
    known = container or Container(id=stream, version=0, known_since=happened.occurred_at)
    changes: dict[str, object] = {"version": known.version + 1}
    match happened:
        case fact.ContainerCreated():
            changes |= {
                "name": happened.name,
                "image": happened.image,
                "labels": happened.labels,
            }
        case fact.ContainerFound():
            changes |= {
                "name": happened.name,
                "image": happened.image,
                "labels": happened.labels,
            }
            if happened.state is not None:
                changes["state"] = happened.state
        case fact.ContainerConfigured():
            check = happened.configuration.healthcheck
            changes |= {
                "image_id": happened.image_id,
                "configured": True,
                "probe_command": check.command if check else "",
            }
        case fact.ContainerUnknown():
            changes["configured"] = True
        case fact.ContainerObserved():
            changes |= {
                "state": happened.state,
                "exit_code": happened.exit_code,
                "oom_killed": happened.oom_killed,
                "error": happened.error,
                "started_at": happened.started_at or known.started_at,
                "finished_at": happened.finished_at or known.finished_at,
                "health": happened.health,
                "restart_count": happened.restart_count,
            }
        case fact.ContainerStarted():
            changes |= {"started_at": happened.occurred_at, "oom_killed": False, "error": ""}
        case fact.ContainerExited():
            changes |= {"exit_code": happened.exit_code, "finished_at": happened.occurred_at}
        case fact.ContainerOutOfMemory():
            changes["oom_killed"] = True
        case fact.DriftSeen():
            changes["drift"] = happened
        case fact.ContainerRenamed():
            changes["name"] = happened.name
        case fact.HealthChanged():
            changes["health"] = happened.status
        case _:
            pass
    if (state := _STATE_AFTER.get(type(happened))) is not None:
        changes["state"] = state
    if changes.get("state") is not None:
        changes["changed_at"] = max(known.changed_at, happened.occurred_at)
    return msgspec.structs.replace(known, **changes)
