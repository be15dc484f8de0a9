"""What commands print: exact JSON, and text that cannot trick a terminal."""

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterable
from typing import Any

import msgspec

from adapters.reports.visible import visible

_encoder = msgspec.json.Encoder()
_MANY = 512
"""Lines that are written at once: a system call for each would take most of the time."""


def prepare_streams() -> None:
    """Makes sure that whatever is printed has somewhere to go and fails for no letter."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # started without it, as `>&-` and window programs are
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(sentence: str) -> None:
    """Tells the person something, on standard error, on one line."""
    print(f"shipslog: {visible(sentence)}", file=sys.stderr, flush=True)


def print_line(text: str = "") -> None:
    """Prints one line of text for people; what could move the cursor is shown as symbols."""
    print(visible(text))


def json_bytes(value: Any) -> bytes:
    """The value as JSON in UTF-8 on one line; a lone surrogate, which UTF-8 lacks, is escaped."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _escaping_surrogates(value)


def _escaping_surrogates(value: Any, indent: int | None = None) -> bytes:
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return text.encode(errors="backslashreplace")


def print_json(value: Any) -> None:
    """Prints one JSON value, indented for reading."""
    try:
        text = msgspec.json.format(_encoder.encode(value), indent=2)
    except UnicodeEncodeError:
        text = _escaping_surrogates(value, indent=2)
    write_bytes(text + b"\n")


def print_json_line(value: Any) -> None:
    """Prints one JSON value on one line."""
    write_bytes(json_bytes(value) + b"\n")


def print_json_lines(rows: Iterable[bytes]) -> int:
    """Prints each row, encoded already, on its own line; returns how many there were."""
    count = 0
    batch: list[bytes] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _MANY:
            write_bytes(b"\n".join(batch) + b"\n")
            count += len(batch)
            batch.clear()
    if batch:
        write_bytes(b"\n".join(batch) + b"\n")
    return count + len(batch)


def print_json_array(rows: Iterable[bytes]) -> int:
    """Prints the rows, encoded already, as one JSON array, a row a line; returns their number.

    Nothing is held back, so a million rows need no memory.
    """
    count = 0
    for count, row in enumerate(rows, start=1):
        write_bytes((b"[\n" if count == 1 else b",\n") + row)
    write_bytes(b"\n]\n" if count else b"[]\n")
    return count


def write_text(text: str) -> None:
    """Writes text in which controls are symbols already, as UTF-8, past the terminal's encoding."""
    write_bytes(text.encode(errors="backslashreplace"))


def write_bytes(data: bytes) -> None:
    """Writes to standard output as it is, past the terminal's encoding."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(data.decode())
        return
    sys.stdout.flush()
    buffer.write(data)


def flush() -> None:
    """Hands everything printed to the system; raises what the system says to it."""
    sys.stdout.flush()
    sys.stderr.flush()


def abandon_output() -> None:
    """Sends what is still to be printed nowhere, after the reader of a pipe went away."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
