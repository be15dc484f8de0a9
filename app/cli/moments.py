"""Moments and lengths as tables show them: in UTC, to the second."""

from domain.moments import DAY, HOUR, MINUTE, SECOND, rfc3339


def short(moment: int | None) -> str:
    """The moment to the second, `2026-11-23 10:00:00Z`; a dash where it is unknown."""
    if moment is None:
        return "-"
    text = rfc3339(moment)
    return f"{text[:19].replace('T', ' ')}Z" if text.endswith("Z") else text


def precise(moment: int) -> str:
    """The moment to the millisecond, as the log shows it."""
    text = rfc3339(moment)
    return f"{text[:23].replace('T', ' ')}Z" if text.endswith("Z") else text


def length(nanoseconds: int) -> str:
    """A length of time as Docker writes it, `3h20m`."""
    for size, name, smaller, smaller_name in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "m"),
        (MINUTE, "m", SECOND, "s"),
    ):
        if nanoseconds >= size:
            rest = nanoseconds % size // smaller
            return f"{nanoseconds // size}{name}" + (f"{rest}{smaller_name}" if rest else "")
    return f"{nanoseconds / SECOND:.3g}s"
