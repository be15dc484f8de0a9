"""What the threads that read an engine hand to the thread that writes."""

from typing import TypeAlias

import msgspec

from domain.build_record import BuildRecord
from domain.drifting import Changes
from domain.engine_event import EngineEvent
from domain.facts.engine import EngineObserved
from domain.inspection import ContainerInspection, ImageInspection, Inquiry, Snapshot


class Connected(msgspec.Struct, frozen=True):
    """The stream is open. `ring` is what the engine remembered when it was `looked_at`."""

    observed: EngineObserved
    ring: tuple[EngineEvent, ...]
    looked_at: int
    at: int
    clock_offset: int
    """The engine's clock less this machine's, in nanoseconds."""


class Arrived(msgspec.Struct, frozen=True):
    """A line of the event stream, as it came."""

    line: bytes
    at: int


class Lost(msgspec.Struct, frozen=True):
    """Something of the event stream that could not be taken."""

    reason: str
    at: int


class Walked(msgspec.Struct, frozen=True):
    """What the engine remembered, read again to see whether the stream left anything out."""

    ring: tuple[EngineEvent, ...]
    looked_at: int
    at: int
    clock_offset: int
    """The engine's clock less this machine's, in nanoseconds."""


class Inspected(msgspec.Struct, frozen=True):
    """The answer to an inquiry; without an inspection where the object was gone already."""

    inquiry: Inquiry
    inspection: ContainerInspection | ImageInspection | None
    reason: str
    at: int


class Changed(msgspec.Struct, frozen=True):
    """What a container's file system has that its image has not."""

    container_id: str
    changes: Changes
    occurred_at: int
    """The moment of the exit after which it was looked at, else of the look."""
    took: int
    """Nanoseconds that the engine needed for it."""
    at: int


class BuildsTold(msgspec.Struct, frozen=True):
    """The engine has a history of builds, and it is being read."""

    at: int


class Built(msgspec.Struct, frozen=True):
    """A build has ended, or one that ended earlier is told of."""

    record: BuildRecord
    at: int


class Surveyed(msgspec.Struct, frozen=True):
    """All that the engine holds."""

    snapshot: Snapshot
    at: int


class SurveyFailed(msgspec.Struct, frozen=True):
    """The engine did not let itself be looked at."""

    reason: str
    at: int


class Disconnected(msgspec.Struct, frozen=True):
    """The stream is over."""

    reason: str
    at: int


Message: TypeAlias = (
    Connected
    | Arrived
    | Lost
    | Walked
    | Inspected
    | Changed
    | BuildsTold
    | Built
    | Surveyed
    | SurveyFailed
    | Disconnected
)
