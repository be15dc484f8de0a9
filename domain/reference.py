"""A reference: a name that points to one image at a time; each image it pointed to is a version."""

import msgspec

from domain.facts import Fact
from domain.facts import image as fact


class Reference(msgspec.Struct, frozen=True):
    """What is known of a reference; `version` counts the facts of its stream."""

    id: str
    version: int
    image_id: str | None = None
    """The image it points to; None where it points to nothing or was never seen pointing."""
    image_versions: int = 0
    """How many image versions the reference has had."""
    changed_at: int = 0
    """The latest moment at which it came to point elsewhere or nowhere."""


def evolve(reference: Reference | None, stream: str, happened: Fact) -> Reference:
    """The reference after the fact."""
    known = reference or Reference(id=stream, version=0)
    changes: dict[str, object] = {"version": known.version + 1}
    match happened:
        case fact.ReferencePointed() if happened.image_id != known.image_id:
            changes |= {
                "image_id": happened.image_id,
                "image_versions": known.image_versions + 1,
            }
        case fact.ReferenceRemoved():
            changes["image_id"] = None
        case _:
            pass
    if "image_id" in changes:
        changes["changed_at"] = max(known.changed_at, happened.occurred_at)
    return msgspec.structs.replace(known, **changes)
