"""Pieces of HTML: everything that comes from a history is escaped here and nowhere else."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import TypeVar

from adapters.reports.document import Listing
from adapters.reports.visible import shortened, visible
from domain.identity import short_id
from domain.moments import SECOND, rfc3339

LONGEST_TEXT = 4000
"""Characters of a single value; a container's author can make names and labels of megabytes."""

RowT = TypeVar("RowT")
Cell = str
"""A `<td>` made by one of the functions below."""


def text(value: str) -> str:
    """The value as text of a page: escaped, of bounded length, its controls as symbols."""
    return escape(visible(shortened(value, LONGEST_TEXT)))


def plain(value: str | int | None, kind: str = "") -> Cell:
    """A cell with text; `kind` is a class of the style sheet."""
    content = "–" if value is None or value == "" else text(str(value))
    return f'<td class="{kind}">{content}</td>' if kind else f"<td>{content}</td>"


def number(value: int | None) -> Cell:
    """A cell with a number, set to the right."""
    return plain(None if value is None else f"{value:,}", "number")


def moment(value: int | None) -> Cell:
    """A cell with a moment to the second; the full nine digits show on hovering."""
    if value is None:
        return plain(None, "time")
    return f'<td class="time" title="{rfc3339(value)}">{short_moment(value)}</td>'


def identifier(value: str | None) -> Cell:
    """A cell with an id's first twelve digits; the full id shows on hovering."""
    if not value:
        return plain(None, "id")
    return f'<td class="id" title="{text(value)}">{text(short_id(value))}</td>'


def short_moment(value: int) -> str:
    """The moment in UTC to the second."""
    return rfc3339(value)[:19].replace("T", " ")


def length(nanoseconds: int) -> str:
    """A length of time in its two largest units, `3 h 20 min`."""
    seconds = max(0, nanoseconds) // SECOND
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    for index, (name, size) in enumerate(units):
        if seconds >= size:
            smaller, rest = units[index + 1] if index + 1 < len(units) else ("", 0), seconds % size
            tail = (
                f" {rest // smaller[1]} {smaller[0]}" if smaller[0] and rest >= smaller[1] else ""
            )
            return f"{seconds // size} {name}{tail}"
    return "less than a second"


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """A table, piece by piece; headings beginning with `#` belong to numbers."""
    yield '<div class="wide"><table><thead><tr>'
    for heading in headings:
        kind = ' class="number"' if heading.startswith("#") else ""
        yield f"<th{kind}>{text(heading.removeprefix('#'))}</th>"
    yield "</tr></thead><tbody>\n"
    for row in rows:
        yield f"<tr>{''.join(row)}</tr>\n"
    yield "</tbody></table></div>\n"


def paragraph(sentence: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    mark = f' class="{kind}"' if kind else ""
    return f"<p{mark}>{text(sentence)}</p>\n"


def listed(
    listing: Listing[RowT],
    headings: Sequence[str],
    cells: Callable[[RowT], Sequence[Cell]],
    when_empty: str,
) -> Iterator[str]:
    """A table of a listing, and how much of it was left out."""
    if not listing.total:
        yield paragraph(when_empty, "empty")
        return
    yield from table(headings, (cells(row) for row in listing.rows))
    if listing.left_out:
        yield paragraph(
            f"The first {len(listing.rows):,} of {listing.total:,}; {listing.left_out:,} more are "
            "counted above but not listed here. The CSV and JSONL reports hold every event.",
            "note",
        )
