"""The lines of the log: one for each event, as the store has it."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from domain.facts import Fact
from domain.identity import parse_stream_id
from domain.questions.history import History
from domain.questions.writing import Json, written, written_moment

_OF_EVERY_FACT = ("occurred_at", "recorded_at", "origin")


class Recorded(Protocol):
    """A fact as the store gives it."""

    @property
    def position(self) -> int: ...
    @property
    def stream(self) -> str: ...
    @property
    def fact(self) -> Fact: ...


Reading = Callable[[Sequence[int]], Sequence[Recorded]]
"""Reads the events at these positions from the store."""


class Subject(msgspec.Struct, frozen=True):
    """What an event is about; the name is the one of that moment."""

    kind: str
    id: str
    name: str


class LogLine(msgspec.Struct, frozen=True):
    """One event, ready to be shown."""

    position: int
    occurred_at: int
    recorded_at: int
    engine: str
    engine_name: str
    type: str
    """The event's short name, such as `container.started`."""
    origin: str
    subject: Subject
    data: dict[str, Any]
    """What the fact says besides, as JSON; `said` is what the engine said."""


def log_line(recorded: Recorded, history: History) -> LogLine:
    """The line of one event."""
    fact = recorded.fact
    kind, engine, object_id = parse_stream_id(recorded.stream)
    subject = history.object_of(recorded.stream)
    name = object_id if subject is None else history.name_of(subject, fact.occurred_at)
    return LogLine(
        position=recorded.position,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        engine=engine,
        engine_name=history.engine_name(engine),
        type=fact.TOPIC,
        origin=fact.origin.value,
        subject=Subject(kind, object_id, name),
        data=data_of(fact),
    )


def log_lines(recorded: Sequence[Recorded], history: History) -> list[LogLine]:
    """The lines of several events, in the same order."""
    return [log_line(each, history) for each in recorded]


def data_of(fact: Fact) -> Json:
    """What the fact says besides what every fact does, as JSON."""
    return {
        field: written(getattr(fact, field), field)
        for field in fact.__struct_fields__
        if field not in _OF_EVERY_FACT
    }


def to_json(line: LogLine) -> Json:
    """The line as `shipslog log --format json` prints it."""
    return {
        "position": line.position,
        "occurred_at": written_moment(line.occurred_at),
        "recorded_at": written_moment(line.recorded_at),
        "engine": line.engine,
        "engine_name": line.engine_name,
        "type": line.type,
        "origin": line.origin,
        "subject": written(line.subject),
        "data": line.data,
    }
