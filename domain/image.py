"""An image: a read-only template, known by its content."""

import msgspec

from domain.facts import Fact
from domain.facts import image as fact


class Image(msgspec.Struct, frozen=True):
    """What is known of an image; `version` counts the facts of its stream."""

    id: str
    version: int
    present: bool = False
    description: fact.Description | None = None


def evolve(image: Image | None, stream: str, happened: Fact) -> Image:
    """The image after the fact."""
    known = image or Image(id=stream, version=0)
    changes: dict[str, object] = {"version": known.version + 1}
    match happened:
        case fact.ImageDescribed():
            changes |= {"description": happened.description, "present": True}
        case fact.ImageRemoved() | fact.ImageUnlisted():
            changes["present"] = False
        case (
            fact.ImageFound()
            | fact.ImageTagged()
            | fact.ImageCreated()
            | fact.ImageLoaded()
            | fact.ImageImported()
            | fact.ImageSaved()
        ):
            changes["present"] = True
        case _:
            pass
    return msgspec.structs.replace(known, **changes)
