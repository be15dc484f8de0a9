"""Engines on other machines: each connection is `ssh … docker system dial-stdio`.

As the docker command line does it. The docker SDK's own way over ssh cannot be ended: closing a
stream fails and leaves its reader waiting (7.2.0).
"""

import atexit
import os
import re
import select
import shlex
import socket
import subprocess
import threading
import time
import weakref
from contextlib import suppress
from typing import Any, NamedTuple, Self
from urllib.parse import unquote

import urllib3.connection
import urllib3.connectionpool
from docker.transport.basehttpadapter import BaseHTTPAdapter

from adapters.engines.plain_words import plain_words

SCHEME = "ssh://"

_URL = re.compile(
    r"ssh://(?:(?P<user>[^@/]+)@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^][\s:/@?#]+)"
    r"(?::(?P<port>\d{1,5}))?(?P<path>/[^?#]*)?"
)

_OPTIONS = {
    # Nobody is there to type a password, or to say yes to an unknown host.
    "BatchMode": "yes",
    # Less than an answer is waited for, so that ssh's own words come first.
    "ConnectTimeout": "20",
    # A peer that is gone is noticed after a minute, also by a stream on which nothing happens.
    "ServerAliveInterval": "30",
    "ServerAliveCountMax": "2",
    # The first of several connections must not carry the others: closing it would cut them all.
    "ControlMaster": "no",
    # Ports that the person's configuration forwards can be bound once only.
    "ClearAllForwardings": "yes",
}
_FAREWELL_SECONDS = 0.3
_LAST_WORDS_SECONDS = 1.0
_MOST_WORDS = 4096
_MOST_CONNECTIONS = 10


class SshEnded(ConnectionError):
    """There is no way to the engine; the message says in ssh's own words why."""


class SshAddress(NamedTuple):
    """What an `ssh://` URL says; `socket` is a path on the other machine, or empty."""

    host: str
    user: str = ""
    port: int | None = None
    socket: str = ""

    def command(self) -> list[str]:
        """The command whose standard input and output are a connection to the engine."""
        options = [word for option in _OPTIONS.items() for word in ("-o", "=".join(option))]
        user = ["-l", self.user] if self.user else []
        port = ["-p", str(self.port)] if self.port else []
        # The other machine's shell reads these words once more.
        where = ["--host", shlex.quote(f"unix://{self.socket}")] if self.socket else []
        dial = ["docker", *where, "system", "dial-stdio"]
        return ["ssh", *options, "-T", *user, *port, "--", self.host, *dial]


def ssh_address(url: str) -> SshAddress:
    """Reads `ssh://[user@]host[:port][/path/of/docker.sock]`.

    Raises:
        ValueError: it is none, or has what only a password or an option of ssh could be.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise ValueError("an engine over ssh is named ssh://[user@]host[:port][/path/of/its.sock]")
    host, user = match["host"].strip("[]"), unquote(match["user"] or "")
    if ":" in user:
        raise ValueError("an ssh address takes no password; use a key")
    if host.startswith("-") or user.startswith("-"):
        raise ValueError("neither the host nor the user may begin with a hyphen")
    port = int(match["port"]) if match["port"] else None
    return SshAddress(host, user, port, unquote(match["path"] or "").rstrip("/"))


class SshSocket(socket.socket):
    """One end of a pair of sockets of which ssh has the other; ends ssh when it is closed."""

    _ssh: "_Ssh"

    @classmethod
    def to(cls, address: SshAddress) -> Self:
        """Begins to connect; what fails is told when the first answer is read.

        Raises:
            SshEnded: ssh cannot be started here.
        """
        if not hasattr(select, "poll"):
            raise SshEnded("engines over ssh can be reached from Linux and macOS only, so far")
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ssh = _Ssh(address, theirs)
            connection = cls(ours.family, ours.type, ours.proto, fileno=ours.detach())
        connection._ssh = ssh
        return connection

    def recv_into(self, *args: Any) -> int:
        """As of any socket.

        Raises:
            SshEnded: there is nothing more because ssh failed.
        """
        self._ssh.listen_until_readable(self)
        with suppress(ConnectionResetError):
            if count := super().recv_into(*args):
                return count
        self._ssh.check_end()
        return 0

    def recv(self, *args: Any) -> bytes:
        """As `recv_into`."""
        self._ssh.listen_until_readable(self)
        with suppress(ConnectionResetError):
            if data := super().recv(*args):
                return data
        self._ssh.check_end()
        return b""

    def shutdown(self, how: int) -> None:
        """Ends ssh, too, whichever direction is meant: nobody goes on with the other one."""
        try:
            super().shutdown(how)
        finally:
            self._ssh.end()

    def close(self) -> None:
        """Closes it once nobody reads it any more, as any socket; ssh has ended then."""
        super().close()
        if self.fileno() == -1:
            self._ssh.end()
            self._ssh.forget()


class _Ssh:
    """A process of ssh whose input and output are one end of a pair of sockets."""

    def __init__(self, address: SshAddress, end: socket.socket) -> None:
        self._complaints = b""
        try:
            self._process = subprocess.Popen(
                address.command(),
                stdin=end.fileno(),
                stdout=end.fileno(),
                stderr=subprocess.PIPE,
                bufsize=0,
                # Ctrl-C in the terminal is for the recorder, which ends ssh itself.
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise SshEnded("there is no program `ssh` on this machine; install OpenSSH") from error
        _started.add(self)
        assert self._process.stderr is not None
        self._stderr = self._process.stderr
        os.set_blocking(self._stderr.fileno(), False)

    def listen_until_readable(self, connection: socket.socket) -> None:
        """Waits for the connection, and meanwhile takes in what ssh complains of.

        Were it left alone, ssh would stand still at 64 kB of complaints.
        """
        patience = connection.gettimeout()
        deadline = None if patience is None else time.monotonic() + patience
        waiting = select.poll()
        waiting.register(connection, select.POLLIN)
        waiting.register(self._stderr, select.POLLIN)
        while True:
            left = None if deadline is None else max(0, deadline - time.monotonic()) * 1000
            ready = dict(waiting.poll(left))
            if not ready:
                raise TimeoutError("timed out")
            if self._stderr.fileno() in ready and not self._take_in():
                waiting.unregister(self._stderr)
            if connection.fileno() in ready:
                return

    def _take_in(self) -> bool:
        """Takes in some complaints, of which the last are kept; whether there may be more."""
        text = self._stderr.read(_MOST_WORDS)
        self._complaints = (self._complaints + (text or b""))[-_MOST_WORDS:]
        return bool(text)

    def check_end(self) -> None:
        """Asks why nothing more can be read.

        Raises:
            SshEnded: ssh failed; it is no failure that the engine ended the connection.
        """
        try:
            code = self._process.wait(_LAST_WORDS_SECONDS)
        except subprocess.TimeoutExpired:
            return
        if code != 0:
            while self._take_in():
                pass
            raise SshEnded(_last_words(self._complaints) or f"it ended with exit code {code}")

    def end(self) -> None:
        """Ends it, and takes note of that, so that it does not linger."""
        self._process.terminate()
        try:
            self._process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Listens no longer to what it complained of."""
        self._stderr.close()


_started: "weakref.WeakSet[_Ssh]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """Ends those on which a thread still waits that nobody waits for, such as to connect."""
    for ssh in list(_started):
        ssh.end()


def _last_words(complaints: bytes) -> str:
    lines = complaints.decode(errors="replace").splitlines()
    return plain_words(" ".join([line for line in lines if line.strip(" @\r")][-3:]))


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
