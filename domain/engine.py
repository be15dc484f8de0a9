"""An engine: a Docker-compatible daemon, and the recordings that watched it."""

import re

import msgspec

from domain.facts import Fact
from domain.facts import engine as fact


class Engine(msgspec.Struct, frozen=True):
    """What is known of an engine; `version` counts the facts of its stream."""

    id: str
    version: int
    observed: fact.EngineObserved | None = None
    recording: bool = False
    """Whether a recording is open: it began, and its end was not recorded."""
    recorded_before: bool = False
    heard_until: int | None = None
    """Until when all is recorded that the last recording which was ended could hear."""


def evolve(engine: Engine | None, stream: str, happened: Fact) -> Engine:
    """The engine after the fact."""
    known = engine or Engine(id=stream, version=0)
    changes: dict[str, object] = {"version": known.version + 1}
    match happened:
        case fact.EngineObserved():
            changes["observed"] = happened
        case fact.RecordingStarted():
            changes |= {"recording": True, "recorded_before": True}
        case fact.RecordingStopped():
            changes["recording"] = False
            # Not the greatest of all: the engine's clock may have been set back since.
            changes["heard_until"] = happened.not_before or happened.occurred_at
        case _:
            pass
    return msgspec.structs.replace(known, **changes)


def says_something_new(engine: Engine | None, observed: fact.EngineObserved) -> bool:
    """Whether the engine describes itself otherwise than it last did."""
    if engine is None or engine.observed is None:
        return True
    same = msgspec.structs.replace(
        observed,
        occurred_at=engine.observed.occurred_at,
        recorded_at=engine.observed.recorded_at,
        origin=engine.observed.origin,
    )
    return same != engine.observed


def builds_are_silent(observed: fact.EngineObserved) -> bool:
    """Whether builds of the engine can leave an image or a tag without any event.

    Docker with BuildKit before 23.0.5, and with the containerd store before 28.1.
    """
    if observed.flavour != "docker":
        return False
    version = tuple(int(part) for part in re.findall(r"\d+", observed.version)[:3])
    return version < ((28, 1, 0) if observed.image_store == "containerd" else (23, 0, 5))
