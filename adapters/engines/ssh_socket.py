"""A connection to an engine through a process of ssh, which looks like any socket."""

import atexit
import os
import select
import socket
import subprocess
import time
import weakref
from contextlib import suppress
from typing import Any, Self

from adapters.engines.plain_words import plain_words
from adapters.engines.ssh_addresses import SshAddress

_FAREWELL_SECONDS = 0.3
_LAST_WORDS_SECONDS = 1.0
_MOST_WORDS = 4096


class SshEnded(ConnectionError):
    """There is no way to the engine; the message says in ssh's own words why."""


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
