"""Sizes, times and shares in the words of `docker run` and of compose files, exactly."""

from decimal import Decimal

from domain.redaction import mark

_SIZES = ((1024**3, "g"), (1024**2, "m"), (1024, "k"))
_TIMES = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"))
_SIGN = mark("").removesuffix("»")


def size(count: int) -> str:
    """So many bytes: `64m`; what is no multiple of 1024 in bytes, below 0 as it is."""
    if count < 0:
        return str(count)
    return next(
        (f"{count // unit}{name}" for unit, name in _SIZES if count % unit == 0), f"{count}b"
    )


def duration(nanoseconds: int) -> str:
    """A time as Go writes it: `90s`, `1500ms`."""
    for unit, name in _TIMES:
        if nanoseconds % unit == 0:
            return f"{nanoseconds // unit}{name}"
    return f"{nanoseconds}ns"


def cpus(nano_cpus: int) -> str:
    """A number of processors: `1.5`."""
    return format((Decimal(nano_cpus) / 10**9).normalize(), "f")


def is_redacted(text: str) -> bool:
    """Whether a secret was taken out of the text before it was stored."""
    return _SIGN in text
