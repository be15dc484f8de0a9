"""The smallest possible client of an engine's HTTP API, for what its command line does not say."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def get(engine_socket: Path, path: str, timeout: float = 10.0) -> Any:
    """The JSON that GET `path` gives, within `timeout` seconds a read; OSError if it is refused."""
    return json.loads(read(engine_socket, path, timeout))


def get_lines(engine_socket: Path, path: str, timeout: float = 10.0) -> list[Any]:
    """The JSON of each line that GET `path` gives; it has to end by itself."""
    return [json.loads(line) for line in read(engine_socket, path, timeout).splitlines()]


def read(engine_socket: Path, path: str, timeout: float) -> bytes:
    """The whole body that GET `path` gives."""
    connection = UnixConnection(engine_socket, timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except http.client.HTTPException as broken:
        raise ConnectionError(f"GET {path}: {broken!r}") from broken
    finally:
        connection.close()
    if response.status != 200:
        raise ConnectionError(f"GET {path}: {response.status} {body.decode(errors='replace')}")
    return body
