"""The event stream of an engine, cut into lines and read."""

from collections.abc import Iterable, Iterator

from domain.errors import ShipslogError
from domain.moments import SECOND

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of an event after which it is no event; the largest seen in the wild have 100 kB."""

WHOLE_RING = "1"
"""The `since` that gives all that the engine remembers: a tighter one can hide newer events,
since the engine searches backwards and stops at the first older one (Docker 20.10 to 29)."""


class LineTooLong(ShipslogError):
    """The other end sends something without line ends that is no event stream."""


def split_lines(
    chunks: Iterable[bytes], longest: int = LONGEST_LINE, *, keep_last: bool = False
) -> Iterator[bytes]:
    """The lines of a stream, however it is cut into chunks; some may be empty.

    Bytes after the last line end are not given, since an event that broke off is no event;
    a file need not end in a line end, and with `keep_last` they are a line.

    Raises:
        LineTooLong: more than `longest` bytes without a line end.
    """
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).split(b"\n") if rest else chunk.split(b"\n")
        rest = lines.pop()
        yield from map(_bare, lines)
        if len(rest) > longest:
            raise LineTooLong(f"An event of more than {longest} bytes is no event.")
    if keep_last and rest:
        yield _bare(rest)


def _bare(line: bytes) -> bytes:
    # 0x1E begins each record of the json-seq dialect (API 1.52 and later).
    return line.strip(b"\x1e\r \t")


def api_moment(moment: int) -> str:
    """A moment as the events endpoint takes it: seconds with nine digits, exact as text."""
    return f"{moment // SECOND}.{moment % SECOND:09d}"
