"""The image versions of references, how each came about, and the containers made from them."""

from collections.abc import Iterable, Sequence

import msgspec

from domain.facts import build, container, image
from domain.facts.image import How
from domain.identity import REFERENCE
from domain.moments import FOREVER, MINUTE, SECOND
from domain.questions.history import Arrival, History, VersionRecord
from domain.questions.writing import Json, written, written_moment

_LONG_BEFORE = MINUTE
"""Between the last step of a build and the tag the engine writes the image."""
_SOON_AFTER = SECOND
"""Some engines tell of an import or a build right after the tag that it gave."""
_AT_ONCE = 50_000_000
"""An engine that sets several references at once does so in less, a person takes longer."""

_EVIDENCE = (
    (container.ContainerCommitted.TOPIC, How.COMMITTED),
    (image.ImageImported.TOPIC, How.IMPORTED),
    (image.ImageLoaded.TOPIC, How.LOADED),
    (image.ImagePulled.TOPIC, How.PULLED),
    (build.BuildFinished.TOPIC, How.BUILT),
    (image.ImageCreated.TOPIC, How.BUILT),
)
"""What tells how an image came, the most telling first: a commit creates an image too."""


class VersionContainer(msgspec.Struct, frozen=True):
    """A container made from an image version."""

    id: str
    name: str
    state: str | None
    """As of the moment asked for; `removed` for one that is no more."""
    stale: bool
    """Whether it is still there although the reference points to another image."""


class ImageVersion(msgspec.Struct, frozen=True):
    """The n-th image that a reference pointed to, from a moment to a moment."""

    number: int
    image_id: str
    from_: int
    to: int | None
    """None while the reference points to it."""
    how: str
    origin: str
    containers: list[VersionContainer]
    same_content_as_before: bool | None = None
    """Whether the version before had the same content, as after a rebuild that changed nothing;
    None for the first, and where it cannot be told."""


class ReferenceVersions(msgspec.Struct, frozen=True):
    """All versions of a reference, by number."""

    reference: str
    engine: str
    engine_name: str
    versions: list[ImageVersion]


def versions(
    history: History, references: Sequence[int] | None = None, moment: int | None = None
) -> list[ReferenceVersions]:
    """The versions of these references (by default of all), as of a moment (by default now).

    Sorted by engine and reference; a reference that had no version yet is left out.
    """
    at = FOREVER - 1 if moment is None else moment
    asked = history.objects_of(REFERENCE) if references is None else references
    there = {(each.engine, each.id): each.state for each in history.containers_at(at)}
    marks = history.contents()
    found = [_of_reference(history, reference, at, there, marks) for reference in asked]
    return sorted(
        (each for each in found if each.versions),
        key=lambda each: (each.engine_name, each.reference),
    )


def _of_reference(
    history: History,
    reference: int,
    at: int,
    there: dict[tuple[str, str], str | None],
    marks: dict[int, str],
) -> ReferenceVersions:
    _, engine, name = history.identity_of(reference)
    records = [each for each in history.versions_of(reference) if each.start <= at]
    current = next((each.number for each in reversed(records) if each.end > at), None)
    pulls = history.pulls_of(reference)
    made: dict[int, list[VersionContainer]] = {}
    for instance, number in history.instances_of(reference):
        known = _container(history, instance, at, there, stale=number != current)
        if known is not None:
            made.setdefault(number, []).append(known)
    return ReferenceVersions(
        reference=name,
        engine=engine,
        engine_name=history.engine_name(engine),
        versions=[
            ImageVersion(
                number=each.number,
                image_id=history.identity_of(each.image).object_id,
                from_=each.start,
                to=each.end if each.end <= at else None,
                how=how_of(history, each, pulls).value,
                origin=each.origin,
                containers=made.get(each.number, []),
                same_content_as_before=_same_content(marks, before, each),
            )
            for before, each in zip([None, *records], records, strict=False)
        ],
    )


def _same_content(
    marks: dict[int, str], before: VersionRecord | None, after: VersionRecord
) -> bool | None:
    if before is None:
        return None
    if before.image == after.image:
        return True
    old, new = marks.get(before.image), marks.get(after.image)
    return old == new if old and new else None


def _container(
    history: History,
    instance: int,
    at: int,
    there: dict[tuple[str, str], str | None],
    *,
    stale: bool,
) -> VersionContainer | None:
    """The container as of the moment; None where it did not exist yet."""
    _, engine, container_id = history.identity_of(instance)
    is_there = (engine, container_id) in there
    if not is_there and history.first_known(instance) > at:
        return None
    return VersionContainer(
        id=container_id,
        name=history.name_of(instance, at),
        state=there[engine, container_id] if is_there else "removed",
        stale=stale and is_there,
    )


def how_of(history: History, record: VersionRecord, pulls: Iterable[int]) -> How:
    """How a reference came to point to the image; `pulls` are when the reference was pulled.

    The fact knows only what was said at that moment. The nearest load, import, commit, pull or
    build of that image tells more, unless another reference got the image from it first: then
    this one was tagged by hand.
    """
    if record.how not in (How.TAGGED, How.FOUND):
        return How(record.how)
    arrivals = [
        (each.topic, each.moment)
        for each in history.arrivals_of(record.image)
        if not _ended_before(history, each, record)
    ]
    arrivals += [(image.ImagePulled.TOPIC, moment) for moment in pulls]
    holders = history.holders_of(record.image)
    near = [
        (distance, topic)
        for topic, moment in arrivals
        if (distance := _distance(moment, record)) is not None
        and not _went_elsewhere(moment, record, holders)
    ]
    nearest = min(near, default=(0, ""))[0]
    topics = {topic for distance, topic in near if distance <= nearest + _AT_ONCE}
    return next((how for topic, how in _EVIDENCE if topic in topics), How(record.how))


def _ended_before(history: History, arrival: Arrival, record: VersionRecord) -> bool:
    """Whether it is a build that had ended when the version began: builders tag before they end.

    One that is inferred goes by the id of its image, and is dated by its last step.
    """
    if arrival.topic != build.BuildFinished.TOPIC:
        return False
    told = history.identity_of(arrival.source).object_id
    inferred = told == history.identity_of(record.image).object_id
    earliest = record.start if record.not_before is None else record.not_before
    return not inferred and arrival.moment + _AT_ONCE < earliest


def _distance(moment: int, record: VersionRecord) -> int | None:
    """How far an arrival is from when the version began; None where that is too far."""
    earliest = record.start if record.not_before is None else record.not_before
    latest = record.start if record.not_after is None else record.not_after
    if moment < earliest - _LONG_BEFORE or moment > latest + _SOON_AFTER:
        return None
    return max(earliest - moment, moment - latest, 0)


def _went_elsewhere(moment: int, record: VersionRecord, holders: Iterable[tuple[int, int]]) -> bool:
    """Whether another reference got the image between its arrival and this version."""
    return any(moment - _AT_ONCE <= since < record.start - _AT_ONCE for _, since in holders)


def to_json(answer: Sequence[ReferenceVersions]) -> list[Json]:
    """The versions as `shipslog versions --format json` prints them."""
    return [
        {
            "reference": each.reference,
            "engine": each.engine,
            "engine_name": each.engine_name,
            "versions": [_version_to_json(version) for version in each.versions],
        }
        for each in answer
    ]


def _version_to_json(version: ImageVersion) -> Json:
    return {
        "number": version.number,
        "image_id": version.image_id,
        "from": written_moment(version.from_),
        "to": written_moment(version.to),
        "how": version.how,
        "origin": version.origin,
        "same_content_as_before": version.same_content_as_before,
        "containers": [written(each) for each in version.containers],
    }
