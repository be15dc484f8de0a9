"""Two versions of a reference side by side: what is in the one and not in the other."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import msgspec

from domain.errors import ShipslogError
from domain.facts.container import Variable
from domain.facts.image import Description, Instruction
from domain.moments import FOREVER
from domain.questions.history import History, VersionRecord
from domain.questions.log import Reading
from domain.questions.printing import printable
from domain.questions.setup import full_description
from domain.questions.versions import VersionContainer, versions
from domain.questions.writing import Json, written

_COMPARED = (
    "entrypoint",
    "command",
    "user",
    "working_dir",
    "exposed_ports",
    "volumes",
    "stop_signal",
    "healthcheck",
    "os",
    "architecture",
    "builder",
    "created_at",
)
"""What is compared field by field; layers, history, variables, labels and size are on their own."""


class Named(msgspec.Struct, frozen=True):
    """What came, went and changed among things with names: the names, sorted."""

    added: list[str]
    removed: list[str]
    changed: list[str]


class Lines(msgspec.Struct, frozen=True):
    """What came and went in a sequence, each in its own order."""

    added: list[str]
    removed: list[str]
    shared: list[str]


class Side(msgspec.Struct, frozen=True):
    """One of the two versions."""

    number: int
    image_id: str
    description: Description
    containers: list[VersionContainer]


class Comparison(msgspec.Struct, frozen=True):
    """Two versions of a reference."""

    reference: str
    engine: str
    engine_name: str
    from_: Side
    to: Side
    same_content: bool | None
    """None where the histories of the images are not known."""
    layers: Lines
    history: Lines
    configuration: dict[str, tuple[Any, Any]]
    """By field: what it was and what it is."""
    variables: Named
    labels: Named


def compare(
    history: History, reference: int, numbers: tuple[int, int], reading: Reading, moment: int | None
) -> Comparison:
    """Compares two versions of the reference, with their containers as of the moment.

    Raises:
        ShipslogError: there is no such version, or nobody could look at its image.
    """
    before, after = (_side(history, reference, each, reading, moment) for each in numbers)
    old, new = before.description, after.description
    _, engine, name = history.identity_of(reference)
    marks = [_content(history, reference, each) for each in numbers]
    return Comparison(
        reference=name,
        engine=engine,
        engine_name=history.engine_name(engine),
        from_=before,
        to=after,
        same_content=marks[0] == marks[1] if all(marks) else None,
        layers=_lines(old.layers, new.layers),
        history=_lines(_texts(old.history), _texts(new.history)),
        configuration={
            field: (getattr(old, field), getattr(new, field))
            for field in _COMPARED
            if getattr(old, field) != getattr(new, field)
        },
        variables=_named(_values(old.variables), _values(new.variables)),
        labels=_named(old.labels, new.labels),
    )


def _side(
    history: History, reference: int, number: int, reading: Reading, moment: int | None
) -> Side:
    record = _record(history, reference, number)
    image_id = history.identity_of(record.image).object_id
    description = full_description(history, record.image, reading)
    if description is None:
        name = printable(history.identity_of(reference).object_id)
        raise ShipslogError(f"Nobody could look at the image of version {number} of {name}.")
    (told,) = versions(history, [reference], FOREVER - 1 if moment is None else moment)
    containers = [each.containers for each in told.versions if each.number == number]
    return Side(number, image_id, description, containers[0] if containers else [])


def _record(history: History, reference: int, number: int) -> VersionRecord:
    records = history.versions_of(reference)
    found = next((each for each in records if each.number == number), None)
    if found is None:
        name = printable(history.identity_of(reference).object_id)
        raise ShipslogError(f"{name} has no version {number}; the last one is {len(records)}.")
    return found


def _content(history: History, reference: int, number: int) -> str:
    return history.contents().get(_record(history, reference, number).image, "")


def _texts(history: Sequence[Instruction]) -> list[str]:
    return [each.text for each in history]


def _values(variables: Sequence[Variable]) -> dict[str, str]:
    return {each.name: each.digest for each in variables}


def _lines(old: Sequence[str], new: Sequence[str]) -> Lines:
    added: list[str] = []
    removed: list[str] = []
    shared: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            shared += old[start:end]
        else:
            removed += old[start:end]
            added += new[other_start:other_end]
    return Lines(added, removed, shared)


def _named(old: Mapping[str, str], new: Mapping[str, str]) -> Named:
    return Named(
        added=sorted(new.keys() - old.keys()),
        removed=sorted(old.keys() - new.keys()),
        changed=sorted(each for each in old.keys() & new.keys() if old[each] != new[each]),
    )


def to_json(answer: Comparison) -> Json:
    """The comparison as `shipslog versions --compare --format json` prints it."""
    old, new = answer.from_.description, answer.to.description
    return {
        "reference": answer.reference,
        "engine": answer.engine,
        "engine_name": answer.engine_name,
        "from": {"number": answer.from_.number, "image_id": answer.from_.image_id},
        "to": {"number": answer.to.number, "image_id": answer.to.image_id},
        "same_content": answer.same_content,
        "layers": written(answer.layers),
        "history": {"added": answer.history.added, "removed": answer.history.removed},
        "configuration": {
            field: {"from": written(before, field), "to": written(after, field)}
            for field, (before, after) in answer.configuration.items()
        },
        "variables": written(answer.variables),
        "labels": {
            "added": {name: new.labels[name] for name in answer.labels.added},
            "removed": {name: old.labels[name] for name in answer.labels.removed},
            "changed": {
                name: {"from": old.labels[name], "to": new.labels[name]}
                for name in answer.labels.changed
            },
        },
        "size": {"from": old.size, "to": new.size},
        "containers": {
            "from": written(answer.from_.containers),
            "to": written(answer.to.containers),
        },
    }
