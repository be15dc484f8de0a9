"""One object's whole life: who it is, and every event that it had."""

import msgspec

from domain.identity import CONTAINER, IMAGE, REFERENCE
from domain.moments import FOREVER
from domain.questions.contents import same_content
from domain.questions.history import History, Stretch
from domain.questions.inner_life import InnerLife, inner_life
from domain.questions.inner_life import to_json as inner_to_json
from domain.questions.log import LogLine, log_lines
from domain.questions.log import Reading as Reading
from domain.questions.log import to_json as line_to_json
from domain.questions.writing import Json, written_moment


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
    inner: InnerLife | None = None
    """Of a container: what its events add up to."""
    same_content_as: list[str] | None = None
    """Of an image: the ids of the others with the same content, on any engine."""


def show(history: History, subject: int, reading: Reading) -> Life:
    """The life of the object."""
    kind, engine, object_id = history.identity_of(subject)
    image, reference, version = _made_from(history, subject, kind)
    events = reading(history.positions_of(subject))
    there = history.life_of(subject)
    return Life(
        kind=kind,
        id=object_id,
        name=history.name_of(subject),
        engine=engine,
        engine_name=history.engine_name(engine),
        image_id=None if image is None else history.identity_of(image).object_id,
        reference=None if reference is None else history.identity_of(reference).object_id,
        version=version,
        there=there,
        lines=log_lines(events, history),
        inner=inner_life(events, there) if kind == CONTAINER else None,
        same_content_as=_same_content_as(history, subject) if kind == IMAGE else None,
    )


def _same_content_as(history: History, image: int) -> list[str]:
    others = same_content(history.contents(), image)
    own = history.identity_of(image).object_id
    ids = (history.identity_of(each).object_id for each in others)
    return [each for each in dict.fromkeys(ids) if each != own]


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
        **({} if life.inner is None else inner_to_json(life.inner)),
        **({} if life.same_content_as is None else {"same_content_as": life.same_content_as}),
        "events": [line_to_json(line) for line in life.lines],
    }
