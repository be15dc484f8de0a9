"""The objects that the history speaks of, and what holds for their whole lives.

An object's number is its place in these lists; it never changes. Objects that are only
mentioned, such as the image of a container whose image was never seen, have one too.
"""

from sys import intern

import msgspec

from adapters.readmodel.vocabulary import LabelPairs, Pairs, Vocabulary
from domain.facts.image import Description
from domain.identity import IMAGE, REFERENCE, StreamId, parse_stream_id, stream_id
from domain.questions.bases import BuiltOn
from domain.questions.contents import content_mark, step_marks
from domain.questions.effects import HEALTHS

Rank = tuple[int, int]
"""A fact's place in the order of time: (occurred_at, position)."""


class ContainerNotes(msgspec.Struct, gc=False):
    """What single facts told about a container once; the rank says by which fact it holds."""

    typed: int
    """Code of the text."""
    labels: tuple[int, ...]
    origin: int
    first: tuple[bool, int, int]
    """(found rather than created, moment, position) of the fact that told name and labels."""
    created_at: int | None = None
    image: int = -1
    image_rank: Rank = (-(2**63), 0)
    engine_created_at: int | None = None
    """The moment of creation as inspection told it."""


class EngineNotes(msgspec.Struct, frozen=True):
    """What an engine told about itself from a moment on."""

    rank: Rank
    name: str
    endpoint: str
    flavour: str
    version: str


class ImageNotes(msgspec.Struct, frozen=True):
    """What was last told about an image."""

    rank: Rank
    description: Description
    steps: tuple[str, ...] = ()
    """The marks of the instructions that made it."""
    content: str = ""
    """The mark of its content."""


class Objects:
    """All objects by number, and their notes."""

    def __init__(self) -> None:
        self.identities: list[StreamId] = []
        self._numbers: dict[str, int] = {}
        self._once: dict[str, str] = {}
        self.texts = Vocabulary(HEALTHS)
        self.pairs = LabelPairs()
        self.containers: dict[int, ContainerNotes] = {}
        self.engines: dict[int, list[EngineNotes]] = {}
        self.images: dict[int, ImageNotes] = {}
        self.built_on: dict[int, BuiltOn] = {}
        """By image, what the record of its build tells of its base."""
        self.names: dict[int, list[tuple[int, int, int]]] = {}
        """(moment, position, text) of every name an object was given, in the order of time."""
        self.called = Pairs()
        """The names of `names` without their order."""
        self.engine_names: dict[str, str] = {}
        """The last name of each engine, by key."""

    def __len__(self) -> int:
        return len(self.identities)

    def number(self, stream: str) -> int:
        """The object of a stream id, a new one where it was never mentioned."""
        number = self._numbers.get(stream)
        if number is None:
            kind, engine, object_id = parse_stream_id(stream)
            number = self._numbers[stream] = len(self.identities)
            self.identities.append(StreamId(intern(kind), self._shared(engine), object_id))
        return number

    def slim(self, description: Description) -> Description:
        """What is asked of images all the time; how they are set up is read from the store.

        Images share most layers, so one copy of each layer's digest is kept.
        """
        return Description(
            id_kind=description.id_kind,
            created_at=description.created_at,
            size=description.size,
            os=description.os,
            architecture=description.architecture,
            parent=description.parent,
            layers=tuple(map(self._shared, description.layers)),
            labels=description.labels,
            repo_digests=description.repo_digests,
            builder=description.builder,
        )

    def note_image(self, image: int, rank: Rank, description: Description) -> None:
        """Keeps what was told about an image."""
        self.images[image] = ImageNotes(
            rank,
            self.slim(description),
            tuple(map(self._shared, step_marks(description))),
            self._shared(content_mark(description)),
        )

    def _shared(self, text: str) -> str:
        return self._once.setdefault(text, text)

    def known(self, stream: str) -> int | None:
        """The object of a stream id; None where it was never mentioned."""
        return self._numbers.get(stream)

    def image(self, engine: str, image_id: str) -> int:
        """The object of an image of an engine."""
        return self.number(stream_id(IMAGE, engine, image_id))

    def reference(self, engine: str, reference: str) -> int | None:
        """The object of a reference of an engine, where the history has it."""
        return self._numbers.get(stream_id(REFERENCE, engine, reference))

    def note_name(self, subject: int, moment: int, position: int, name: str) -> int:
        """Keeps that the object was given the name, and gives the name's code."""
        text = self.texts.code(name)
        entries = self.names.setdefault(subject, [])
        entries.append((moment, position, text))
        entries.sort()
        self.called.add(subject, text)
        return text

    def note_container(self, subject: int, notes: ContainerNotes) -> None:
        """Keeps what was told about a container."""
        self.containers[subject] = notes

    def note_engine(self, subject: int, notes: EngineNotes) -> None:
        """Keeps what an engine told about itself."""
        told = self.engines.setdefault(subject, [])
        told.append(notes)
        told.sort(key=_rank_of_engine)
        self.engine_names[self.identities[subject].engine] = told[-1].name


def _rank_of_engine(notes: EngineNotes) -> Rank:
    return notes.rank


class Kept(msgspec.Struct):
    """The objects as the cache keeps them."""

    streams: list[str]
    texts: list[str]
    pairs: list[tuple[str, str]]
    containers: dict[int, ContainerNotes]
    engines: dict[int, list[EngineNotes]]
    images: dict[int, ImageNotes]
    built_on: dict[int, BuiltOn]
    names: dict[int, list[tuple[int, int, int]]]


def keep(objects: Objects) -> Kept:
    """The objects as plain values for the cache."""
    return Kept(
        ["/".join(identity) for identity in objects.identities],
        objects.texts.texts,
        objects.pairs.pairs,
        objects.containers,
        objects.engines,
        objects.images,
        objects.built_on,
        objects.names,
    )


def restore(kept: Kept) -> Objects:
    """The objects that were kept."""
    objects = Objects()
    objects.texts = Vocabulary(kept.texts)
    objects.pairs = LabelPairs(kept.pairs)
    for stream in kept.streams:
        objects.number(stream)
    for container, notes in kept.containers.items():
        objects.note_container(container, notes)
    objects.engines = kept.engines
    objects.images = {
        image: msgspec.structs.replace(
            told,
            description=objects.slim(told.description),
            steps=tuple(map(objects._shared, told.steps)),
        )
        for image, told in kept.images.items()
    }
    objects.built_on = kept.built_on
    objects.names = kept.names
    for subject, named in kept.names.items():
        for _, _, text in named:
            objects.called.add(subject, text)
    objects.engine_names = {
        objects.identities[engine].engine: told[-1].name for engine, told in kept.engines.items()
    }
    return objects
