"""A real ssh server on a port of this machine alone, with keys of its own, for this user.

Whoever logs in finds an empty home, and one program more than usual, `docker`: a script that the
test chooses, or none. `ssh` is a script in `bin` that takes no notice of the user's own keys and
settings.
"""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.processes import children

PATIENCE = 10.0

_SERVER = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/welcome
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers {user}
MaxStartups 100
SetEnv PATH={folder}/remote:/usr/bin:/bin HOME={folder}/remote
"""

_CLIENT = """
KexAlgorithms curve25519-sha256
IdentityFile {folder}/key
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile none
"""

_RELAY = """
import os, socket, sys, threading
with open({asked!r}, "a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
engine = socket.socket(socket.AF_UNIX)
engine.connect({socket!r})
def inwards():
    while data := os.read(0, 65536):
        engine.sendall(data)
    engine.shutdown(socket.SHUT_WR)
threading.Thread(target=inwards, daemon=True).start()
while data := engine.recv(65536):
    os.write(1, data)
os._exit(0)
"""


class Sshd:
    """The server in `folder`, whose `bin` belongs first in the PATH of whoever is to reach it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.asked = folder / "asked"
        self.port = _free_port()
        self._frozen: list[int] = []
        self.url = f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}"
        for part in ("bin", "remote"):
            (folder / part).mkdir()
        for key in ("host", "key"):
            generate = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(generate, check=True)
        self.forget()
        _write_script(self.bin / "ssh", f'exec {shutil.which("ssh")} -F {folder}/client "$@"')
        (folder / "client").write_text(_CLIENT.format(folder=folder))
        settings = _SERVER.format(folder=folder, port=self.port, user=getpass.getuser())
        (folder / "server").write_text(settings)

    def forget(self) -> None:
        """Makes it as it was at first: both know each other, and there is no `docker` on it."""
        self.trust("host.pub")
        shutil.copy(self.folder / "key.pub", self.folder / "welcome")
        self.asked.unlink(missing_ok=True)
        (self.folder / "remote" / "docker").unlink(missing_ok=True)

    def trust(self, public_key: str) -> None:
        """Makes this key the one by which the client knows the host."""
        kind, key, *_ = (self.folder / public_key).read_text().split()
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {kind} {key}\n")

    def give_docker(self, script: str) -> None:
        """What `docker` is on the other machine; `$@` are its arguments."""
        _write_script(self.folder / "remote" / "docker", script)

    def give_engine(self, path: Path) -> None:
        """Makes `docker system dial-stdio` reach the engine on a socket, and note what is asked."""
        relay = self.folder / "relay.py"
        relay.write_text(_RELAY.format(asked=str(self.asked), socket=str(path)))
        self.give_docker(f'exec {shlex.quote(sys.executable)} -S -E {relay} "$@"')

    def start(self) -> None:
        """Starts it, and returns when it listens."""
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert sshd is not None, "install openssh-server"
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        command = [sshd, "-D", "-e", "-f", str(self.folder / "server")]
        with (self.folder / "log").open("wb") as log:
            self._server = subprocess.Popen(command, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not _listens(self.port):
            assert self._server.poll() is None and time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def freeze(self) -> None:
        """Makes all who are logged in hang, as if their line were cut; there is no way back."""
        self._frozen = children(self._server.pid)
        for pid in self._frozen:
            os.kill(pid, signal.SIGSTOP)

    def stop(self) -> None:
        """Ends it."""
        for pid in self._frozen:
            os.kill(pid, signal.SIGKILL)
        self._server.terminate()
        self._server.wait(PATIENCE)

    def log(self) -> str:
        """What the server said."""
        return (self.folder / "log").read_text()


@contextmanager
def serving(folder: Path) -> Iterator[Sshd]:
    """An ssh server that serves while the context lasts."""
    sshd = Sshd(folder)
    sshd.start()
    try:
        yield sshd
    finally:
        sshd.stop()


def ssh_children(parent: int) -> list[int]:
    """The ssh processes that a process has started, also those that ended but linger."""
    return [pid for pid in children(parent) if _name(pid) == "ssh"]


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:  # it has ended in between
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _write_script(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
