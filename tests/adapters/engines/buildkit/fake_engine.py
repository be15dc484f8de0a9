"""An engine that serves a build history which the test makes up, and notes all that is asked.

It speaks real gRPC on a real socket, after the upgrade of older engines, or at once as Docker 29.2
and newer do, or both, or not at all.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import grpc

from adapters.engines.buildkit.calls import LISTEN, READ, STATUS
from adapters.engines.buildkit.messages import HistoryRequest, ReadContentRequest, StatusRequest
from adapters.engines.buildkit.protobuf import _varint, decode
from adapters.engines.endpoints import Endpoint
from tests.adapters.engines.buildkit.recordings import Recorded
from tests.fakes.asked import ASKED, CALL, Request

_PREFACE = b"PRI * HTTP/2.0\r\n\r\n"
_UPGRADED = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"


def field(number: int, value: int | str | bytes) -> bytes:
    """A field of a protobuf message."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


class FakeEngine:
    """An engine at `endpoint`.

    `upgrade` is the status of its answer to POST /grpc; `direct` is whether its socket speaks
    gRPC also without that.
    """

    def __init__(self, folder: Path, upgrade: int = 101, direct: bool = False) -> None:
        self.endpoint = Endpoint("fake", f"unix://{folder}/docker.sock")
        self.heads: list[bytes] = []
        self.methods: list[str] = []
        self.events: list[bytes] = []
        self.status: dict[str, list[bytes]] = {}
        self.blobs: dict[str, bytes] = {}
        self.live: SimpleQueue[bytes | None] = SimpleQueue()
        self.unknown: set[str] = set()
        """Methods that this engine does not know."""
        self._upgrade, self._direct = upgrade, direct
        self._inside = f"{folder}/grpc.sock"
        self._server = grpc.server(ThreadPoolExecutor(8))
        self._server.add_generic_rpc_handlers((_Handler(self),))
        self._server.add_insecure_port(f"unix:{self._inside}")
        self._server.start()
        self._front = socket.socket(socket.AF_UNIX)
        self._front.bind(f"{folder}/docker.sock")
        self._front.listen()
        Thread(target=self._serve, daemon=True).start()

    def tell(self, told: Recorded, ref: str) -> None:
        """Adds a recorded build."""
        self.events.append(told.event)
        self.status[ref] = told.status
        self.blobs |= told.blobs

    def close(self) -> None:
        """Ends it, with all that is under way."""
        self.live.put(None)
        # Closing alone would leave the thread that accepts waiting for ever.
        with contextlib.suppress(OSError):
            self._front.shutdown(socket.SHUT_RDWR)
        self._front.close()
        self._server.stop(None).wait()

    def listen(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        wanted = decode(request, HistoryRequest)
        if not wanted.active_only:
            yield from self.events
        while not wanted.early_exit and (event := self.live.get()) is not None:
            yield event

    def tell_status(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        ref = decode(request, StatusRequest).ref
        if ref not in self.status:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no such job {ref}")
        yield from self.status[ref]

    def read(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        digest = decode(request, ReadContentRequest).digest
        if digest not in self.blobs:
            context.abort(grpc.StatusCode.NOT_FOUND, f"content digest {digest}: not found")
        blob = self.blobs[digest]
        for start in range(0, len(blob), 1000):
            yield field(1, start) + field(2, blob[start : start + 1000])

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._front.accept()
                Thread(target=self._greet, args=(connection,), daemon=True).start()

    def _greet(self, connection: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        if head == _PREFACE and self._direct:
            self._join(connection, head)
            return
        if head != _PREFACE:
            self._note_head(head)
        status = 400 if head == _PREFACE else self._upgrade
        if status == 101:
            connection.sendall(_UPGRADED)
            self._join(connection)
        else:
            connection.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
            connection.close()

    def _note_head(self, head: bytes) -> None:
        self.heads.append(head)
        method, path, _ = head.decode("latin-1").split(" ", 2)
        ASKED.append(Request(method, path, {}))

    def note_call(self, method: str) -> None:
        self.methods.append(method)
        ASKED.append(Request(CALL, method, {}))

    def _join(self, connection: socket.socket, begun: bytes = b"") -> None:
        inside = socket.socket(socket.AF_UNIX)
        inside.connect(self._inside)
        inside.sendall(begun)
        for pair in ((connection, inside), (inside, connection)):
            Thread(target=_pump, args=pair, daemon=True).start()


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine

    def service(self, details: Any) -> Any:
        engine, method = self._engine, details.method
        engine.note_call(method)
        serve = {LISTEN: engine.listen, STATUS: engine.tell_status, READ: engine.read}
        if method not in serve or method in engine.unknown:
            return None
        return grpc.unary_stream_rpc_method_handler(serve[method])


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def fake_engine(folder: Path, **how: Any) -> Iterator[FakeEngine]:
    """A fake engine in a folder whose path is short enough for a socket."""
    engine = FakeEngine(folder, **how)
    try:
        yield engine
    finally:
        engine.close()
        shutil.rmtree(folder, ignore_errors=True)
