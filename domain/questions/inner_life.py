"""What a container's facts add up to: its setup, its isolation, visits, probes and drift."""

from collections.abc import Sequence

import msgspec

from domain.facts import Fact
from domain.facts.container import (
    Configuration,
    ContainerConfigured,
    ContainerProbed,
    DriftSeen,
)
from domain.moments import FOREVER
from domain.questions import drifts, execs, isolation, sharing
from domain.questions.drifts import Drift
from domain.questions.execs import ExecSession
from domain.questions.history import Stretch
from domain.questions.isolation import Lasting
from domain.questions.log import Recorded
from domain.questions.writing import Json, written, written_moment


class Probes(msgspec.Struct, frozen=True):
    """The engine's own health probes, counted."""

    probes: int
    failed: int
    first_at: int
    last_at: int


class InnerLife(msgspec.Struct, frozen=True):
    """What a container is and what was done in it; None where nothing is known."""

    configuration: Configuration | None
    isolation: list[Lasting]
    exec_sessions: list[ExecSession]
    probes: Probes | None
    drift: Drift | None


def inner_life(events: Sequence[Recorded], there: Sequence[Stretch]) -> InnerLife:
    """What the events of one container, in the order of time, add up to."""
    facts = [each.fact for each in events]
    configured = [
        (each.occurred_at, each.configuration)
        for each in facts
        if isinstance(each, ContainerConfigured)
    ]
    return InnerLife(
        configuration=configured[-1][1] if configured else None,
        isolation=isolation.lasting(configured, _end(there)),
        exec_sessions=execs.exec_sessions(events),
        probes=_probes(facts),
        drift=drifts.drift_of(each for each in facts if isinstance(each, DriftSeen)),
    )


def _end(there: Sequence[Stretch]) -> int | None:
    return None if not there or there[-1].end == FOREVER else there[-1].end


def _probes(facts: Sequence[Fact]) -> Probes | None:
    counted = [each for each in facts if isinstance(each, ContainerProbed)]
    if not counted:
        return None
    return Probes(
        probes=sum(each.probes for each in counted),
        failed=sum(each.failed for each in counted),
        first_at=min(each.since for each in counted),
        last_at=max(each.occurred_at for each in counted),
    )


def to_json(life: InnerLife) -> Json:
    """The keys that `shipslog show --format json` adds for a container."""
    asked = life.configuration
    return {
        "configuration": None if asked is None else written(asked),
        "isolation": None
        if asked is None
        else {
            "profile": sharing.to_json(sharing.sharing(asked)),
            "findings": isolation.to_json(life.isolation),
        },
        "exec_sessions": [execs.to_json(each) for each in life.exec_sessions],
        "probes": None
        if life.probes is None
        else {
            "probes": life.probes.probes,
            "failed": life.probes.failed,
            "from": written_moment(life.probes.first_at),
            "to": written_moment(life.probes.last_at),
        },
        "drift": None if life.drift is None else drifts.to_json(life.drift),
    }
