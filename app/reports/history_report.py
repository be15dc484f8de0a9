"""The whole history report of a period, gathered from the store and the read model."""

from typing import NamedTuple

from adapters.readmodel import History
from adapters.reports.document import HistoryReport, Integrity, Scope
from adapters.store.reader import Reader
from app.reports import coverage
from app.reports.happenings import changes
from app.reports.image_versions import image_versions
from app.reports.incidents import incident_events, incidents, troubled
from app.reports.inventory import inventory
from app.reports.overview import overview
from app.reports.period import Period, events_in
from domain.questions.lineage import Lineage, lineage

_MOST_DRAWN = 80
"""Containers, images and references; with more of them nobody can follow the links."""


class Asked(NamedTuple):
    """The period as the person wrote it, for the report to repeat; None for the history's own."""

    since: str | None
    until: str | None


def gather(
    reader: Reader,
    history: History,
    period: Period,
    *,
    asked: Asked,
    integrity: Integrity,
    made_at: int,
    release: str,
) -> HistoryReport:
    """Everything that the report says, with bounded lists, whatever the number of events."""
    events = events_in(history, period)
    bad = incident_events(history, events)
    return HistoryReport(
        scope=Scope(
            store=str(reader.path),
            store_id=reader.uuid,
            since=period.since,
            until=period.until,
            asked_since=asked.since,
            asked_until=asked.until,
            made_at=made_at,
            release=release,
        ),
        events=len(events),
        engines=coverage.engines(history, period),
        gaps=coverage.gaps(reader, history, period),
        start=inventory(history, period.since),
        end=inventory(history, period.until),
        references=image_versions(history, period),
        changes=changes(reader, history, events),
        incidents=incidents(reader, history, bad),
        troubled=troubled(history, bad),
        integrity=integrity,
        overview=overview(history, events, period),
        lineage=_lineage(history, period.until),
    )


def _lineage(history: History, moment: int) -> Lineage | None:
    spans = (history.container_spans, history.image_spans, history.reference_spans)
    if sum(len(history.live(each, moment)) for each in spans) > _MOST_DRAWN:
        return None
    return lineage(history, None, moment)
