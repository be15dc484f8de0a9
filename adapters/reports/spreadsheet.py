"""CSV (RFC 4180): one row an event, UTF-8, CRLF, with a guard against formulas.

Spreadsheet programs take a cell that begins like a formula for one, and run it. Such cells get
a leading apostrophe, and control characters are written as symbols. So the file is safe to open
but not exact: JSON lines are the exact copy.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Any

import msgspec

from adapters.reports.visible import without_controls

COLUMNS = (
    "position",
    "occurred_at",
    "recorded_at",
    "engine",
    "engine_name",
    "type",
    "origin",
    "subject_kind",
    "subject_id",
    "subject_name",
    "data",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_AT_ONCE = 1000


def guarded(text: str) -> str:
    """The cell's text such that no spreadsheet program calculates it."""
    starts_like_formula = text.lstrip(" ").startswith(_FORMULA_STARTS)
    plain = without_controls(text)
    return f"'{plain}" if starts_like_formula else plain


def write_csv(events: Iterable[Mapping[str, Any]], write: Callable[[bytes], object]) -> int:
    """Writes a heading and one row for each event of the log; returns the number of events."""
    count = 0
    page = StringIO(newline="")
    writer = csv.writer(page, dialect="excel", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for count, event in enumerate(events, start=1):
        writer.writerow(_row(event))
        if count % _ROWS_AT_ONCE == 0:
            _hand_over(page, write)
    _hand_over(page, write)
    return count


def _row(event: Mapping[str, Any]) -> list[str]:
    subject = event["subject"]
    data = msgspec.json.encode(event["data"]).decode()
    return [
        str(event["position"]),
        event["occurred_at"],
        event["recorded_at"],
        guarded(event["engine"]),
        guarded(event["engine_name"]),
        event["type"],
        event["origin"],
        guarded(subject["kind"]),
        guarded(subject["id"]),
        guarded(subject["name"]),
        guarded(data),
    ]


def _hand_over(page: StringIO, write: Callable[[bytes], object]) -> None:
    write(page.getvalue().encode(errors="backslashreplace"))
    page.seek(0)
    page.truncate()
