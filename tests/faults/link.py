"""One connection through the proxy: requests go to the engine, answers come back damaged."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.faults.mishaps import OF_EVENTS, Mishap
from tests.faults.wire import (
    END_OF_HEAD,
    LAST_CHUNK,
    BrokenOff,
    Head,
    Incoming,
    answer,
    asks_for_stream,
    chunk,
)

if TYPE_CHECKING:
    from tests.faults.proxy import Proxy

Socket = socket.socket

_STEP_SECONDS = 0.005
_CONNECT_SECONDS = 5.0
_MOST = 65_536


class Link:
    """One connection of a client, with its own to the engine, on a thread of its own."""

    def __init__(self, proxy: Proxy, client: Socket) -> None:
        self._proxy = proxy
        self._client = client
        self._engine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._engine.settimeout(_CONNECT_SECONDS)
        self._reset = False
        self._ended = False
        self._is_stream = False

    def end(self, *, reset: bool = False) -> None:
        """Makes the thread end the connection, from another thread."""
        self._reset, self._ended = reset, True
        for end in (self._engine,) if reset else (self._engine, self._client):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Passes requests and answers on until either end or a fault breaks off."""
        try:
            self._engine.connect(str(self._proxy.engine))
            self._engine.settimeout(None)
            incoming = Incoming(self._receive)
            while request := self._request():
                self._answer(request, incoming)
                self._client.recv(1)
        except (BrokenOff, OSError):
            pass
        finally:
            self._close()
            self._proxy.forget(self)

    def _close(self) -> None:
        # A Unix socket resets its peer if it is closed with something in it that was not read,
        # and the last byte of a request is kept there for that.
        if not self._reset:
            with suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)
                self._client.recv(_MOST)
        self._client.close()
        self._engine.close()

    # --- reading ---

    def _request(self) -> bytes:
        """The head of a request, its last byte not yet read; none if there is no further one."""
        while True:
            self._wait_for(self._client)
            seen = self._client.recv(_MOST, socket.MSG_PEEK)
            if (end := seen.find(END_OF_HEAD)) >= 0:
                return self._client.recv(end + len(END_OF_HEAD) - 1) + b"\n"
            if not seen:
                return b""
            time.sleep(_STEP_SECONDS)

    def _receive(self) -> bytes:
        while self._is_stalled():
            self._rest(_STEP_SECONDS)
        self._wait_for(self._engine)
        return self._engine.recv(_MOST)

    def _is_stalled(self) -> bool:
        conditions = self._proxy.conditions
        return conditions.stalled or (conditions.stalled_streams and self._is_stream)

    def _wait_for(self, end: Socket) -> None:
        """Waits until there is something to read; raises BrokenOff when an end has gone."""
        poll = select.poll()
        poll.register(self._engine, select.POLLRDHUP)
        poll.register(self._client, select.POLLRDHUP)
        poll.register(end, select.POLLIN | (0 if end is self._engine else select.POLLRDHUP))
        readable = any(seen & select.POLLIN for _, seen in poll.poll())
        if self._ended or not readable:
            raise BrokenOff

    def _rest(self, seconds: float) -> None:
        """Waits; raises BrokenOff when an end has gone."""
        poll = select.poll()
        poll.register(self._client, select.POLLRDHUP)
        if poll.poll(seconds * 1000) or self._ended:
            raise BrokenOff

    # --- answering ---

    def _answer(self, request: bytes, incoming: Incoming) -> None:
        conditions = self._proxy.conditions
        if conditions.status is not None:
            return self._client.sendall(answer(conditions.status))
        self._engine.sendall(request)
        if conditions.unanswered:
            self._say_nothing()
        head = incoming.head()
        if head.status == 101:
            self._tunnel(head.data + incoming.rest())
        elif head.status == 200 and asks_for_stream(request):
            self._send(head.data)
            self._stream(incoming)
        else:
            self._send_whole(head, incoming.body(head))
        return None

    def _send_whole(self, head: Head, body: bytes) -> None:
        if self._proxy.next_mishap(Mishap.CUT_IN_ANSWER):
            self._send(head.data + body[: len(body) // 2])
            raise BrokenOff
        self._send(head.data + body)

    def _tunnel(self, begun: bytes) -> None:
        """Passes on what is no HTTP/1.1 any more, in both directions."""
        self._client.recv(1)
        self._client.sendall(begun)
        other = {self._client.fileno(): self._engine, self._engine.fileno(): self._client}
        poll = select.poll()
        for end in other:
            poll.register(end, select.POLLIN)
        ends = {self._client.fileno(): self._client, self._engine.fileno(): self._engine}
        while not self._ended:
            for number, _ in poll.poll():
                if not (data := ends[number].recv(_MOST)):
                    raise BrokenOff
                other[number].sendall(data)

    def _say_nothing(self) -> None:
        """Takes whatever the engine still says, so as not to slow it down, and tells nobody."""
        while True:
            self._wait_for(self._engine)
            if not self._engine.recv(_MOST):
                raise BrokenOff

    # --- the stream ---

    def _stream(self, incoming: Incoming) -> None:
        self._is_stream = True
        if self._proxy.next_mishap(Mishap.CUT_AFTER_HEAD):
            raise BrokenOff
        self._proxy.opened.append(time.monotonic())
        for event in self._disturbed(incoming.lines()):
            self._send_event(event)
        self._send(LAST_CHUNK)

    def _disturbed(self, events: Iterator[bytes]) -> Iterator[bytes]:
        """The events with those left out, doubled or exchanged that are to be."""
        late: list[bytes] = []
        for event in events:
            match self._proxy.next_mishap(*OF_EVENTS):
                case None:
                    yield event
                case Mishap.DROP:
                    continue
                case Mishap.DOUBLE:
                    yield from (event, event)
                case Mishap.SWAP:
                    late.append(event)
                    continue
                case Mishap.GARBLE:
                    middle = len(event) // 2
                    yield event[:middle] + b"\x00\xff\x80" + event[middle + 3 :]
                case mishap:
                    self._end_by(mishap, event)
            while late:
                yield late.pop()

    def _end_by(self, mishap: Mishap, event: bytes) -> None:
        whole = chunk(event)
        match mishap:
            case Mishap.CUT:
                self._send(whole[: len(whole) // 2])
            case Mishap.CUT_IN_SIZE:
                self._send(whole[:1])
            case Mishap.GARBLE_SIZE:
                self._send(b"zz" + whole)
            case Mishap.END:
                self._send(LAST_CHUNK)
            case Mishap.RESET:
                self._reset = True
            case Mishap.SILENCE:
                self._say_nothing()
        raise BrokenOff

    def _send_event(self, event: bytes) -> None:
        size = self._proxy.conditions.slices or len(event)
        for start in range(0, len(event), size):
            self._send(chunk(event[start : start + size]))

    def _send(self, data: bytes) -> None:
        conditions = self._proxy.conditions
        pause = conditions.latency
        if conditions.bandwidth is not None:
            pause += len(data) / conditions.bandwidth
        if pause:
            self._rest(pause)
        self._client.sendall(data)
