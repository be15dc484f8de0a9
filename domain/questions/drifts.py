"""Drift in time: what a container's file system has that its image has not, and since when."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from domain.facts.container import DriftSeen
from domain.questions.writing import Json, written_moment


class Kind(StrEnum):
    """What became of a path."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"


class Differing(msgspec.Struct, frozen=True):
    """A path that differs from the image, and when that was first seen."""

    path: str
    kind: Kind
    since: int


class Drift(msgspec.Struct, frozen=True):
    """The drift as it was last seen."""

    since: int
    """When the first of what differs still was first seen."""
    seen_at: int
    paths: tuple[Differing, ...]
    """Of long lists the beginning."""
    total: int

    @property
    def warning(self) -> str:
        """What recreating the container would lose."""
        paths = "path differs" if self.total == 1 else "paths differ"
        return f"{self.total} {paths} from the image; a container made anew has none of it"


def drift_of(seen: Iterable[DriftSeen]) -> Drift | None:
    """The last drift of a container, from all that was seen in the order of time.

    None where nothing differs, or nobody looked.
    """
    since: dict[tuple[Kind, str], int] = {}
    last: DriftSeen | None = None
    began = 0
    for each in seen:
        now = {(kind, path) for kind in Kind for path in getattr(each, kind.value)}
        since = {key: since.get(key, each.occurred_at) for key in now}
        began = min(since.values(), default=each.occurred_at)
        last = each
    if last is None or last.total == 0:
        return None
    paths = sorted(since, key=lambda key: (list(Kind).index(key[0]), key[1]))
    return Drift(
        since=began,
        seen_at=last.occurred_at,
        paths=tuple(Differing(path, kind, since[kind, path]) for kind, path in paths),
        total=last.total,
    )


def to_json(drift: Drift) -> Json:
    """The drift as `shipslog show --format json` prints it."""
    return {
        "since": written_moment(drift.since),
        "seen_at": written_moment(drift.seen_at),
        "total": drift.total,
        **{
            kind.value: [
                {"path": each.path, "since": written_moment(each.since)}
                for each in drift.paths
                if each.kind is kind
            ]
            for kind in Kind
        },
        "warning": drift.warning,
    }
