"""What changed in a period, event by event."""

from adapters.readmodel import History
from adapters.reports.document import Change, Listing
from adapters.store.reader import Reader, Recorded
from app.reports.period import Indices, of_kinds
from domain.facts import Fact, build, container, engine, image
from domain.identity import parse_stream_id, short_id, stream_id

_MOST_CHANGES = 2000

CHANGES = (
    image.ReferencePointed,
    image.ReferenceRemoved,
    image.ImageFound,
    image.ImageLoaded,
    image.ImageImported,
    image.ImagePulled,
    image.ImagePushed,
    image.ImageRemoved,
    build.BuildFinished,
    container.ContainerCreated,
    container.ContainerFound,
    container.ContainerRenamed,
    container.ContainerUpdated,
    container.ContainerCommitted,
    container.FilesCopiedIn,
    container.ContainerRemoved,
    engine.EngineReconfigured,
    engine.ResourcesPruned,
)
"""The facts that change what is there or how it is set up; starts and stops are none."""


def changes(reader: Reader, history: History, events: Indices) -> Listing[Change]:
    """The changes of the period, oldest first."""
    chosen = of_kinds(history, events, CHANGES)
    listed = reader.at((chosen[:_MOST_CHANGES] + 1).tolist())
    return Listing(tuple(_change(history, recorded) for recorded in listed), len(chosen))


def _change(history: History, recorded: Recorded) -> Change:
    fact = recorded.fact
    identity = parse_stream_id(recorded.stream)
    subject = history.object_of(recorded.stream)
    return Change(
        position=recorded.position,
        at=fact.occurred_at,
        engine=history.engine_name(identity.engine),
        type=fact.TOPIC,
        subject=identity.object_id
        if subject is None
        else history.name_of(subject, fact.occurred_at),
        detail=_detail(history, recorded.stream, fact),
        origin=fact.origin.value,
    )


def _detail(history: History, stream: str, fact: Fact) -> str:
    match fact:
        case image.ReferencePointed():
            return f"{_before(history, stream, fact)}→ {short_id(fact.image_id)} ({fact.how.value})"
        case container.ContainerCreated() | container.ContainerFound():
            return f"from {fact.image}"
        case container.ContainerRenamed(old_name=old) if old:
            return f"was {old}"
        case container.ContainerCommitted(image_id=made) if made:
            return f"made {fact.reference or short_id(made)}"
        case build.BuildFinished():
            return fact.error or ", ".join((*fact.references, *map(short_id, fact.image_ids)))
        case engine.ResourcesPruned():
            return fact.kind
    return ""


def _before(history: History, stream: str, fact: image.ReferencePointed) -> str:
    """The image that the reference pointed to until then."""
    subject = history.object_of(stream)
    if subject is None:
        return ""
    engine_key = parse_stream_id(stream).engine
    now = history.object_of(stream_id("image", engine_key, fact.image_id))
    earlier = [
        version
        for version in history.versions_of(subject)
        if version.start < fact.occurred_at and version.image != now
    ]
    return f"{history.short(earlier[-1].image)} " if earlier else ""
