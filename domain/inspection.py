"""What inspection tells of containers and images, and what a snapshot of an engine holds."""

import msgspec

from domain.facts.container import Configuration, ContainerState
from domain.facts.image import Description


class Inquiry(msgspec.Struct, frozen=True):
    """Something to inspect, and the moment of the event that gives the reason."""

    kind: str
    """`container` or `image`."""
    name: str
    """The object's full id, or the reference that was pulled."""
    action: str
    occurred_at: int
    believed: frozenset[str] = frozenset()
    """The references that were believed to point to the image when the question arose."""


class ContainerInspection(msgspec.Struct, frozen=True):
    """A container as the engine described it at one moment. Moments in nanoseconds."""

    id: str
    name: str
    image: str
    image_id: str
    state: ContainerState
    labels: dict[str, str] = {}
    manifest_digest: str | None = None
    created_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    exit_code: int | None = None
    oom_killed: bool = False
    error: str = ""
    health: str | None = None
    restart_count: int = 0
    configuration: Configuration = Configuration()


class ImageInspection(msgspec.Struct, frozen=True):
    """An image as the engine described it at one moment."""

    id: str
    references: frozenset[str]
    description: Description


class ImageListing(msgspec.Struct, frozen=True):
    """An image as the engine lists it."""

    id: str
    references: frozenset[str]
    parent: str = ""
    created_at: int | None = None


class Snapshot(msgspec.Struct, frozen=True):
    """All that an engine holds, looked at between two moments of the engine's clock.

    `inspected` has those containers that were unknown or may have changed; `containers` has the
    ids of all. Likewise for images; `steps` are the ids of images to which nothing points and on
    which others were built: engines do not list them unless they are asked to.
    """

    began_at: int
    ended_at: int
    containers: frozenset[str]
    inspected: tuple[ContainerInspection, ...]
    images: tuple[ImageListing, ...]
    described: tuple[ImageInspection, ...]
    steps: frozenset[str] = frozenset()
