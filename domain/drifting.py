"""Drift: what a container's file system has that its image has not."""

from collections.abc import Sequence

import msgspec

from domain.book import Book
from domain.facts import Origin
from domain.facts.container import DriftSeen
from domain.identity import CONTAINER

MOST_PATHS = 500
"""Paths kept of each kind; a container that has changed more is told by its count."""


class Changes(msgspec.Struct, frozen=True):
    """The engine's answer: paths added, modified and deleted since the container's creation."""

    added: tuple[str, ...]
    modified: tuple[str, ...]
    deleted: tuple[str, ...]


def read_changes(items: Sequence[tuple[str, int]]) -> Changes:
    """From the engine's list of path and kind: 0 modified, 1 added, 2 deleted.

    A folder is listed as modified for each thing in it that is; only the things are kept.
    """
    changed = {path for path, _ in items}
    parents = {path.rpartition("/")[0] for path in changed}
    by_kind: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for path, kind in items:
        if kind in by_kind and not (kind == 0 and path in parents):
            by_kind[kind].append(path)
    return Changes(
        added=tuple(sorted(by_kind[1])),
        modified=tuple(sorted(by_kind[0])),
        deleted=tuple(sorted(by_kind[2])),
    )


def note_drift(
    changes: Changes,
    container_id: str,
    book: Book,
    engine: str,
    *,
    occurred_at: int,
    recorded_at: int,
) -> None:
    """Enters the drift if it is another than was last seen."""
    container = book.container(engine, container_id)
    if container is None:
        return
    seen = DriftSeen(
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        origin=Origin.INSPECTED,
        added=changes.added[:MOST_PATHS],
        modified=changes.modified[:MOST_PATHS],
        deleted=changes.deleted[:MOST_PATHS],
        total=len(changes.added) + len(changes.modified) + len(changes.deleted),
    )
    before = container.drift
    if before is None and seen.total == 0:
        return
    if before is None or _paths(before) != _paths(seen):
        book.append(CONTAINER, engine, container_id, seen)


def _paths(drift: DriftSeen) -> tuple[object, ...]:
    return drift.added, drift.modified, drift.deleted, drift.total
