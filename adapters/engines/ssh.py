"""HTTP to engines on other machines: each connection is `ssh … docker system dial-stdio`.

As the docker command line does it. The docker SDK's own way over ssh cannot be ended: closing a
stream fails and leaves its reader waiting (7.2.0).
"""

import socket
import threading
import weakref
from contextlib import suppress
from typing import Any

import urllib3.connection
import urllib3.connectionpool
from docker.transport.basehttpadapter import BaseHTTPAdapter

from adapters.engines.ssh_addresses import SshAddress
from adapters.engines.ssh_socket import SshEnded, SshSocket

_MOST_CONNECTIONS = 10


class _Connection(urllib3.connection.HTTPConnection):
    def __init__(self, pool: "_Pool") -> None:
        super().__init__("localhost")
        self._pool = pool

    def connect(self) -> None:
        self.sock = self._pool.connect()


class _Pool(urllib3.connectionpool.HTTPConnectionPool):
    def __init__(self, address: SshAddress) -> None:
        super().__init__("localhost", maxsize=_MOST_CONNECTIONS)
        self._address = address
        self._connected: weakref.WeakSet[SshSocket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._hung_up = False

    def _new_conn(self) -> _Connection:
        return _Connection(self)

    def connect(self) -> SshSocket:
        with self._lock:
            if self._hung_up:
                raise SshEnded("the connection was closed")
            connection = SshSocket.to(self._address)
            self._connected.add(connection)
        return connection

    def hang_up(self) -> None:
        """Wakes every thread that waits on one of its connections; there are no more of them."""
        with self._lock:
            self._hung_up = True
            connections = list(self._connected)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class SshAdapter(BaseHTTPAdapter):  # type: ignore[misc]
    """Carries the requests of a docker client over ssh; mounted as the SDK's own adapters are."""

    def __init__(self, address: SshAddress) -> None:
        self._pool = _Pool(address)
        super().__init__()

    def get_connection(self, url: str, proxies: Any = None) -> _Pool:
        """The connections to the engine, whatever the URL."""
        return self._pool

    def request_url(self, request: Any, proxies: Any) -> str:
        """The path alone: to the engine this is no proxy."""
        path: str = request.path_url
        return path

    def close(self) -> None:
        """Ends all connections, also those that other threads are reading."""
        super().close()
        self._pool.hang_up()
        self._pool.close()
