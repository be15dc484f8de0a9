"""The event stream of an engine, cut into lines and read."""

from collections.abc import Callable, Iterable, Iterator

from domain.errors import ShipslogError
from domain.moments import SECOND

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of an event after which it is no event; the largest seen in the wild have 100 kB."""

WHOLE_RING = "1"
"""The `since` that gives all that the engine remembers: a tighter one can hide newer events,
since the engine searches backwards and stops at the first older one (Docker 20.10 to 29)."""

_HOPELESS = 16
"""So many times the longest line, and a line of a stream is taken to have no end."""


class LineTooLong(ShipslogError):
    """The other end sends something without line ends that is no event stream."""


def split_lines(
    chunks: Iterable[bytes],
    longest: int = LONGEST_LINE,
    *,
    keep_last: bool = False,
    too_long: Callable[[], None] | None = None,
) -> Iterator[bytes]:
    """The lines of a stream, however it is cut into chunks; some may be empty.

    Bytes after the last line end are not given, since an event that broke off is no event;
    a file need not end in a line end, and with `keep_last` they are a line. `too_long` is called
    for each line of more than `longest` bytes, which is then passed over.

    Raises:
        LineTooLong: a line of more than `longest` bytes and no `too_long`, or a line of a stream
            so long that there is no hope of its end. A file has one.
    """
    line = _Line(longest, too_long, hope=None if keep_last else _HOPELESS * longest)
    for chunk in chunks:
        *ended, begun = chunk.split(b"\n")
        if line.size + len(chunk) <= longest:
            if ended:
                line.add(ended[0])
                ended[0] = line.take() or b""
                yield from map(_bare, ended)
        else:
            for part in ended:
                line.add(part)
                if (whole := line.take()) is not None:
                    yield _bare(whole)
        line.add(begun)
    if keep_last and (whole := line.take()):
        yield _bare(whole)


class _Line:
    """A line that has begun; of one that is too long only the size."""

    def __init__(self, longest: int, too_long: Callable[[], None] | None, hope: int | None) -> None:
        self.size = 0
        self._longest = longest
        self._hope = hope
        self._too_long = too_long
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        """Adds what follows."""
        fitted = self.size <= self._longest
        self.size += len(part)
        if self.size <= self._longest:
            self._parts.append(part)
        elif self._too_long is None or (self._hope is not None and self.size > self._hope):
            raise LineTooLong(f"An event of more than {self._longest} bytes is no event.")
        elif fitted:
            self._parts.clear()
            self._too_long()

    def take(self) -> bytes | None:
        """The whole line, None if it was too long; the next one begins."""
        whole = b"".join(self._parts) if self.size <= self._longest else None
        self.size = 0
        self._parts.clear()
        return whole


def _bare(line: bytes) -> bytes:
    # 0x1E begins each record of the json-seq dialect (API 1.52 and later).
    return line.strip(b"\x1e\r \t")


def api_moment(moment: int) -> str:
    """A moment as the events endpoint takes it: seconds with nine digits, exact as text."""
    return f"{moment // SECOND}.{moment % SECOND:09d}"
