"""The sections of the HTML report, in the order in which a reader asks."""

from collections.abc import Callable, Iterable, Iterator

from adapters.reports.document import HistoryReport
from adapters.reports.html_inventory import inventories, versions
from adapters.reports.html_text import (
    length,
    listed,
    moment,
    number,
    paragraph,
    plain,
    short_moment,
    table,
    text,
)
from adapters.reports.lineage_svg import lineage_svg
from adapters.reports.timeline_svg import timeline
from domain.questions.gaps import cause_in_words

_NOT_AVAILABLE = (
    "Who did it. Engines name neither the person nor the account behind an action.",
    "Requests that failed. Engines send no event for a request that they refuse.",
    "What happened inside containers: their processes, files and network traffic.",
    "What happened in a gap, but for what a later look still showed (marked “reconciled”).",
)


def contents() -> Iterator[str]:
    """Links to the sections."""
    yield "<nav>"
    for name, title, _ in ORDER:
        yield f'<a href="#{name}">{title}</a>'
    yield "</nav>\n"


def cards(report: HistoryReport) -> Iterator[str]:
    """The four answers that a reader wants first."""
    result = report.integrity.result
    share = _covered(report)
    yield '<div class="cards">\n'
    yield _card("Integrity", result or "not verified here", _verdict(result), _integrity(report))
    yield _card(
        "Recorded",
        "unknown" if share is None else _percent(share),
        "notable" if report.gaps.total or (share or 0) < 1 else "good",
        "1 gap in the period" if report.gaps.total == 1 else f"{report.gaps.total:,} gaps",
    )
    yield _card("Events", f"{report.events:,}", "", f"{report.changes.total:,} of them changes")
    yield _card(
        "Incidents",
        f"{report.incidents.total:,}",
        "bad" if report.incidents.total else "good",
        "failed exits, memory kills, unhealthy spells",
    )
    yield "</div>\n"


def _overview(report: HistoryReport) -> Iterator[str]:
    yield "<figure>\n"
    yield from timeline(report.scope, report.overview, report.engines, report.gaps.rows)
    yield (
        "<figcaption><span>Events: incidents red, stops and moved names amber, all else "
        "grey.</span> <span>Engines: recorded stretches solid, gaps hatched.</span> <span>Lanes: "
        "one service each, coloured by image version, pale while not running.</span></figcaption>"
        "\n</figure>\n"
    )
    if report.overview.lanes_left_out:
        yield paragraph(
            f"{report.overview.lanes_left_out:,} more services are not drawn; the sections below "
            "count them.",
            "note",
        )


def _scope(report: HistoryReport) -> Iterator[str]:
    scope = report.scope
    rows = [
        (
            "Asked for",
            f"{scope.asked_since or 'the beginning'} to {scope.asked_until or 'the end'}",
        ),
        ("Period", f"{short_moment(scope.since)} to {short_moment(scope.until)} UTC"),
        ("History", f"{scope.store} ({scope.store_id})"),
        ("Engines", ", ".join(f"{e.name} ({e.flavour} {e.version})" for e in report.engines)),
        ("Made", f"{short_moment(scope.made_at)} UTC by Shipslog {scope.release}"),
        ("Filters", "none: every event of the period counts"),
        ("Service", "what a compose project and service label name, else the container's name"),
        ("Times", "the engine's clock, in UTC; where it is unknown, the recorder's"),
    ]
    yield "<dl>\n"
    yield from (f"<dt>{name}</dt><dd>{text(value or '–')}</dd>\n" for name, value in rows)
    yield "</dl>\n"


def _coverage(report: HistoryReport) -> Iterator[str]:
    yield from table(
        ("Engine", "Endpoint", "Version", "#Recorded", "#Share of the period", "#Gaps"),
        (
            (
                plain(engine.name),
                plain(engine.endpoint),
                plain(f"{engine.flavour} {engine.version}".strip()),
                plain(length(engine.watched_ns), "number"),
                plain(_percent(engine.share), "number"),
                number(sum(gap.engine == engine.name for gap in report.gaps.rows)),
            )
            for engine in report.engines
        ),
    )
    yield "<h3>Gaps</h3>\n"
    yield paragraph(
        "In a gap events may have happened that are not in this report. What the engine showed "
        "afterwards was compared with what was known before."
    )
    yield from listed(
        report.gaps,
        ("Engine", "From", "To", "Length", "Cause", "How it is known"),
        lambda gap: (
            plain(gap.engine),
            moment(gap.start),
            moment(gap.end),
            plain(None if gap.start is None else length(gap.end - gap.start), "short"),
            plain(cause_in_words(gap.cause)),
            plain(gap.evidence),
        ),
        "There is no gap in the period.",
    )


def _lineage(report: HistoryReport) -> Iterator[str]:
    if report.lineage is None:
        yield paragraph("There is too much to draw; `shipslog lineage OBJECT` draws parts.", "note")
        return
    if not report.lineage.nodes:
        yield paragraph("Nothing was there at the end of the period.", "empty")
        return
    yield paragraph(
        "What was there at the end of the period, and what it came from. Each link says how it is "
        "known; dashed is what is no more, or only one of several possibilities."
    )
    yield f"<figure>\n{lineage_svg(report.lineage)}</figure>\n"


def _changes(report: HistoryReport) -> Iterator[str]:
    yield from listed(
        report.changes,
        ("Position", "When (UTC)", "Engine", "Event", "Of", "Detail", "Origin"),
        lambda change: (
            plain(change.position, "id"),
            moment(change.at),
            plain(change.engine),
            plain(change.type, "short"),
            plain(change.subject),
            plain(change.detail),
            plain(change.origin, "short"),
        ),
        "Nothing was built, pulled, tagged, created or removed in the period.",
    )


def _incidents(report: HistoryReport) -> Iterator[str]:
    yield from listed(
        report.troubled,
        ("Container", "Engine", "#Failed exits", "#Killed for memory", "#Unhealthy spells"),
        lambda row: (
            plain(row.container),
            plain(row.engine),
            number(row.bad_exits),
            number(row.out_of_memory),
            number(row.unhealthy),
        ),
        "No container failed, was killed for memory or turned unhealthy in the period.",
    )
    if not report.incidents.total:
        return
    yield "<h3>One by one</h3>\n"
    yield from listed(
        report.incidents,
        ("Position", "When (UTC)", "Container", "Image", "What", "Meaning"),
        lambda incident: (
            plain(incident.position, "id"),
            moment(incident.at),
            plain(incident.container),
            plain(incident.image),
            plain(incident.what, "short"),
            plain(incident.meaning),
        ),
        "",
    )


def _unavailable(report: HistoryReport) -> Iterator[str]:
    yield "<ul>\n"
    yield from (f"<li>{text(sentence)}</li>\n" for sentence in _NOT_AVAILABLE)
    yield "</ul>\n"


def _soundness(report: HistoryReport) -> Iterator[str]:
    integrity = report.integrity
    yield '<div class="statement">\n'
    yield from (paragraph(sentence) for sentence in integrity.statement)
    yield "</div>\n<dl>\n"
    rows = [
        ("Events in the history", f"{integrity.events:,}"),
        ("Sealed", "unknown" if integrity.sealed is None else f"{integrity.sealed:,}"),
        ("Head (size and root)", integrity.head or "not available"),
        ("Check it yourself", "shipslog verify"),
    ]
    yield from (f"<dt>{name}</dt><dd><code>{text(value)}</code></dd>\n" for name, value in rows)
    yield "</dl>\n"
    yield paragraph(
        "Keep this page: the size and root above let anyone who has it later prove that the "
        "history was cut or rewritten.",
        "note",
    )


def _card(name: str, value: str, verdict: str, more: str) -> str:
    return (
        f'<div class="card {verdict}"><div class="name">{name}</div>'
        f'<div class="value">{text(value)}</div><div class="more">{text(more)}</div></div>\n'
    )


def _verdict(result: str | None) -> str:
    if result is None:
        return ""
    if result.startswith("VERIFIED"):
        return "good"
    return "bad" if result == "TAMPERED" else "notable"


def _integrity(report: HistoryReport) -> str:
    integrity = report.integrity
    return f"head {integrity.head}" if integrity.head else f"{integrity.events:,} events"


def _covered(report: HistoryReport) -> float | None:
    """The share of the period in which the least watched engine was watched."""
    return min((engine.share for engine in report.engines), default=None)


def _percent(share: float) -> str:
    # Never round up to a whole that was not reached.
    return "100 %" if share >= 1 else f"{int(share * 1000) / 10:.1f} %"


Section = Callable[[HistoryReport], Iterable[str]]

ORDER: tuple[tuple[str, str, Section], ...] = (
    ("overview", "Overview", _overview),
    ("scope", "Scope", _scope),
    ("coverage", "Coverage", _coverage),
    ("inventory", "Inventory at start and end", inventories),
    ("versions", "Image versions", versions),
    ("lineage", "Lineage", _lineage),
    ("changes", "Changes", _changes),
    ("incidents", "Incidents", _incidents),
    ("unavailable", "What is not available", _unavailable),
    ("integrity", "Integrity", _soundness),
)
"""Each section's anchor, title and writer."""
