"""The HTTP side of the fake engine."""

from __future__ import annotations

import json
import re
import select
import socket
import socketserver
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from queue import Empty
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.asked import Request
from tests.fakes.holdings import NoSuchObject
from tests.fakes.memory import Delivery, Remembered

if TYPE_CHECKING:
    from tests.fakes.engine import Answer, FakeEngine

_VERSION = re.compile(r"/v(\d+)\.(\d+)(?=/)")
_MOMENT = re.compile(r"(\d+)(?:\.(\d{1,9}))?")
GARBAGE = b'{"Type":"container","Act\x00\xff'


class BrokenOff(Exception):
    """The connection is to end in the middle."""


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Accepts connections until it is closed; each has its thread."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.closing = threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        engine.socket.unlink(missing_ok=True)
        super().__init__(str(engine.socket), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error."""

    def cut(self) -> None:
        """Breaks all connections off."""
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Listens no longer, and breaks all connections off."""
        self.closing.set()
        self.shutdown()
        self.server_close()
        self.cut()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    @property
    def engine(self) -> FakeEngine:
        return self.server.engine

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _note(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        path = unquote(parts.path)
        self.engine.note(Request(self.command, path, query))
        return path, query

    def _write(self) -> None:
        path, _ = self._note()
        if path == "/grpc":
            return self._refuse(404, "page not found")
        return self._answer_json(200, {})

    do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _write

    def do_GET(self) -> None:
        path, query = self._note()
        while not self.engine.going.wait(0.01) or self._is_silent(path):
            if self.server.closing.wait(0.01):
                raise BrokenOff
        for wrong in self.engine.answers:
            if wrong.path in path:
                return self._answer_wrongly(wrong)
        newest = tuple(map(int, self.engine.version()["ApiVersion"].split(".")))
        asked = _VERSION.match(path)
        if asked and (int(asked[1]), int(asked[2])) > newest:
            message = f"client version {asked[1]}.{asked[2]} is too new. "
            return self._refuse(
                400, message + "Maximum supported API version is {}.{}".format(*newest)
            )
        try:
            self._route(_VERSION.sub("", path, count=1), query)
        except NoSuchObject as missing:
            self._refuse(404, str(missing))
        return None

    def _is_silent(self, path: str) -> bool:
        return any(part in path for part in tuple(self.engine.silent_paths))

    def _route(self, path: str, query: dict[str, str]) -> None:
        holdings = self.engine.holdings
        if path == "/events":
            return self._events(query)
        if path == "/version":
            return self._answer_json(200, self.engine.version())
        if path == "/info":
            return self._answer_json(200, self.engine.info())
        if path == "/containers/json":
            return self._answer_json(200, holdings.container_list())
        if path == "/images/json":
            return self._answer_json(200, holdings.image_list())
        if match := re.fullmatch(r"/containers/(.+)/json", path):
            return self._answer_json(200, holdings.container(match[1]))
        if match := re.fullmatch(r"/images/(.+)/json", path):
            return self._answer_json(200, holdings.image(match[1]))
        if match := re.fullmatch(r"/images/(.+)/history", path):
            return self._answer_json(200, holdings.image_history(match[1]))
        if match := re.fullmatch(r"/containers/(.+)/changes", path):
            return self._answer_json(200, holdings.container_changes(match[1]))
        return self._refuse(404, "page not found")

    def _refuse(self, status: int, message: str) -> None:
        self._answer_json(status, {"message": message})

    def _answer_wrongly(self, wrong: Answer) -> None:
        body = json.dumps({"message": wrong.message}).encode() if wrong.body is None else wrong.body
        self._answer(wrong.status, body, wrong.headers)

    def _answer_json(self, status: int, value: Any) -> None:
        self._answer(status, json.dumps(value).encode(), (("Content-Type", "application/json"),))

    def _answer(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> None:
        slow = [pause for part, pause in self.engine.slow_paths.items() if part in self.path]
        time.sleep(max(slow, default=0))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # --- the stream ---

    def _events(self, query: dict[str, str]) -> None:
        moments = []
        for key in ("since", "until"):
            match = _MOMENT.fullmatch(query.get(key, ""))
            if key in query and match is None:
                message = f'strconv.ParseInt: parsing "{query[key]}": invalid syntax'
                return self._refuse(500, message)
            nanoseconds = (match[2] or "").ljust(9, "0") if match else ""
            moments.append(int(match[1] + nanoseconds) if match else None)
        since, until = moments
        past, delivery = self.engine.memory.listen(since, until)
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self._deliver(past, delivery, until, query)
        finally:
            self.engine.memory.leave(delivery)
        return None

    def _deliver(
        self, past: list[Remembered], delivery: Delivery, until: int | None, query: dict[str, str]
    ) -> None:
        engine = self.engine
        ended = until is not None and until <= engine.now()
        if engine.is_podman:
            # Podman 5.4 gives some two events at random where all that is asked for is past.
            past = past[:2] if ended else past
            ended = ended or query.get("stream") in ("0", "false")
        for event in past:
            self._send(event.line + b"\n")
        held: list[bytes] = []
        while not ended:
            try:
                event = delivery.get(timeout=0.02)
            except Empty:
                if self.server.closing.is_set() or self._client_is_gone():
                    raise BrokenOff from None
                ended = until is not None and until <= engine.now()
                continue
            if event is None:
                break
            while not engine.going.wait(0.01):
                if self.server.closing.is_set():
                    raise BrokenOff
            self._send_live(event.line, held)
        self._chunk(b"")

    def _client_is_gone(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _send_live(self, line: bytes, held: list[bytes]) -> None:
        for fault in ("drop", "garble", "cut", "swap", "double"):
            if self.engine.faults[fault] > 0:
                self.engine.faults[fault] -= 1
                break
        else:
            fault = ""
        match fault:
            case "drop":
                return
            case "garble":
                line = GARBAGE
            case "cut":
                self._send(line[: len(line) // 2])
                self.connection.shutdown(socket.SHUT_RDWR)
                raise BrokenOff
            case "swap":
                held.append(line)
                return
            case "double":
                self._send(line + b"\n")
        self._send(line + b"\n")
        while held:
            self._send(held.pop() + b"\n")

    def _send(self, data: bytes) -> None:
        size = self.engine.slices or max(1, len(data))
        for start in range(0, len(data), size):
            self._chunk(data[start : start + size])

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()
