"""A running engine: its daemon, its command line, and what a test does to both."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM
from typing import Any

from tests.engines import api, busybox, cgroups
from tests.engines.capture import Capture
from tests.engines.kinds import KINDS, EngineKind, containers_conf
from tests.engines.namespace import SEARCH_PATH, Namespace
from tests.engines.processes import children
from tests.engines.roots import root

__all__ = ["KINDS", "DockerError", "EngineKind", "RunningEngine", "start"]

START_TIMEOUT = 60.0
"""Seconds within which a daemon answers; it takes 1-2."""

STOP_TIMEOUT = 60.0
"""Seconds within which a daemon ends; it gives each container 10 before it kills it."""

LONGEST_SOCKET = 107
"""Bytes that the path of a Unix socket may have."""


class DockerError(Exception):
    """A docker command failed; the message holds the command and what it complained about."""

    def __init__(self, done: subprocess.CompletedProcess[bytes], args: tuple[str, ...]) -> None:
        self.returncode = done.returncode
        self.stderr = done.stderr.decode(errors="replace")
        super().__init__(f"docker {' '.join(args)}: exit code {done.returncode}\n{self.stderr}")


class RunningEngine:
    """One engine with its data in `folder`, made by `start()`.

    `workdir` has the same path for the caller, the daemon and the command line: build contexts and
    files to load or mount belong there. Paths given to docker have to be absolute. `version` is
    what the engine reports, such as `26.1.5+dfsg1`.
    """

    def __init__(self, kind: EngineKind, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.socket = folder / "docker.sock"
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET:
            raise ValueError(f"{self.socket} is too long for a socket: use a shorter folder.")
        self.workdir = folder / "work"
        self.log = folder / "daemon.log"
        self.version = ""
        self._cgroup = f"/shipslog-{os.getpid()}-{time.monotonic_ns()}"
        self._root = root(kind.recipe)
        self.workdir.mkdir(parents=True, exist_ok=True)
        self._namespace = Namespace(self._root, folder)
        self._daemon: subprocess.Popen[bytes] | None = None

    # -- what it is

    @property
    def url(self) -> str:
        """What DOCKER_HOST is set to."""
        return f"unix://{self.socket}"

    @property
    def is_as_named(self) -> bool:
        """Whether it is the version of its kind's name; a rolling suite may have another one."""
        return self.version.startswith(self.kind.version + ".")

    @property
    def name(self) -> str:
        """Its kind's name, or what it really is if the suite moved on: `docker-29.1 (sid)`."""
        if self.is_as_named:
            return self.kind.name
        actual = ".".join(self.version.split(".")[:2])
        renamed = self.kind.name.replace(self.kind.version, actual)
        return f"{renamed} ({self.kind.suite})"

    def get(self, path: str) -> Any:
        """The JSON that GET `path` of its API gives."""
        return api.get(self.socket, path)

    def post(self, path: str) -> None:
        """POST `path` of its API, for many small changes in a short time."""
        api.post(self.socket, path)

    # -- its daemon

    @property
    def pid(self) -> int:
        """The daemon's process id, as this machine sees it."""
        if self._daemon is None:
            raise RuntimeError(f"{self.kind.name} is not running")
        (pid,) = children(self._daemon.pid)
        return pid

    @property
    def is_running(self) -> bool:
        """Whether there is a daemon; it may be frozen."""
        return self._daemon is not None and self._daemon.poll() is None

    def start_again(self) -> None:
        """Starts the daemon on the data that it had, and waits until it answers."""
        if self.is_running:
            raise RuntimeError(f"{self.kind.name} is running already")
        self.socket.unlink(missing_ok=True)
        command = self.kind.daemon(self.folder, self._cgroup)
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(
                self._namespace.daemon_command(*command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": SEARCH_PATH, "HOME": "/root", **self._settings()},
                start_new_session=True,
            )
        self._wait_until_it_answers()

    def stop(self, signal: int = SIGTERM) -> None:
        """Asks the daemon to end, and waits until it has. Docker stops its containers first."""
        daemon = self._daemon
        if daemon is None:
            return
        for pid in children(daemon.pid):
            os.kill(pid, signal)
        deadline = time.monotonic() + STOP_TIMEOUT
        while daemon.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.kind.name} does not end")
            # nsenter, the daemon's parent, stops itself when the daemon is frozen.
            daemon.send_signal(SIGCONT)
            time.sleep(0.01)
        self._daemon = None

    def kill(self) -> None:
        """Kills the daemon alone: its containerd, its shims and its containers go on."""
        self.stop(SIGKILL)

    def freeze(self) -> None:
        """Makes the daemon hang: it keeps its socket and its connections but answers nothing."""
        os.kill(self.pid, SIGSTOP)

    def thaw(self) -> None:
        """Lets a frozen daemon go on."""
        os.kill(self.pid, SIGCONT)
        if self._daemon is not None:
            self._daemon.send_signal(SIGCONT)  # nsenter, which froze along with it

    def close(self) -> None:
        """Ends the daemon and everything that it started, at once; its data stay in `folder`."""
        self.kill()
        self._namespace.close()
        self.socket.unlink(missing_ok=True)
        cgroups.remove(*self.kind.cgroups(self.folder, self._cgroup))

    def _settings(self) -> dict[str, str]:
        """The environment by which Podman finds its configuration; Docker needs none."""
        file = self.folder / "containers.conf"
        file.write_text(containers_conf())
        return {"CONTAINERS_CONF": str(file), "PODMAN_IGNORE_CGROUPSV1_WARNING": "1"}

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if not self.is_running:
                break
            try:
                self.version = str(self.get("/version")["Version"])
                return
            except OSError:
                time.sleep(0.02)
        log = self.log.read_text(errors="replace").splitlines()[-20:]
        raise RuntimeError(f"{self.kind.name} does not answer:\n" + "\n".join(log))

    # -- its command line

    def docker(
        self,
        *args: str,
        input: bytes | None = None,
        check: bool = True,
        env: Mapping[str, str] | None = None,
        timeout: float = 120.0,
    ) -> str:
        """What `docker ARGS` prints, without the last newline; waits at most `timeout` seconds.

        A command that fails raises DockerError, unless `check` is false. `env` is added to the
        environment, which holds nothing of the caller's.
        """
        done = subprocess.run(
            self.docker_command(*args),
            input=input if input is not None else b"",
            capture_output=True,
            env=self.docker_environment(env),
            timeout=timeout,
            check=False,
        )
        if check and done.returncode != 0:
            raise DockerError(done, args)
        return done.stdout.decode(errors="replace").removesuffix("\n")

    def docker_command(self, *args: str) -> list[str]:
        """The command behind `docker ARGS`, for a caller who runs it in his own way."""
        return self._namespace.client_command("docker", *args)

    def docker_environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment that `docker_command` needs."""
        settings = {"DOCKER_HOST": self.url, "DOCKER_CONFIG": f"{self.folder}/cli"}
        if self.kind.product == "podman":
            settings["DOCKER_BUILDKIT"] = "0"  # or buildx tries to pull a builder
        return {"PATH": SEARCH_PATH, "HOME": "/root", **settings, **(more or {})}

    def capture(self) -> Capture:
        """A context in which `docker events` writes down every event; see `Capture`."""
        return Capture(self)

    # -- what is on it

    def base_image(self, name: str = "shipslog/base:1") -> str:
        """The name of an image with busybox in it, made now if there is none."""
        if name not in self.docker("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines():
            archive = busybox.file_system(self._root)
            self.docker("import", "--change", 'CMD ["sh"]', "-", name, input=archive)
        return name

    def clear(self) -> None:
        """Removes every container, image, volume, network and layer of the builder's cache."""
        for kind, remove in (("ps --all", "rm --force --volumes"), ("volume ls", "volume rm")):
            ids = self.docker(*kind.split(), "--quiet").split()
            if ids:
                self.docker(*remove.split(), *ids)
        images = set(self.docker("images", "--all", "--quiet", "--no-trunc").split())
        if images:
            self.docker("rmi", "--force", *images, check=False)
        self.docker("image", "prune", "--all", "--force")
        self.docker("network", "prune", "--force")
        if self.kind.product == "docker":
            self.docker("builder", "prune", "--all", "--force")


@contextmanager
def start(kind: EngineKind, folder: Path) -> Iterator[RunningEngine]:
    """An engine that runs while the context lasts, with its data, log and socket in `folder`.

    The folder has to be short (90 bytes), and may be used again: the engine finds its data, as
    after a reboot of the machine. Raises EngineUnavailable if this machine cannot run it.
    """
    folder = folder.resolve()
    engine = RunningEngine(kind, folder)
    try:
        engine.start_again()
        yield engine
    finally:
        engine.close()
