"""The book of one store while it is being written: known objects, and facts not yet stored."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TypeAlias

from domain import build, container, engine, identity, image, reference
from domain.clamping import bounded
from domain.facts import Entry, Fact
from domain.presence import Presence, Standing

Aggregate: TypeAlias = (
    engine.Engine | image.Image | reference.Reference | build.Build | container.Container
)
Load: TypeAlias = Callable[[str], Iterable[Entry]]

_EVOLVE: dict[str, Callable[..., Aggregate]] = {
    identity.ENGINE: engine.evolve,
    identity.IMAGE: image.evolve,
    identity.REFERENCE: reference.evolve,
    identity.BUILD: build.evolve,
    identity.CONTAINER: container.evolve,
}


def replay(stream: str, entries: Iterable[Entry]) -> Aggregate | None:
    """The object as its facts left it; None where there is no fact."""
    evolve = _EVOLVE[identity.parse_stream_id(stream).kind]
    aggregate: Aggregate | None = None
    for entry in entries:
        aggregate = evolve(aggregate, stream, entry.fact)
    return aggregate


class Book:
    """Hands out objects as they are after all facts, stored or not, and takes new facts.

    Objects come from `load`, which reads a stream from the store, and stay in a bounded cache;
    each has one writer, so the cache is right as long as appends succeed.
    """

    def __init__(
        self, load: Load, presence: Presence | None = None, *, remembered: int = 10_000
    ) -> None:
        self.presence = presence or Presence()
        self.telling_builds: set[str] = set()
        """The engines whose builders keep a history, so that no build need be inferred."""
        self._load = load
        self._remembered = remembered
        self._known: OrderedDict[str, Aggregate | None] = OrderedDict()
        self._pending: list[Entry] = []
        self._before: list[tuple[str, str, str, Standing]] = []
        """What was believed of the object of each pending fact before it."""

    def find(self, kind: str, engine_key: str, object_id: str) -> Aggregate | None:
        """The object, or None where nothing was ever recorded of it."""
        return self._get(identity.stream_id(kind, engine_key, object_id))

    def append(self, kind: str, engine_key: str, object_id: str, fact: Fact) -> None:
        """Adds a fact to the object's stream, with its texts clamped."""
        fact = bounded(fact)
        stream = identity.stream_id(kind, engine_key, object_id)
        aggregate = _EVOLVE[kind](self._get(stream), stream, fact)
        self._known[stream] = aggregate
        standing = self.presence.standing(kind, engine_key, object_id)
        self._before.append((kind, engine_key, object_id, standing))
        self.presence.note(kind, engine_key, object_id, fact)
        self._pending.append(Entry(stream, aggregate.version, fact))

    def pending(self) -> list[Entry]:
        """The facts not yet stored, in the order in which they were added."""
        return self._pending

    def stored(self) -> None:
        """The pending facts are stored: forgets them, and the objects unused for longest."""
        self._pending = []
        self._before = []
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)

    def discard(self) -> None:
        """The pending facts could not be stored: forgets them and all that follows from them."""
        self._pending = []
        self._known.clear()
        for before in reversed(self._before):
            self.presence.restore(*before)
        self._before = []

    def _get(self, stream: str) -> Aggregate | None:
        try:
            aggregate = self._known[stream]
        except KeyError:
            aggregate = self._known[stream] = replay(stream, self._load(stream))
        else:
            self._known.move_to_end(stream)
        return aggregate

    def engine(self, key: str) -> engine.Engine | None:
        """The engine with this key."""
        found = self.find(identity.ENGINE, key, key)
        assert found is None or isinstance(found, engine.Engine)
        return found

    def image(self, engine_key: str, image_id: str) -> image.Image | None:
        """The image with this full id."""
        found = self.find(identity.IMAGE, engine_key, image_id)
        assert found is None or isinstance(found, image.Image)
        return found

    def reference(self, engine_key: str, name: str) -> reference.Reference | None:
        """The reference with this familiar name."""
        found = self.find(identity.REFERENCE, engine_key, name)
        assert found is None or isinstance(found, reference.Reference)
        return found

    def build(self, engine_key: str, ref: str) -> build.Build | None:
        """The build with this reference of the builder's, or of this image if it is inferred."""
        found = self.find(identity.BUILD, engine_key, ref)
        assert found is None or isinstance(found, build.Build)
        return found

    def container(self, engine_key: str, container_id: str) -> container.Container | None:
        """The container with this full id."""
        found = self.find(identity.CONTAINER, engine_key, container_id)
        assert found is None or isinstance(found, container.Container)
        return found
