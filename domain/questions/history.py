"""What a question may ask of the recorded history, whoever keeps it.

Objects are known by an index from 0, in the order in which the store first mentions them.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

import msgspec

from domain.facts import Fact, Origin
from domain.facts.image import Description
from domain.identity import StreamId
from domain.questions.answers import ContainerAt, EngineAt, ImageAt, ReferenceAt
from domain.questions.bases import Base


class Stretch(msgspec.Struct, frozen=True):
    """A stretch of time; `end` is FOREVER while it lasts."""

    start: int
    end: int


class VersionRecord(msgspec.Struct, frozen=True):
    """A stretch in which a reference pointed to one image."""

    number: int
    image: int
    start: int
    end: int
    how: str
    """As the fact says; `versions.how_of` weighs it against what else happened."""
    origin: str
    position: int
    not_before: int | None
    not_after: int | None


class ContainerRecord(msgspec.Struct, frozen=True):
    """What holds for a container's whole life."""

    typed: str
    """The image as it was typed at creation."""
    labels: dict[str, str]
    origin: str
    born_at: int
    """The moment from which on the image version is reckoned."""
    created_at: int | None
    inspected: bool
    """Whether the image is known by inspection; else it follows from what was typed."""
    image: int | None
    reference: int | None
    version: int | None


class Arrival(msgspec.Struct, frozen=True):
    """A fact that tells how an image came to be where it is."""

    topic: str
    moment: int
    position: int
    source: int
    """The object that the fact is about: the image, a build, a container, a reference."""


class Event(NamedTuple):
    """One event, as far as it can be told without reading it from the store."""

    position: int
    moment: int
    kind: type[Fact]
    subject: int
    origin: Origin
    value: int | str | None
    """The exit code of an end, the name, status or text of other events that have one."""


class Gap(msgspec.Struct, frozen=True):
    """A stretch of an engine that nobody recorded; the start is `DAWN` where it is unknown."""

    engine: int
    start: int
    end: int
    cause: str
    position: int


DAWN = -(2**63)
"""The start of what was so before the first recording."""


class History(Protocol):
    """The recorded history at one head of the store; it does not change."""

    @property
    def store_uuid(self) -> str: ...
    @property
    def head(self) -> int:
        """The number of events, which is the position of the last one."""

    @property
    def start(self) -> int:
        """The first moment that can be drawn; 0 in an empty history."""

    @property
    def end(self) -> int:
        """The last moment that can be drawn; 0 in an empty history."""

    def position_at(self, moment: int) -> int:
        """The last event, in the order of time, at or before the moment; 0 where none is."""

    def moment_of(self, position: int) -> int:
        """When the event occurred; raises UsageError for a position that is not in the store."""

    def engines_at(self, moment: int) -> list[EngineAt]: ...
    def containers_at(self, moment: int) -> list[ContainerAt]: ...
    def images_at(self, moment: int) -> list[ImageAt]: ...
    def references_at(self, moment: int) -> list[ReferenceAt]: ...

    def objects_of(self, kind: str) -> Sequence[int]:
        """All objects of a kind, oldest first."""

    def identity_of(self, subject: int) -> StreamId:
        """Kind, engine key and full id of an object."""

    def object_of(self, stream: str) -> int | None:
        """The object of a stream id; None where the store does not mention it."""

    def name_of(self, subject: int, moment: int | None = None) -> str:
        """The object's name, at a moment or as last known; its short id where it has none."""

    def names_of(self, subject: int) -> Sequence[str]:
        """Every name the object ever bore, first to last."""

    def engine_name(self, key: str) -> str:
        """The name of the engine with that key, the key itself where it is unknown."""

    def there_at(self, moment: int) -> set[int]:
        """The containers, images and references that were there at the moment."""

    def life_of(self, subject: int) -> list[Stretch]:
        """When a container, an image or a reference was there, in the order of time."""

    def first_known(self, subject: int) -> int:
        """The moment of the first fact about the object; FOREVER where there is none."""

    def versions_of(self, reference: int) -> list[VersionRecord]:
        """All versions of a reference, by number."""

    def holders_of(self, image: int) -> list[tuple[int, int]]:
        """(reference, moment) of every version that held the image, in the order of time."""

    def instances_of(self, reference: int) -> list[tuple[int, int]]:
        """(container, version number) of all containers made from the reference."""

    def containers_of(self, image: int) -> list[int]:
        """All containers that are instances of the image."""

    def bases(self) -> dict[int, Base]:
        """The base of each image for which there is evidence."""

    def container_record(self, container: int) -> ContainerRecord | None:
        """What holds for the container's whole life; None where it was only mentioned."""

    def description_of(self, image: int) -> Description | None:
        """What the engine last told about the image, but for how it is set up."""

    def contents(self) -> dict[int, str]:
        """The mark of the content of each image that was described; see `contents`."""

    def arrivals_of(self, image: int) -> list[Arrival]:
        """The loads, imports, builds and commits that gave the image, in the order of time."""

    def pulls_of(self, reference: int) -> list[int]:
        """The moments at which the reference was pulled."""

    def commits(self) -> list[tuple[int, int, int]]:
        """(container, image, moment) of every commit whose image is known."""

    def positions_of(self, subject: int) -> list[int]:
        """The positions of the object's events in the order of time."""

    def events_of(
        self, kinds: Collection[type[Fact]], subjects: Collection[int] | None = None
    ) -> list[Event]:
        """The events of these kinds, of all objects or of these, in the order of time."""

    @property
    def gaps(self) -> Sequence[Gap]:
        """The stretches that nobody recorded, in the order of their starts."""
