"""Image versions of a period and the containers that were made from each."""

from adapters.readmodel import History
from adapters.reports.document import Listing, MadeFrom, ReferenceVersions, VersionRow
from app.reports.period import Period
from domain.moments import FOREVER
from domain.questions.versions import ImageVersion, versions

_MOST_REFERENCES = 300
_MOST_VERSIONS = 100
_MOST_CONTAINERS = 12


def image_versions(history: History, period: Period) -> Listing[ReferenceVersions]:
    """The references that pointed to something in the period, with those versions."""
    spans = history.reference_spans
    inside = (spans.start <= period.until) & (spans.end >= period.since) & (spans.end > spans.start)
    references = sorted(
        set(spans.object[inside].tolist()),
        key=lambda one: (
            history.engine_name(history.identity_of(one).engine),
            history.name_of(one),
        ),
    )
    rows = [
        ReferenceVersions(
            reference=reference.reference,
            engine=reference.engine_name,
            versions=_listed([one for one in reference.versions if _reaches(one, period)]),
        )
        for reference in versions(history, references[:_MOST_REFERENCES], period.until)
    ]
    return Listing(tuple(rows), len(references))


def _reaches(version: ImageVersion, period: Period) -> bool:
    return (FOREVER if version.to is None else version.to) >= period.since


def _listed(found: list[ImageVersion]) -> Listing[VersionRow]:
    return Listing(tuple(_row(version) for version in found[-_MOST_VERSIONS:]), len(found))


def _row(version: ImageVersion) -> VersionRow:
    made = version.containers
    return VersionRow(
        number=version.number,
        image_id=version.image_id,
        since=version.from_,
        until=version.to,
        how=version.how,
        origin=version.origin,
        containers=Listing(
            tuple(MadeFrom(one.name, one.id) for one in made[:_MOST_CONTAINERS]), len(made)
        ),
    )
