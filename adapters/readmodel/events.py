"""From stored facts to rows: what the event columns keep of a batch."""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from adapters.readmodel import codes
from adapters.readmodel.codes import NONE, TOPIC_CODE
from adapters.readmodel.columns import Array, Dtypes
from adapters.readmodel.objects import Objects
from adapters.readmodel.particulars import TAKERS, Intake
from domain.errors import ShipslogError
from domain.facts import FACTS, Fact, build, container
from domain.questions.severity import SEVERITY_OF_KIND, Severity, severity_of

EVENT_COLUMNS: Final[Dtypes] = {
    "occurred_at": np.int64,
    "topic": np.uint8,
    "subject": np.int32,
    "origin": np.uint8,
    "severity": np.uint8,
    "value": np.int32,
}
OBSERVATIONS: Final[Dtypes] = {
    "event": np.int32,
    "state": np.int8,
    "exit_code": np.int32,
    "health": np.int8,
    "started": np.int64,
    "finished": np.int64,
}
POINTINGS: Final[Dtypes] = {
    "event": np.int32,
    "how": np.uint8,
    "not_before": np.int64,
    "not_after": np.int64,
}
ARRIVALS: Final[Dtypes] = {"event": np.int32, "image": np.int32}
GAPS: Final[Dtypes] = {"event": np.int32, "start": np.int64, "end": np.int64, "cause": np.int32}
SWARM: Final[Dtypes] = {"event": np.int32}

_SEVERITY: Final = np.array([SEVERITY_OF_KIND[fact] for fact in FACTS], np.uint8)
_EXITED: Final = TOPIC_CODE[container.ContainerExited]
_OBSERVED: Final = TOPIC_CODE[container.ContainerObserved]
_HEALTH: Final = TOPIC_CODE[container.HealthChanged]
_BUILT: Final = TOPIC_CODE[build.BuildFinished]


class Recorded(Protocol):
    """A fact as the store gives it."""

    @property
    def position(self) -> int: ...
    @property
    def stream(self) -> str: ...
    @property
    def fact(self) -> Fact: ...


def event_rows(batch: Sequence[Recorded], head: int, intake: Intake) -> dict[str, Array]:
    """The rows of the event columns for the facts that follow position `head`.

    Raises:
        ShipslogError: the positions have a hole, so that something was taken out of the store.
    """
    _check_positions(batch, head)
    facts = [recorded.fact for recorded in batch]
    number = intake.objects.number
    subjects = [number(recorded.stream) for recorded in batch]
    values = [NONE] * len(facts)
    for index, fact in enumerate(facts):
        taker = TAKERS.get(type(fact))
        if taker is not None:
            values[index] = taker(intake, head + index, subjects[index], fact)
    topic = np.array([TOPIC_CODE[type(fact)] for fact in facts], np.uint8)
    value = np.array(values, np.int32)
    return {
        "occurred_at": _moments([_moment(fact) for fact in facts]),
        "topic": topic,
        "subject": np.array(subjects, np.int32),
        "origin": np.array([codes.ORIGIN_CODE[fact.origin] for fact in facts], np.uint8),
        "severity": _severities(topic, value, facts, intake.objects),
        "value": value,
    }


def intake_rows(intake: Intake) -> dict[str, dict[str, Array]]:
    """The rows of the smaller tables that the batch left."""
    return {
        "observations": _rows(intake.observations, OBSERVATIONS),
        "pointings": _rows(intake.pointings, POINTINGS),
        "arrivals": _rows(intake.arrivals, ARRIVALS),
        "gaps": _rows(intake.gaps, GAPS),
        "swarm": _rows([(event,) for event in intake.swarm], SWARM),
    }


def _rows(rows: Sequence[tuple[int, ...]], dtypes: Dtypes) -> dict[str, Array]:
    columns = zip(*rows, strict=True) if rows else ((),) * len(dtypes)
    return {
        name: np.array(column, dtype)
        for (name, dtype), column in zip(dtypes.items(), columns, strict=True)
    }


def _check_positions(batch: Sequence[Recorded], head: int) -> None:
    expected = head + 1
    for recorded in batch:
        if recorded.position != expected:
            raise ShipslogError(
                f"The store lacks event {expected}; run `shipslog verify` to see what is left."
            )
        expected += 1


def _moment(fact: Fact) -> int:
    """When it happened, in the order of things: a clock that was set back tells another moment."""
    known = fact.not_before
    return fact.occurred_at if known is None or known < fact.occurred_at else known


def _moments(values: list[int]) -> Array:
    try:
        moments = np.array(values, np.int64)
    except OverflowError:
        moments = np.array([codes.moment(value) for value in values], np.int64)
    return np.clip(moments, codes.moment(-(2**63)), codes.moment(2**63))


def _severities(topic: Array, value: Array, facts: Sequence[Fact], objects: Objects) -> Array:
    """The same as `severity_of`, for whole columns."""
    severity = _SEVERITY[topic]
    exited = topic == _EXITED
    severity[exited & (value != 0)] = Severity.BAD
    severity[exited & (value == NONE)] = Severity.NOTABLE
    unhealthy = objects.texts.code("unhealthy")
    severity[(topic == _HEALTH) & (value == unhealthy)] = Severity.BAD
    severity[(topic == _BUILT) & (value != NONE)] = Severity.BAD
    for observed in np.flatnonzero(topic == _OBSERVED).tolist():
        # A failed start has no event of its own; its error is nowhere among the values.
        severity[observed] = severity_of(facts[observed])
    return severity
