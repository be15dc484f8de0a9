"""The one request of Shipslog that is no GET: it asks an engine to speak gRPC on a connection.

`POST /grpc` is how Docker Engine hands out its BuildKit (deprecated by API 1.53, Docker 29.2, in
favour of gRPC on the socket itself). The request has no body and changes nothing on the engine: it
only turns this connection into one that carries gRPC. What is asked on it afterwards is
limited by name to calls that read, in `calls`.
"""

import re
import socket

from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.endpoints import Endpoint
from adapters.engines.reasons import reason
from adapters.engines.transports import dial

_REQUEST = b"POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LONGEST_HEAD = 16_384
_SECONDS = 10.0


class UpgradeRefused(Exception):
    """The engine answered, but offers no gRPC here; `status` is the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def upgraded(endpoint: Endpoint) -> socket.socket:
    """A connection to the engine on which it now expects gRPC.

    Raises:
        UpgradeRefused: the engine does not know the request, or forbids it.
        BuildHistoryFault: there is no engine, or it does not answer.
        NoWay: as `transports.dial`.
    """
    connection = dialled(endpoint)
    try:
        connection.sendall(_REQUEST)
        status = _status_of(_head(connection))
        connection.settimeout(None)
    except OSError as error:
        connection.close()
        raise _fault(endpoint, error) from error
    if status != 101:
        connection.close()
        raise UpgradeRefused(status)
    return connection


def dialled(endpoint: Endpoint) -> socket.socket:
    """A connection to the engine, which has ten seconds for each of its first answers.

    Raises:
        BuildHistoryFault: there is no engine. NoWay: as `transports.dial`.
    """
    try:
        return dial(endpoint, _SECONDS)
    except OSError as error:
        raise _fault(endpoint, error) from error


def _fault(endpoint: Endpoint, error: OSError) -> BuildHistoryFault:
    code = "DEADLINE_EXCEEDED" if isinstance(error, TimeoutError) else "UNAVAILABLE"
    return BuildHistoryFault(
        f"The engine at {endpoint.url} cannot be asked for its build history: {reason(error)}", code
    )


def _head(connection: socket.socket) -> bytes:
    """The answer's head and not a byte more: gRPC may follow it at once."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte or len(head) >= _LONGEST_HEAD:
            raise ConnectionError("the answer to POST /grpc is no HTTP")
        head += byte
    return bytes(head)


def _status_of(head: bytes) -> int:
    match = _STATUS.match(head)
    if match is None:
        raise ConnectionError("the answer to POST /grpc is no HTTP")
    return int(match[1])
