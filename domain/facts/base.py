"""What every stored fact carries: when, since when known, and how it came to be known."""

from enum import StrEnum
from typing import ClassVar

import msgspec


class Origin(StrEnum):
    """How a fact came to be known."""

    REPORTED = "reported"
    """The engine said so in its event stream."""
    INSPECTED = "inspected"
    """Read from the engine's description of the object, right after an event."""
    RECONCILED = "reconciled"
    """Concluded from a snapshot; happened between `not_before` and `not_after`."""
    IMPORTED = "imported"
    """Said in an event file that the person gave."""
    DECLARED = "declared"
    """Stated by the recorder about itself: recordings and gaps."""


LOCAL = "local"
"""The scope of all events but those of a swarm."""


class Said(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the engine said, so that a capture and the store can be compared one to one.

    Left out: the container's own labels, which the engine repeats in each of its events and
    which are stored once, and the command line of an exec action, which may hold secrets.
    """

    type: str
    action: str
    attributes: dict[str, str] = {}
    actor: str | None = None
    """The actor's id where it is not the id of the object whose stream holds the fact."""
    scope: str = LOCAL


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something that happened. Moments are nanoseconds since the epoch."""

    TOPIC: ClassVar[str] = ""

    occurred_at: int = msgspec.field(name="at")
    recorded_at: int = msgspec.field(name="rec")
    origin: Origin = msgspec.field(name="by", default=Origin.REPORTED)
    said: Said | None = None
    not_before: int | None = None
    """It happened after this moment; later than `occurred_at` where a clock was set back."""
    not_after: int | None = None


class ContainerFact(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A fact of a container's life."""

    unexpected_from: str | None = None
    """The state the container was believed in, where the transition is not a usual one."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A fact in its place: the domain event that the event store keeps."""

    originator_id: str
    originator_version: int
    fact: Fact
