"""A build: one run of a builder, finished or failed."""

import msgspec

from domain.build_record import BuildRecord
from domain.facts import Fact
from domain.facts import build as fact


class Build(msgspec.Struct, frozen=True):
    """What is known of a build; `version` counts the facts of its stream."""

    id: str
    version: int
    finished: bool = False
    image_ids: tuple[str, ...] = ()
    error: str = ""
    record: BuildRecord | None = None
    """What the builder's history told last."""


def evolve(build: Build | None, stream: str, happened: Fact) -> Build:
    """The build after the fact."""
    known = build or Build(id=stream, version=0)
    changes: dict[str, object] = {"version": known.version + 1}
    if isinstance(happened, fact.BuildFinished):
        changes |= {
            "finished": True,
            "image_ids": happened.image_ids,
            "error": happened.error,
            "record": happened.record,
        }
    return msgspec.structs.replace(known, **changes)
