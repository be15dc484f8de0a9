"""As much of HTTP/1.1 as one must know to damage it at chosen places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

END_OF_HEAD = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"

Receive = Callable[[], bytes]
"""Gives some more bytes; none when the other end has closed."""


class BrokenOff(Exception):
    """The connection ended, or is to end, in the middle."""


class Head(NamedTuple):
    """The head of an answer as it came, its status, and how its body ends."""

    data: bytes
    status: int
    length: int | None
    chunked: bool


class Incoming:
    """What an engine sends, taken in portions that mean something."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._held = b""

    def until(self, end: bytes) -> bytes:
        """Everything up to and with `end`; raises BrokenOff if it does not come."""
        while end not in self._held:
            self._take_more()
        taken, _, self._held = self._held.partition(end)
        return taken + end

    def exactly(self, size: int) -> bytes:
        """So many bytes; raises BrokenOff if they do not come."""
        while len(self._held) < size:
            self._take_more()
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def rest(self) -> bytes:
        """What was received already."""
        taken, self._held = self._held, b""
        return taken

    def _take_more(self) -> None:
        if not (more := self._receive()):
            raise BrokenOff
        self._held += more

    def head(self) -> Head:
        """The head of the next answer."""
        data = self.until(END_OF_HEAD)
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", data)
        chunked = re.search(rb"(?i)\r\ntransfer-encoding: *chunked", data)
        return Head(data, int(data[9:12]), int(length[1]) if length else None, bool(chunked))

    def chunks(self) -> Iterator[bytes]:
        """The contents of the chunks of a body; ends after the last one."""
        while size := int(self.until(b"\r\n"), 16):
            yield self.exactly(size)
            self.exactly(2)
        self.exactly(2)

    def lines(self) -> Iterator[bytes]:
        """The lines of a body in chunks, each with its end: an event is one line."""
        begun = b""
        for content in self.chunks():
            *ended, begun = (begun + content).split(b"\n")
            yield from (line + b"\n" for line in ended)

    def body(self, head: Head) -> bytes:
        """The whole body of an answer that ends by itself, framed as it came."""
        if head.chunked:
            return b"".join(map(chunk, self.chunks())) + LAST_CHUNK
        return self.exactly(head.length or 0)


def chunk(content: bytes) -> bytes:
    """The content as a chunk."""
    return b"%x\r\n%s\r\n" % (len(content), content)


def answer(status: int) -> bytes:
    """A refusal, worded as Docker does."""
    body = b'{"message":"a fault was injected"}'
    head = b"HTTP/1.1 %d Fault\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def asks_for_stream(request: bytes) -> bool:
    """Whether the answer to this request is an event stream without end."""
    parts = urlsplit(request.split(b" ", 2)[1].decode())
    query = parse_qs(parts.query)
    return parts.path.endswith("/events") and not {"until", "stream"} & query.keys()
