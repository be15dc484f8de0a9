"""The history at one head of the store: columns to gather from, and single answers.

A `History` is cheap to take and does not change while the read model goes on. It fulfils
`domain.questions.history.History`; views that need speed use its columns and `live`.
"""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from adapters.readmodel import kinds as of_kinds
from adapters.readmodel import lookups, rows
from adapters.readmodel.codes import UNKNOWN
from adapters.readmodel.columns import Array
from adapters.readmodel.model import Model
from adapters.readmodel.spans import SpansView
from domain import moments
from domain.errors import UsageError
from domain.facts import Fact
from domain.facts.image import Description
from domain.identity import CONTAINER, ENGINE, IMAGE, REFERENCE, StreamId, short_id
from domain.moments import FOREVER
from domain.questions.answers import ContainerAt, EngineAt, ImageAt, ReferenceAt
from domain.questions.bases import Base
from domain.questions.history import Arrival, ContainerRecord, Event, Gap, Stretch, VersionRecord

_FIRST_MOMENT: Final = 1
_LAST_MOMENT: Final = FOREVER - 2
"""What lies outside was brought here from outside the 64 bits of the columns."""


class History:
    """An immutable snapshot. Event columns have the shape (head,); index = position - 1."""

    def __init__(self, model: Model, store_uuid: str) -> None:
        self.store_uuid = store_uuid
        self.head = model.head
        self._model = model
        self.occurred_at: Array
        """int64, nanoseconds."""
        self.topic: Array
        """uint8, index into `domain.facts.FACTS`."""
        self.subject: Array
        """int32, the object's number."""
        self.origin: Array
        """uint8, index into `codes.ORIGINS`."""
        self.severity: Array
        """uint8, `domain.questions.severity.Severity`."""
        self.value: Array
        """int32: exit code, text or object, by topic (see `particulars`); `codes.NONE` for none."""
        for name, column in model.tables["events"].arrays().items():
            setattr(self, name, column)
        self.by_time = model.by_time.rows.view
        """int32, indices of events sorted by (occurred_at, position)."""
        self.times_sorted = model.by_time.moments.view
        """int64, `occurred_at[by_time]`."""
        self.container_spans: SpansView = model.spans[CONTAINER].view()
        """Columns object, start, end, state, exit_code, health, name, started, finished, restarts;
        `bound` tells the image, reference and version of `object`."""
        self.reference_spans: SpansView = model.spans[REFERENCE].view()
        """Columns object, start, end, image, number, event."""
        self.image_spans: SpansView = model.spans[IMAGE].view()
        """Columns object, start, end: when each image was on its engine."""
        self.engine_spans: SpansView = model.spans[ENGINE].view()
        """Columns object, start, end: the recorded stretches of each engine."""
        self.swarm: Array = model.tables["swarm"]["event"]
        """int32, the events that are the swarm's rather than one engine's."""
        self.bound = {name: column.view for name, column in model.bindings.columns.items()}
        """Per object, int32: `image`, `reference` and `number` of containers, -1 for unknown; may
        be shorter than the objects."""
        self.first_moment = model.first_moment.view
        """Per object, int64: the moment of the first event; FOREVER for objects only mentioned."""
        self.objects = model.objects
        """What is known of each object by number: `identities`, `containers`, `texts` …"""
        self.count = len(model.objects)
        """How many objects there are."""
        self.start, self.end = self._plausible()

    @property
    def texts(self) -> list[str]:
        """The texts by code."""
        return self.objects.texts.texts

    @property
    def identities(self) -> Sequence[StreamId]:
        """(kind, engine key, full id) by object."""
        return self.objects.identities

    def live(self, spans: SpansView, moment: int) -> Array:
        """The numbers of the rows that are live at the moment, int32."""
        return spans.live(moment)

    def position_at(self, moment: int) -> int:
        """The last event, in the order of time, at or before the moment; 0 where none is."""
        count = int(self.times_sorted.searchsorted(moment, side="right"))
        return int(self.by_time[count - 1]) + 1 if count else 0

    def moment_of(self, position: int) -> int:
        """When the event occurred; raises UsageError for a position that is not in the store."""
        if not 1 <= position <= self.head:
            raise UsageError(f"There is no event {position}; the last one is {self.head}.")
        return int(self.occurred_at[position - 1])

    def parse_time(self, text: str, now: int) -> int:
        """A moment as people write it, or `#position` for the moment of that event.

        Raises:
            UsageError: the text is no time, or there is no such event.
        """
        text = text.strip()
        if text.startswith("#") and text[1:].isascii() and text[1:].isdigit():
            return self.moment_of(int(text[1:]))
        return moments.parse_moment(text, now)

    def engines_at(self, moment: int) -> list[EngineAt]:
        """The engines of which anything was known at the moment."""
        return rows.engines_at(self, moment)

    def containers_at(self, moment: int) -> list[ContainerAt]:
        """The containers that existed at the moment, oldest span first."""
        return rows.containers(self, self.container_spans.live(moment))

    def images_at(self, moment: int) -> list[ImageAt]:
        """The images that were on their engines at the moment."""
        return rows.images_at(self, moment)

    def references_at(self, moment: int) -> list[ReferenceAt]:
        """The references that pointed to an image at the moment."""
        return rows.references(self, self.reference_spans.live(moment))

    def objects_of(self, kind: str) -> list[int]:
        """All objects of a kind, in the order in which the store first mentions them."""
        identities = self.objects.identities
        return [number for number in range(self.count) if identities[number].kind == kind]

    def identity_of(self, subject: int) -> StreamId:
        """Kind, engine key and full id of an object."""
        return self.objects.identities[subject]

    def object_of(self, stream: str) -> int | None:
        """The object of a stream id; None where the store does not mention it."""
        return self.objects.known(stream)

    def name_of(self, subject: int, moment: int | None = None) -> str:
        """The object's name, at a moment or as last known; its short id where it has none.

        An image goes by a reference that points to it, else by the last one that did, with the
        number of the version: `web:1 #3`.
        """
        return lookups.name_of(self, subject, FOREVER - 1 if moment is None else moment)

    def names_of(self, subject: int) -> list[str]:
        """Every name the object ever bore, first to last."""
        return lookups.names_of(self, subject)

    def engine_name(self, key: str) -> str:
        """The name of the engine with that key, the key itself where it is unknown."""
        return self.objects.engine_names.get(key, key)

    def there_at(self, moment: int) -> set[int]:
        """The containers, images and references that were there at the moment."""
        spans = self.container_spans, self.image_spans, self.reference_spans
        return {subject for each in spans for subject in each.object[each.live(moment)].tolist()}

    def life_of(self, subject: int) -> list[Stretch]:
        """When a container, an image or a reference was there, in the order of time."""
        return lookups.life_of(self, subject)

    def first_known(self, subject: int) -> int:
        """The moment of the first fact about the object; FOREVER where there is none."""
        return int(self.first_moment[subject])

    def versions_of(self, reference: int) -> list[VersionRecord]:
        """All versions of a reference, by number."""
        return lookups.versions_of(self, self._model.tables["pointings"].arrays(), reference)

    def holders_of(self, image: int) -> list[tuple[int, int]]:
        """(reference, moment) of every version that held the image, in the order of time."""
        return lookups.holders_of(self, image)

    def instances_of(self, reference: int) -> list[tuple[int, int]]:
        """(container, version number) of all containers made from the reference."""
        return lookups.instances_of(self, reference)

    def containers_of(self, image: int) -> list[int]:
        """All containers that are instances of the image."""
        containers: list[int] = np.flatnonzero(self.bound["image"] == image).tolist()
        return containers

    def container_record(self, container: int) -> ContainerRecord | None:
        """What holds for the container's whole life; None where it was only mentioned."""
        return lookups.container_record(self, container)

    def description_of(self, image: int) -> Description | None:
        """What the engine last told about the image, but for how it is set up."""
        notes = self.objects.images.get(image)
        return None if notes is None else notes.description

    def contents(self) -> dict[int, str]:
        """The mark of the content of each image that was described."""
        return {image: notes.content for image, notes in self.objects.images.items()}

    def arrivals_of(self, image: int) -> list[Arrival]:
        """The loads, imports, builds and commits that gave the image, in the order of time."""
        return lookups.arrivals_of(self, self._model.tables["arrivals"].arrays(), image)

    def pulls_of(self, reference: int) -> list[int]:
        """The moments at which the reference was pulled."""
        return lookups.pulls_of(self, reference)

    def commits(self) -> list[tuple[int, int, int]]:
        """(container, image, moment) of every commit whose image is known."""
        return lookups.commits(self, self._model.tables["arrivals"].arrays())

    def positions_of(self, subject: int) -> list[int]:
        """The positions of the object's events in the order of time."""
        events = np.flatnonzero(self.subject == subject)
        order = np.argsort(self.occurred_at[events], kind="stable")
        positions: list[int] = (events[order] + 1).tolist()
        return positions

    def events_of(
        self, kinds: Collection[type[Fact]], subjects: Collection[int] | None = None
    ) -> list[Event]:
        """The events of these kinds, of all objects or of these, in the order of time."""
        return of_kinds.events_of_kinds(self, kinds, subjects)

    @property
    def gaps(self) -> list[Gap]:
        """The stretches that nobody recorded, in the order of their starts."""
        return lookups.gaps(self, self._model.tables["gaps"].arrays())

    def bases(self) -> dict[int, Base]:
        """The base image of each image for which there is evidence, by object."""
        return lookups.bases(self, self._model)

    def lane_of(self, container: int) -> tuple[str, str, str]:
        """(engine key, project or nothing, service), for grouping containers into lanes."""
        return lookups.lane_of(self, container)

    def short(self, subject: int) -> str:
        """The object's short id."""
        return short_id(self.objects.identities[subject].object_id)

    def bound_of(self, container: int) -> tuple[int, int, int]:
        """(image, reference, version number) of a container, -1 each where unknown."""
        columns = self.bound["image"], self.bound["reference"], self.bound["number"]
        if container >= len(columns[0]):
            return UNKNOWN, UNKNOWN, UNKNOWN
        image, reference, number = (int(column[container]) for column in columns)
        return image, reference, number

    def _plausible(self) -> tuple[int, int]:
        """The first and the last moment that can be drawn."""
        times = self.times_sorted
        first = int(times.searchsorted(_FIRST_MOMENT, side="left"))
        last = int(times.searchsorted(_LAST_MOMENT, side="right"))
        return (int(times[first]), int(times[last - 1])) if first < last else (0, 0)
