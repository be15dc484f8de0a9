"""Lines to an engine's gRPC: directly over its socket, or over a connection upgraded to it."""

import contextlib
import shutil
import socket
import tempfile
from pathlib import Path
from threading import Thread

import grpc

from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.buildkit.upgrade import dialled, upgraded
from adapters.engines.endpoints import Endpoint
from adapters.engines.transports import UNIX

LARGEST_MESSAGE = 32 * 1024 * 1024
"""Bytes; BuildKit's own limit for what it sends is 16 MiB."""

CARRIER = "build line"
"""The name of the threads that carry an upgraded line's bytes."""

_OPTIONS = (
    # The engine's socket has no host name, and Go refuses what gRPC makes of the path instead.
    ("grpc.default_authority", "localhost"),
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.enable_http_proxy", 0),
    # A call that gRPC tries again by itself just as the engine ends can hang for ever, its deadline
    # forgotten (one in 10 to 100, grpcio 1.71 to 1.85).
    ("grpc.enable_retries", 0),
    # Channels to one path must not share a connection, and its errors, with an engine gone since.
    ("grpc.use_local_subchannel_pool", 1),
    # An engine that hangs leaves its socket open; pings notice it also when no build happens.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.ping_timeout_ms", 20_000),
    ("grpc.http2.max_pings_without_data", 0),
)
_CHUNK = 65_536


class Line:
    """A channel to an engine, and what is under it where gRPC did not connect by itself."""

    def __init__(
        self, channel: grpc.Channel, *underneath: socket.socket, folder: Path | None = None
    ) -> None:
        self.channel = channel
        self._underneath = underneath
        self._folder = folder

    def close(self) -> None:
        """Ends every call on it."""
        self.channel.close()
        for connection in self._underneath:
            _hang_up(connection)
        if self._folder is not None:
            # Gone already, unless gRPC was never asked to connect.
            shutil.rmtree(self._folder, ignore_errors=True)


def direct_line(endpoint: Endpoint) -> Line:
    """A line that speaks gRPC to the engine at once, as Docker Engine 29.2 and newer do.

    Raises:
        BuildHistoryFault: there is no engine. NoWay: as `transports.dial`.
    """
    if endpoint.url.startswith(UNIX):
        return Line(grpc.insecure_channel(endpoint.url, options=_OPTIONS))
    connection = dialled(endpoint)
    connection.settimeout(None)
    return _carried(connection)


def upgraded_line(endpoint: Endpoint) -> Line:
    """A line over a connection that the engine has upgraded, as Docker Engine 18.09 to 29 do.

    Raises:
        UpgradeRefused, BuildHistoryFault, NoWay: as `upgraded`.
    """
    return _carried(upgraded(endpoint))


def _carried(connection: socket.socket) -> Line:
    """A line over a connection that is there already.

    gRPC insists on connecting by itself, so it is given a door of its own: a Unix socket in a
    folder that only this user can enter, gone as soon as gRPC has come through it.
    """
    try:
        folder, door = _door()
    except OSError as error:
        connection.close()
        raise BuildHistoryFault(f"No temporary socket can be made: {error}", "INTERNAL") from error
    carrying = (door, folder, connection)
    Thread(target=_let_in, args=carrying, name=CARRIER, daemon=True).start()
    channel = grpc.insecure_channel(f"unix:{folder}/grpc", options=_OPTIONS)
    return Line(channel, connection, door, folder=folder)


def _door() -> tuple[Path, socket.socket]:
    folder = Path(tempfile.mkdtemp(prefix="shipslog-grpc-"))
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        door.bind(str(folder / "grpc"))
        door.listen(1)
    except OSError:
        door.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder, door


def _let_in(door: socket.socket, folder: Path, connection: socket.socket) -> None:
    """Carries bytes between the one that comes through the door and the engine, until one ends."""
    try:
        # Without a time limit: a door that waits with one is not woken by hanging up (Linux 6.18).
        inside, _ = door.accept()
    except OSError:
        _hang_up(connection)
        connection.close()
        return
    finally:
        door.close()
        shutil.rmtree(folder, ignore_errors=True)
    back = Thread(target=_carry, args=(connection, inside), name=CARRIER, daemon=True)
    back.start()
    _carry(inside, connection)
    back.join()
    inside.close()
    connection.close()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
    _hang_up(source)
    _hang_up(target)


def _hang_up(connection: socket.socket) -> None:
    """Wakes every thread that reads or writes it; closing alone would leave them waiting."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
