"""What is known of single objects, looked up in the columns and notes of a history."""

from typing import TYPE_CHECKING

import numpy as np

from adapters.readmodel import codes
from adapters.readmodel.bindings import born_at
from adapters.readmodel.codes import HOWS, ORIGINS, TOPIC_CODE, TOPICS, UNKNOWN
from adapters.readmodel.columns import Array
from adapters.readmodel.spans import VOID
from domain.facts import container as container_facts
from domain.facts import image as image_facts
from domain.identity import CONTAINER, IMAGE, REFERENCE, short_id
from domain.questions.bases import Base, KnownImage, find_bases
from domain.questions.history import Arrival, ContainerRecord, Gap, Stretch, VersionRecord
from domain.questions.services import project_of, service_of

if TYPE_CHECKING:
    from adapters.readmodel.history import History
    from adapters.readmodel.model import Model

_PULLED = TOPIC_CODE[image_facts.ImagePulled]
_COMMITTED = TOPIC_CODE[container_facts.ContainerCommitted]


def name_of(history: "History", subject: int, moment: int) -> str:
    """The object's name at the moment; its short id where it has none."""
    kind, _, object_id = history.identities[subject]
    if kind == REFERENCE:
        return object_id
    if kind == IMAGE:
        return _image_name(history, subject, moment)
    named = history.objects.names.get(subject)
    if not named:
        return short_id(object_id)
    text = next((each[2] for each in reversed(named) if each[0] <= moment), named[0][2])
    return history.texts[text]


def _image_name(history: "History", image: int, moment: int) -> str:
    spans = history.reference_spans
    rows = np.flatnonzero((spans.image == image) & (spans.start <= moment) & (spans.end != VOID))
    if not len(rows):
        return history.short(image)
    order = rows[np.lexsort((spans.object[rows], spans.start[rows]))]
    held = order[spans.end[order] > moment]
    if len(held):
        return history.identities[int(spans.object[held[0]])].object_id
    last = int(order[-1])
    return f"{history.identities[int(spans.object[last])].object_id} #{int(spans.number[last])}"


def names_of(history: "History", subject: int) -> list[str]:
    """Every name the object ever bore, first to last."""
    named = [history.texts[entry[2]] for entry in history.objects.names.get(subject, ())]
    if history.identities[subject].kind == REFERENCE:
        named.append(history.identities[subject].object_id)
    return list(dict.fromkeys(named))


def life_of(history: "History", subject: int) -> list[Stretch]:
    """When the object was there: its spans, joined where one follows another."""
    spans = {
        CONTAINER: history.container_spans,
        IMAGE: history.image_spans,
        REFERENCE: history.reference_spans,
    }.get(history.identities[subject].kind)
    if spans is None:
        return []
    life: list[Stretch] = []
    rows = spans.of(subject)
    for start, end in zip(spans.start[rows].tolist(), spans.end[rows].tolist(), strict=True):
        if life and life[-1].end >= start:
            life[-1] = Stretch(life[-1].start, end)
        else:
            life.append(Stretch(start, end))
    return life


def versions_of(
    history: "History", pointings: dict[str, Array], reference: int
) -> list[VersionRecord]:
    """All versions of the reference, by number."""
    spans = history.reference_spans
    rows = spans.of(reference)
    events = spans.event[rows]
    at = np.searchsorted(pointings["event"], events)
    columns = (
        spans.number[rows],
        spans.image[rows],
        spans.start[rows],
        spans.end[rows],
        pointings["how"][at],
        history.origin[events],
        events,
        pointings["not_before"][at],
        pointings["not_after"][at],
    )
    return [
        VersionRecord(
            number,
            image,
            start,
            end,
            HOWS[how].value,
            ORIGINS[origin].value,
            event + 1,
            codes.moment_of(not_before),
            codes.moment_of(not_after),
        )
        for number, image, start, end, how, origin, event, not_before, not_after in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def holders_of(history: "History", image: int) -> list[tuple[int, int]]:
    """(reference, moment) of every version that held the image, in the order of time."""
    spans = history.reference_spans
    rows = np.flatnonzero((spans.image == image) & (spans.end != VOID))
    rows = rows[np.argsort(spans.start[rows], kind="stable")]
    return list(zip(spans.object[rows].tolist(), spans.start[rows].tolist(), strict=True))


def instances_of(history: "History", reference: int) -> list[tuple[int, int]]:
    """(container, version number) of all containers made from the reference."""
    containers = np.flatnonzero(history.bound["reference"] == reference)
    numbers = history.bound["number"][containers]
    return list(zip(containers.tolist(), numbers.tolist(), strict=True))


def container_record(history: "History", container: int) -> ContainerRecord | None:
    """What holds for the container's whole life; None where it was only mentioned."""
    notes = history.objects.containers.get(container)
    if notes is None:
        return None
    image, reference, number = history.bound_of(container)
    return ContainerRecord(
        typed=history.texts[notes.typed],
        labels=history.objects.pairs.labels(notes.labels),
        origin=ORIGINS[notes.origin].value,
        born_at=born_at(notes),
        created_at=notes.engine_created_at or notes.created_at,
        inspected=notes.image >= 0,
        image=None if image == UNKNOWN else image,
        reference=None if reference == UNKNOWN else reference,
        version=None if number == UNKNOWN else number,
    )


def arrivals_of(history: "History", arrivals: dict[str, Array], image: int) -> list[Arrival]:
    """The facts that tell how the image came, in the order of time."""
    events = arrivals["event"][arrivals["image"] == image]
    events = events[events < history.head]
    events = events[np.argsort(history.occurred_at[events], kind="stable")]
    columns = (history.topic[events], history.occurred_at[events], events, history.subject[events])
    return [
        Arrival(TOPICS[topic], moment, event + 1, source)
        for topic, moment, event, source in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def pulls_of(history: "History", reference: int) -> list[int]:
    """The moments at which the reference was pulled."""
    events = np.flatnonzero((history.subject == reference) & (history.topic == _PULLED))
    moments: list[int] = np.sort(history.occurred_at[events]).tolist()
    return moments


def commits(history: "History", arrivals: dict[str, Array]) -> list[tuple[int, int, int]]:
    """(container, image, moment) of every commit whose image is known."""
    known = arrivals["event"] < history.head
    events, images = arrivals["event"][known], arrivals["image"][known]
    made = history.topic[events] == _COMMITTED
    events, images = events[made], images[made]
    columns = (history.subject[events], images, history.occurred_at[events])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def gaps(history: "History", table: dict[str, Array]) -> list[Gap]:
    """The stretches that nobody recorded, in the order of their starts."""
    known = table["event"] < history.head
    columns = (table[name][known].tolist() for name in ("start", "end", "cause", "event"))
    found = [
        Gap(int(history.subject[event]), start, end, history.texts[cause], event + 1)
        for start, end, cause, event in zip(*columns, strict=True)
    ]
    return sorted(found, key=lambda gap: (gap.start, gap.position))


def bases(history: "History", model: "Model") -> dict[int, Base]:
    """The base image of each image for which there is evidence; kept until one is described."""
    kept = model.bases
    if kept is None or kept[0] != model.descriptions:
        images = [
            KnownImage(
                image,
                history.identities[image].object_id,
                history.identities[image].engine,
                int(model.first_moment.view[image]),
                notes.description,
                notes.steps,
                notes.content,
            )
            for image, notes in list(history.objects.images.items())
        ]
        kept = model.bases = (
            model.descriptions,
            find_bases(images, _Holder(history), history.objects.built_on),
        )
    return kept[1]


class _Holder:
    """Which image a reference held at a moment."""

    def __init__(self, history: "History") -> None:
        self._history = history

    def __call__(self, engine: str, reference: str, moment: int) -> int | None:
        subject = self._history.objects.reference(engine, reference)
        if subject is None:
            return None
        spans = self._history.reference_spans
        rows = spans.of(subject)
        held = rows[(spans.start[rows] <= moment) & (spans.end[rows] > moment)]
        return int(spans.image[held[-1]]) if len(held) else None


def lane_of(history: "History", container: int) -> tuple[str, str, str]:
    """(engine key, project or nothing, service) of a container."""
    notes = history.objects.containers.get(container)
    labels = {} if notes is None else history.objects.pairs.labels(notes.labels)
    engine = history.identities[container].engine
    service = service_of(labels, name_of(history, container, 2**63 - 2))
    return engine, project_of(labels) or "", service
