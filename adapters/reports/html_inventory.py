"""The report's inventories and image versions."""

from collections.abc import Iterator, Sequence

from adapters.reports.document import (
    ContainerRow,
    HistoryReport,
    Inventory,
    Listing,
    MadeFrom,
    VersionRow,
)
from adapters.reports.html_text import (
    Cell,
    identifier,
    listed,
    moment,
    paragraph,
    plain,
    short_moment,
    text,
)
from domain.identity import short_id

_CONTAINER_HEADINGS = (
    "Container",
    "Id",
    "Engine",
    "State",
    "Image",
    "Version",
    "Image id",
    "Started (UTC)",
)


def inventories(report: HistoryReport) -> Iterator[str]:
    """What was there when the period began and when it ended, and the difference."""
    for title, inventory in (("start", report.start), ("end", report.end)):
        yield f"<h3>At the {title}, {short_moment(inventory.at)}</h3>\n"
        yield paragraph(_counts(inventory))
        if inventory.containers.total:
            yield from listed(inventory.containers, _CONTAINER_HEADINGS, _container, "")
    yield "<h3>Difference</h3>\n"
    yield paragraph(_difference(report))


def versions(report: HistoryReport) -> Iterator[str]:
    """Every reference's versions of the period with the containers made from each."""
    yield paragraph(
        "A version is one entry in the history of an image name: the image that the name pointed "
        "to, from when to when. A container stays bound to its version when the name moves on."
    )
    if not report.references.total:
        yield paragraph("No image name pointed to anything in the period.", "empty")
    for reference in report.references.rows:
        engine = f'<span class="soft">on {text(reference.engine)}</span>'
        yield f"<h3>{text(reference.reference)} {engine}</h3>\n"
        yield from listed(
            reference.versions,
            (
                "Version",
                "Image id",
                "From (UTC)",
                "To (UTC)",
                "How",
                "Origin",
                "Containers made from it",
            ),
            _version,
            "",
        )
    if report.references.left_out:
        yield paragraph(
            f"{report.references.left_out:,} more image names are not listed; `shipslog versions` "
            "lists them all.",
            "note",
        )


def _counts(inventory: Inventory) -> str:
    return (
        f"Containers: {inventory.containers.total:,}, of them running: {inventory.running:,}; "
        f"images: {inventory.images:,}; image names: {inventory.references:,}."
    )


def _container(row: ContainerRow) -> Sequence[Cell]:
    return (
        plain(row.name),
        identifier(row.id),
        plain(row.engine),
        plain(_state(row), _state_kind(row)),
        plain(row.image),
        plain(row.version, "id"),
        identifier(row.image_id),
        moment(row.started_at),
    )


def _state(row: ContainerRow) -> str:
    notes = []
    if row.exit_code is not None and row.state in ("exited", "dead", "restarting"):
        notes.append(f"code {row.exit_code}")
    if row.health and row.health != "none":
        notes.append(row.health)
    return f"{row.state} ({', '.join(notes)})" if notes else row.state


def _state_kind(row: ContainerRow) -> str:
    if (
        row.health == "unhealthy"
        or row.state == "dead"
        or (row.state == "exited" and row.exit_code)
    ):
        return "bad"
    return {"running": "good", "paused": "notable", "restarting": "notable"}.get(row.state, "")


def _version(row: VersionRow) -> Sequence[Cell]:
    return (
        plain(row.number, "id"),
        identifier(row.image_id),
        moment(row.since),
        plain("still", "time") if row.until is None else moment(row.until),
        plain(row.how, "short"),
        plain(row.origin, "short"),
        plain(_made_from(row.containers)),
    )


def _made_from(containers: Listing[MadeFrom]) -> str:
    names = ", ".join(f"{made.name} ({short_id(made.id)})" for made in containers.rows)
    return f"{names} and {containers.left_out:,} more" if containers.left_out else names


def _difference(report: HistoryReport) -> str:
    changes = (
        ("containers", report.start.containers.total, report.end.containers.total),
        ("running containers", report.start.running, report.end.running),
        ("images", report.start.images, report.end.images),
        ("image names", report.start.references, report.end.references),
    )
    parts = [f"{name} {before:,} → {after:,}" for name, before, after in changes]
    return f"{'; '.join(parts)}. Every single step is listed under Changes."
