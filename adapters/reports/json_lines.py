"""JSON lines: every line one event object, exactly as `shipslog log --format jsonl` prints it.

There is no heading line, so that any tool that reads JSON lines finds one kind of object.
"""

from collections.abc import Callable, Iterable
from itertools import islice

_LINES_AT_ONCE = 1000


def write_json_lines(lines: Iterable[bytes], write: Callable[[bytes], object]) -> int:
    """Writes the encoded events, each on its own line; returns how many there were."""
    count = 0
    rest = iter(lines)
    while batch := list(islice(rest, _LINES_AT_ONCE)):
        write(b"\n".join(batch) + b"\n")
        count += len(batch)
    return count
