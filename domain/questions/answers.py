"""What was so at a moment: the values that questions about a state are answered with.

Moments are nanoseconds since the epoch, ids are full, None means unknown.
"""

import msgspec


class EngineAt(msgspec.Struct, frozen=True):
    """An engine as it was known at a moment."""

    key: str
    name: str
    endpoint: str
    flavour: str
    version: str
    recording: bool
    """Whether a recorder watched the engine at the moment and no gap covers it."""


class ContainerAt(msgspec.Struct, frozen=True):
    """A container that existed at a moment."""

    id: str
    name: str
    engine: str
    engine_name: str
    state: str | None
    image_id: str | None
    reference: str | None
    """The reference whose version the container is made from; else the one that was typed."""
    version: int | None
    service: str
    project: str | None
    health: str | None
    exit_code: int | None
    created_at: int | None
    started_at: int | None
    finished_at: int | None
    restarts: int
    """Recorded starts after an exit, whoever asked for them."""
    origin: str
    labels: dict[str, str]


class ImageAt(msgspec.Struct, frozen=True):
    """An image that was on its engine at a moment; the size is in bytes."""

    id: str
    engine: str
    engine_name: str
    references: tuple[str, ...]
    base: str | None
    created_at: int | None
    size: int | None
    in_use: int
    """How many containers of that moment are instances of the image."""


class ReferenceAt(msgspec.Struct, frozen=True):
    """A reference that pointed to an image at a moment."""

    reference: str
    engine: str
    engine_name: str
    image_id: str
    version: int
    since: int


class StateAt(msgspec.Struct, frozen=True):
    """Everything that was so at a moment."""

    at: int
    position: int
    """The last event, in the order of time, that the state includes; 0 before the first."""
    engines: list[EngineAt]
    containers: list[ContainerAt]
    images: list[ImageAt]
    references: list[ReferenceAt]
