"""What changed between two moments: what came, what went, what is otherwise now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from domain.questions.answers import ContainerAt, ImageAt, ReferenceAt
from domain.questions.history import History
from domain.questions.writing import Json, written, written_moment

At = TypeVar("At", ContainerAt, ImageAt, ReferenceAt)

_CONTAINER_PARTS = (
    "name",
    "state",
    "image_id",
    "reference",
    "version",
    "health",
    "exit_code",
    "started_at",
    "finished_at",
    "restarts",
)
_IMAGE_PARTS = ("references", "in_use")
_REFERENCE_PARTS = ("image_id", "version")


class Change(msgspec.Struct, frozen=True):
    """One part of something that is otherwise at the second moment."""

    part: str
    before: Any
    after: Any


class Changed(msgspec.Struct, frozen=True):
    """Something that was there at both moments but not the same."""

    before: ContainerAt | ImageAt | ReferenceAt
    after: ContainerAt | ImageAt | ReferenceAt
    changes: list[Change]


class Changes(msgspec.Struct, frozen=True):
    """What came, went and changed of one kind of things."""

    added: Sequence[ContainerAt | ImageAt | ReferenceAt]
    removed: Sequence[ContainerAt | ImageAt | ReferenceAt]
    changed: list[Changed]


class Diff(msgspec.Struct, frozen=True):
    """What changed between two moments."""

    from_: int
    to: int
    containers: Changes
    images: Changes
    references: Changes


def diff(history: History, since: int, until: int) -> Diff:
    """What changed from the first moment to the second, whichever comes first in time."""
    return Diff(
        from_=since,
        to=until,
        containers=_changes(
            history.containers_at(since),
            history.containers_at(until),
            lambda each: (each.engine, each.id),
            _CONTAINER_PARTS,
        ),
        images=_changes(
            history.images_at(since),
            history.images_at(until),
            lambda each: (each.engine, each.id),
            _IMAGE_PARTS,
        ),
        references=_changes(
            history.references_at(since),
            history.references_at(until),
            lambda each: (each.engine, each.reference),
            _REFERENCE_PARTS,
        ),
    )


def _changes(
    before: Sequence[At],
    after: Sequence[At],
    key: Callable[[At], tuple[str, str]],
    parts: Sequence[str],
) -> Changes:
    old: Mapping[tuple[str, str], At] = {key(each): each for each in before}
    new: Mapping[tuple[str, str], At] = {key(each): each for each in after}
    changed = []
    for each in sorted(old.keys() & new.keys()):
        changes = _differences(old[each], new[each], parts)
        if changes:
            changed.append(Changed(old[each], new[each], changes))
    return Changes(
        added=[new[each] for each in sorted(new.keys() - old.keys())],
        removed=[old[each] for each in sorted(old.keys() - new.keys())],
        changed=changed,
    )


def _differences(before: object, after: object, parts: Sequence[str]) -> list[Change]:
    pairs = ((part, getattr(before, part), getattr(after, part)) for part in parts)
    return [Change(part, old, new) for part, old, new in pairs if old != new]


def to_json(answer: Diff) -> Json:
    """The difference as `shipslog diff --format json` prints it."""
    return {
        "from": written_moment(answer.from_),
        "to": written_moment(answer.to),
        "containers": _changes_to_json(answer.containers),
        "images": _changes_to_json(answer.images),
        "references": _changes_to_json(answer.references),
    }


def _changes_to_json(changes: Changes) -> Json:
    return {
        "added": [written(each) for each in changes.added],
        "removed": [written(each) for each in changes.removed],
        "changed": [
            {
                **written(each.after),
                "changes": {
                    change.part: {
                        "from": written(change.before, change.part),
                        "to": written(change.after, change.part),
                    }
                    for change in each.changes
                },
            }
            for each in changes.changed
        ],
    }
