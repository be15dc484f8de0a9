"""One object's whole life: who it is, and every event that it had."""

from collections.abc import Callable, Sequence

import msgspec

from domain.identity import CONTAINER, REFERENCE
from domain.moments import FOREVER
from domain.questions.history import History, Stretch
from domain.questions.log import LogLine, Recorded, log_lines
from domain.questions.log import to_json as line_to_json
from domain.questions.writing import Json, written_moment

Reading = Callable[[Sequence[int]], Sequence[Recorded]]
"""Reads the events at these positions from the store."""


class Life(msgspec.Struct, frozen=True):
    """Everything that happened to one object."""

    kind: str
    id: str
    name: str
    engine: str
    engine_name: str
    image_id: str | None
    """Of a container the image, of a reference the one it points to now."""
    reference: str | None
    version: int | None
    there: list[Stretch]
    lines: list[LogLine]
    """In the order of time."""


def show(history: History, subject: int, reading: Reading) -> Life:
    """The life of the object."""
    kind, engine, object_id = history.identity_of(subject)
    image, reference, version = _made_from(history, subject, kind)
    return Life(
        kind=kind,
        id=object_id,
        name=history.name_of(subject),
        engine=engine,
        engine_name=history.engine_name(engine),
        image_id=None if image is None else history.identity_of(image).object_id,
        reference=None if reference is None else history.identity_of(reference).object_id,
        version=version,
        there=history.life_of(subject),
        lines=log_lines(reading(history.positions_of(subject)), history),
    )


def _made_from(
    history: History, subject: int, kind: str
) -> tuple[int | None, int | None, int | None]:
    """(image, reference, version number), each None where there is none."""
    if kind == CONTAINER:
        record = history.container_record(subject)
        if record is not None:
            return record.image, record.reference, record.version
    if kind == REFERENCE:
        records = history.versions_of(subject)
        if records and records[-1].end == FOREVER:
            return records[-1].image, subject, records[-1].number
    return None, None, None


def to_json(life: Life) -> Json:
    """The life as `shipslog show --format json` prints it."""
    return {
        "kind": life.kind,
        "id": life.id,
        "name": life.name,
        "engine": life.engine,
        "engine_name": life.engine_name,
        "image_id": life.image_id,
        "reference": life.reference,
        "version": life.version,
        "there": [
            {"from": written_moment(each.start), "to": written_moment(each.end)}
            for each in life.there
        ],
        "events": [line_to_json(line) for line in life.lines],
    }
