"""Moments as people read them: local time or UTC, and how long ago."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from domain.moments import DAY, HOUR, MINUTE, SECOND, plausible

_STEPS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s"))
_NO_MOMENT = "—"


@dataclass(frozen=True, slots=True)
class Zone:
    """In which zone moments are shown."""

    utc: bool = False

    @property
    def info(self) -> tzinfo | None:
        """The zone as datetime takes it; None is the machine's own."""
        return UTC if self.utc else None

    def at(self, moment: int) -> datetime:
        """The moment as a datetime that knows its zone."""
        seconds, nanoseconds = divmod(moment, SECOND)
        whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return whole.astimezone(self.info).replace(microsecond=nanoseconds // 1_000)

    def moment(self, at: datetime) -> int:
        """The moment of a datetime without a zone, read in this one."""
        known = at.replace(tzinfo=UTC) if self.utc else at.astimezone()
        since = known - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * 1_000

    def name(self, moment: int) -> str:
        """The zone's name at the moment."""
        return "UTC" if self.utc else (self.at(moment).tzname() or "local")

    def absolute(self, moment: int | None) -> str:
        """`2026-11-23 10:00:00 CET`."""
        if moment is None or not plausible(moment):
            return _NO_MOMENT
        return f"{self.at(moment):%Y-%m-%d %H:%M:%S} {self.name(moment)}"

    def exact(self, moment: int | None) -> str:
        """The moment with its milliseconds, `2026-11-23 10:00:00.123 CET`."""
        if moment is None or not plausible(moment):
            return _NO_MOMENT
        thousandths = moment // 1_000_000 % 1_000
        return f"{self.at(moment):%Y-%m-%d %H:%M:%S}.{thousandths:03d} {self.name(moment)}"


def length(nanoseconds: int) -> str:
    """A length of time in its two largest units: `2d 3h`, `1m 5s`, `12 ms`."""
    if nanoseconds < 0:
        return f"-{length(-nanoseconds)}"
    if nanoseconds < SECOND:
        return f"{nanoseconds // 1_000_000} ms"
    parts = []
    for unit, letter in _STEPS:
        count, nanoseconds = divmod(nanoseconds, unit)
        if count:
            parts.append(f"{count}{letter}")
        if len(parts) == 2:
            break
    return " ".join(parts)


def ago(moment: int | None, now: int) -> str:
    """How long before `now` the moment was: `5m 3s ago`, `just now`, `in 2h`."""
    if moment is None or not plausible(moment):
        return _NO_MOMENT
    since = now - moment
    if abs(since) < SECOND:
        return "just now"
    return f"{length(since)} ago" if since > 0 else f"in {length(-since)}"


def bytes_text(count: int | None) -> str:
    """A size in decimal units as the engines' command lines print it: `187 MB`."""
    if count is None:
        return _NO_MOMENT
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1_000:
            return f"{size:.3g} {unit}"
        size /= 1_000
    return f"{size:.3g} TB"
