"""A book over a store in memory, for tests that tell it events and ask what it entered."""

from collections import defaultdict

from domain.book import Book
from domain.engine_event import EngineEvent
from domain.facts import Entry, Fact, Origin
from domain.identity import CONTAINER, IMAGE, REFERENCE, parse_stream_id, stream_id
from domain.inspection import Inquiry, Snapshot
from domain.moments import SECOND
from domain.reconciling import reconcile
from domain.reporting import report

ENGINE = "0123456789ab"
NOON = 1_795_435_200 * SECOND
"""2026-11-23T12:00:00Z; tests count seconds from it."""

C1, C2, C3 = "c1" * 32, "c2" * 32, "c3" * 32
A, B, C = "sha256:" + "a" * 64, "sha256:" + "b" * 64, "sha256:" + "c" * 64


def at(seconds: float) -> int:
    """The moment so many seconds after noon."""
    return NOON + round(seconds * SECOND)


def event(what: str, actor: str = "", seconds: float = 0, payload: str = "", **attributes: str):
    """An engine's event; `what` is its type and action, such as `container start`."""
    kind, _, action = what.partition(" ")
    return EngineEvent(kind, action, payload, actor, attributes, at(seconds))


class World:
    """One engine's book, what was stored of it, and what is waiting to be stored."""

    def __init__(self) -> None:
        self.stored: defaultdict[str, list[Entry]] = defaultdict(list)
        self.book = Book(lambda stream: self.stored[stream])

    def hears(self, *events: EngineEvent, origin: Origin = Origin.REPORTED) -> list[Inquiry]:
        """Reports events to the book; gives what should be inspected."""
        return [
            inquiry
            for said in events
            for inquiry in report(said, self.book, ENGINE, said.time_ns + SECOND, origin)
        ]

    def looks(
        self,
        snapshot: Snapshot,
        *,
        covered_until: float | None = None,
        touched: frozenset[str] = frozenset(),
    ) -> list[Fact]:
        """Reconciles a snapshot; gives the facts that were concluded."""
        before = len(self.book.pending())
        reconcile(
            snapshot,
            self.book,
            ENGINE,
            recorded_at=snapshot.ended_at + SECOND,
            covered_until=None if covered_until is None else at(covered_until),
            touched=touched,
        )
        return [entry.fact for entry in self.book.pending()[before:]]

    def enters(self, kind: str, object_id: str, *facts: Fact) -> None:
        """Adds facts that come from elsewhere."""
        for fact in facts:
            self.book.append(kind, ENGINE, object_id, fact)

    def store(self) -> None:
        """Stores what is pending."""
        for entry in self.book.pending():
            self.stored[entry.originator_id].append(entry)
        self.book.stored()

    @property
    def entries(self) -> list[Entry]:
        """All entries, stored or not, each stream in its order."""
        stored = [entry for stream in self.stored.values() for entry in stream]
        return stored + self.book.pending()

    @property
    def facts(self) -> list[Fact]:
        """The pending facts."""
        return [entry.fact for entry in self.book.pending()]

    def of(self, kind: str, object_id: str) -> list[Fact]:
        """The facts of one object, stored or not."""
        wanted = stream_id(kind, ENGINE, object_id)
        return [entry.fact for entry in self.entries if entry.originator_id == wanted]

    def streams(self) -> list[tuple[str, str]]:
        """Kind and object id of the pending facts."""
        parts = [parse_stream_id(entry.originator_id) for entry in self.book.pending()]
        return [(part.kind, part.object_id) for part in parts]

    def container(self, container_id: str = C1):
        return self.book.container(ENGINE, container_id)

    def image(self, image_id: str):
        return self.book.image(ENGINE, image_id)

    def reference(self, name: str):
        return self.book.reference(ENGINE, name)

    def life(self, container_id: str = C1) -> list[str]:
        """The short names of a container's facts."""
        return [
            fact.TOPIC.removeprefix(f"{CONTAINER}.") for fact in self.of(CONTAINER, container_id)
        ]

    def pointings(self, name: str) -> list[str | None]:
        """The images that a reference came to point to, in order; None where to nothing."""
        return [
            fact.image_id if fact.TOPIC == "reference.pointed" else None
            for fact in self.of(REFERENCE, name)
            if fact.TOPIC in ("reference.pointed", "reference.removed")
        ]

    def image_topics(self, image_id: str) -> list[str]:
        return [fact.TOPIC.removeprefix(f"{IMAGE}.") for fact in self.of(IMAGE, image_id)]


def topics(facts: list[Fact]) -> list[str]:
    """The topics of facts."""
    return [fact.TOPIC for fact in facts]
