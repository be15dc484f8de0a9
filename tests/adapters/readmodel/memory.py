"""A store in memory for the read model, and facts that are short to write."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from domain.facts import Fact
from domain.identity import CONTAINER, ENGINE, IMAGE, REFERENCE, stream_id

KEY = "e" * 12


class Stored(msgspec.Struct, frozen=True):
    """A fact as a store gives it."""

    position: int
    stream: str
    version: int
    fact: Fact


class MemoryStore:
    """Facts in the order in which they were appended."""

    def __init__(self, facts: Iterable[tuple[str, Fact]] = ()) -> None:
        self.uuid = "00000000-0000-0000-0000-000000000001"
        self.stored: list[Stored] = []
        self.append(facts)

    def append(self, facts: Iterable[tuple[str, Fact]]) -> None:
        for stream, fact in facts:
            position = len(self.stored) + 1
            self.stored.append(Stored(position, stream, position, fact))

    def head(self) -> int:
        return len(self.stored)

    def read(
        self, after: int = 0, *, upto: int | None = None, chunk: int = 5000
    ) -> Iterator[list[Stored]]:
        for start in range(after, len(self.stored), chunk):
            yield self.stored[start : start + chunk]

    def at(self, positions: Sequence[int]) -> list[Stored]:
        return [self.stored[position - 1] for position in positions]

    def leaf(self, position: int) -> bytes | None:
        if not 1 <= position <= len(self.stored):
            return None
        return hashlib.sha256(repr(self.stored[position - 1]).encode()).digest()


def container(number: int, engine: str = KEY) -> str:
    """The stream of a container with a recognisable id."""
    return stream_id(CONTAINER, engine, f"{number:064x}")


def image(number: int, engine: str = KEY) -> str:
    """The stream of an image with a recognisable id."""
    return stream_id(IMAGE, engine, image_id(number))


def image_id(number: int) -> str:
    return f"sha256:{number:064x}"


def reference(name: str, engine: str = KEY) -> str:
    """The stream of a reference."""
    return stream_id(REFERENCE, engine, name)


def engine(key: str = KEY) -> str:
    """The stream of an engine."""
    return stream_id(ENGINE, key, key)


def at(moment: int, kind: type[Fact], **parts: object) -> Fact:
    """A fact of the kind that occurred at the moment."""
    return kind(occurred_at=moment, recorded_at=moment, **parts)


def stream(kind: str, object_id: str, engine: str = KEY) -> str:
    """The stream of any object."""
    return stream_id(kind, engine, object_id)
