"""Moments: integers, nanoseconds since 1970-01-01T00:00:00Z, as the engines count them."""

import re
from datetime import UTC, datetime, timedelta

from domain.errors import UsageError

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FOREVER = 2**63 - 1
"""The end of what is still so; compares above every real moment."""

_RFC3339 = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:\.(?P<fraction>\d{1,9})\d*)?)?"
    r"(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?"
)
_UNIX = re.compile(r"(?P<seconds>\d{1,11})(?:\.(?P<fraction>\d{1,9}))?")
_AGO = re.compile(r"(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?")
_YEAR_10000 = 253_402_300_800 * SECOND


def rfc3339(moment: int) -> str:
    """The moment in UTC with nine digits, `2026-11-23T10:00:00.000000000Z`.

    A moment outside the years 1 to 9999 cannot be written so and gives its bare number.
    """
    seconds, fraction = divmod(moment, SECOND)
    try:
        base = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    except OverflowError:
        return str(moment)
    return f"{base.isoformat()}.{fraction:09d}Z"


def from_rfc3339(text: str) -> int | None:
    """The moment that an engine wrote, to the nanosecond; None for its zero time and for noise.

    Engines write the year 1 for "never" (Docker 20.10 to 29, Podman 5).
    """
    match = _RFC3339.fullmatch(text)
    if match is None or match["time"] is None:
        return None
    moment = _calendar_moment(match)
    return moment if moment is not None and moment > 0 else None


def _calendar_moment(match: re.Match[str]) -> int | None:
    zone = (match["zone"] or "Z").upper()
    clock = match["time"] or "00:00:00"
    try:
        whole = datetime.fromisoformat(
            f"{match['date']}T{clock}{'+00:00' if zone == 'Z' else zone}"
        )
    except ValueError:
        return None
    since = whole - datetime(1970, 1, 1, tzinfo=UTC)
    fraction = (match["fraction"] or "").ljust(9, "0")
    return (since.days * 86_400 + since.seconds) * SECOND + int(fraction)


def parse_duration(text: str) -> int | None:
    """Nanoseconds of `10m`, `1h30m`, `45s`, `2d`; None where the text is no duration."""
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND


def parse_moment(text: str, now: int) -> int:
    """A moment as people and Docker write it: RFC 3339, a date, unix seconds, or time ago.

    A date or clock time without a zone is UTC, so that a command means the same everywhere.

    Raises:
        UsageError: the text is none of these.
    """
    text = text.strip()
    if text == "now":
        return now
    if (ago := parse_duration(text)) is not None:
        return now - ago
    if match := _UNIX.fullmatch(text):
        return int(match["seconds"]) * SECOND + int((match["fraction"] or "").ljust(9, "0"))
    if match := _RFC3339.fullmatch(text):
        moment = _calendar_moment(match)
        if moment is not None:
            return moment
    raise UsageError(
        f"{text!r} is not a time; write 2026-11-23T10:00:00Z, unix seconds, 10m or 1h30m ago, "
        "or #position."
    )


def plausible(moment: int) -> bool:
    """Whether the moment lies in the years 1970 to 9999, so that it can be drawn and printed."""
    return 0 < moment < _YEAR_10000
