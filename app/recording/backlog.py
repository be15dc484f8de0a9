"""What was read and is not yet stored: a queue that never makes its readers wait.

A reader that falls behind slows the engine down for everybody, and then loses events without a
word (Docker 20.10 to 29), so putting something in takes microseconds whatever the writer does.
While the store cannot be written the lines of the event streams go on to a file. It has no name
and no meaning to anybody else: the lines, which may hold secrets, are enciphered with a key that
only this process knows.
"""

import logging
import struct
import tempfile
import threading
import time
from collections import deque
from queue import Empty
from typing import BinaryIO, Generic, NamedTuple, Protocol, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from app.recording.messages import Arrived, Lost, Message

log = logging.getLogger(__name__)

MOST_BYTES_IN_MEMORY = 32 * 1024 * 1024
"""Of lines that wait; some 25,000 events of a compose project."""

_BYTES_BESIDE = 250
"""What a line that waits costs beside its own bytes (CPython 3.11)."""

_HEAD = struct.Struct("<Iq")
"""Before each line in the file: its length when enciphered, and when it came."""

Source = TypeVar("Source")
From = TypeVar("From", contravariant=True)


class Sink(Protocol[From]):
    """What takes what the readers read."""

    def put(self, item: tuple[From, Message]) -> None:
        """Takes it, without making the reader wait."""


class _Run(Generic[Source]):
    """Lines of one source that stand one behind the other in the file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.count = 0


class _Held(NamedTuple, Generic[Source]):
    source: Source
    message: Message


class Backlog(Generic[Source]):
    """A queue of (source, message), first in first out. `put` is for any thread, `get` for one."""

    def __init__(self, most_bytes: int = MOST_BYTES_IN_MEMORY) -> None:
        self._most_bytes = most_bytes
        self._items: deque[_Held[Source] | _Run[Source]] = deque()
        self._bytes = 0
        self._runs = 0
        self._there = threading.Condition()
        self._file: _Ciphered | None = None
        self._full = False

    def put(self, item: tuple[Source, Message]) -> None:
        """Adds a message; takes microseconds."""
        source, message = item
        with self._there:
            if isinstance(message, Arrived) and not self._fits(message):
                self._spill(source, message)
            else:
                self._hold(source, message)
            self._there.notify()

    def get(self, timeout: float = 0.0) -> tuple[Source, Message]:
        """Takes the oldest message.

        Raises:
            Empty: none came within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        with self._there:
            while not self._items:
                left = deadline - time.monotonic()
                if left <= 0 or not self._there.wait(left):
                    raise Empty
            return self._take()

    def get_nowait(self) -> tuple[Source, Message]:
        """Takes the oldest message.

        Raises:
            Empty: there is none.
        """
        return self.get(0.0)

    def _fits(self, message: Arrived) -> bool:
        return not self._file and self._bytes + _size(message) <= self._most_bytes

    def _hold(self, source: Source, message: Message) -> None:
        self._items.append(_Held(source, message))
        if isinstance(message, Arrived):
            self._bytes += _size(message)

    def _spill(self, source: Source, message: Arrived) -> None:
        try:
            if self._file is None:
                self._file = _Ciphered()
            self._file.append(message)
        except OSError as error:
            self._drop(source, message, error)
            return
        self._full = False
        last = self._items[-1] if self._items else None
        if not isinstance(last, _Run) or last.source is not source:
            last = _Run(source)
            self._items.append(last)
            self._runs += 1
        last.count += 1

    def _drop(self, source: Source, message: Arrived, error: OSError) -> None:
        """Gives a line up, and says so once; the engine remembers it for a while."""
        if not self._full:
            log.warning("events are passed over, since no file takes them: %s", error)
            reason = f"events could not be kept until they are stored: {error.strerror}"
            self._hold(source, Lost(reason, message.at))
        self._full = True

    def _take(self) -> tuple[Source, Message]:
        first = self._items[0]
        if isinstance(first, _Held):
            self._items.popleft()
            if isinstance(first.message, Arrived):
                self._bytes -= _size(first.message)
            return first.source, first.message
        assert self._file is not None
        message = self._file.next()
        first.count -= 1
        if not first.count:
            self._items.popleft()
            self._runs -= 1
            if not self._runs:
                self._file.close()
                self._file = None
        return first.source, message


class _Ciphered:
    """Lines in a file without a name, read in the order in which they were written."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(prefix="shipslog-", buffering=0)  # noqa: SIM115
        self._cipher = ChaCha20Poly1305(ChaCha20Poly1305.generate_key())
        self._written = self._read = 0
        self._numbered = self._given = 0

    def append(self, message: Arrived) -> None:
        """Writes a line behind the others.

        Raises:
            OSError: there is no room; what was written before is as it was.
        """
        ciphered = self._cipher.encrypt(_nonce(self._numbered), message.line, None)
        record = _HEAD.pack(len(ciphered), message.at) + ciphered
        self._file.seek(self._written)
        done = 0
        while done < len(record):
            done += self._file.write(record[done:])
        self._written += len(record)
        self._numbered += 1

    def next(self) -> Arrived:
        """The oldest line that was not yet given."""
        size, at = _HEAD.unpack(self._at(self._read, _HEAD.size))
        ciphered = self._at(self._read + _HEAD.size, size)
        line = self._cipher.decrypt(_nonce(self._given), ciphered, None)
        self._read += _HEAD.size + size
        self._given += 1
        return Arrived(line, at)

    def close(self) -> None:
        """Gives the room back."""
        self._file.close()

    def _at(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        parts = bytearray()
        while len(parts) < size:
            part = self._file.read(size - len(parts))
            if not part:
                raise OSError("the file of lines that wait is shorter than it was")
            parts += part
        return bytes(parts)


def _size(message: Arrived) -> int:
    return len(message.line) + _BYTES_BESIDE


def _nonce(number: int) -> bytes:
    # Each line has its own number, and the key lives as long as the file.
    return number.to_bytes(12, "little")
