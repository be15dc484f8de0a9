"""A real systemd that looks after an account's services, where the machine itself has none.

It has mount, process and control group namespaces of its own, and a `/run` of its own that says
that systemd is there. What it takes for all control groups is one group, made for it: it moves
every process that it finds in the topmost one. When this process ends, all in there ends too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tests.engines import cgroups

_SYSTEMD = Path("/lib/systemd/systemd")
_RUNTIME = "/run/user/0"

_ENTER = """
set -e
echo 0 > "$1/cgroup.procs"
exec unshare --cgroup sh -c "$2" sh
"""

_SETUP = f"""
set -e
mount -t cgroup2 shipslog /sys/fs/cgroup
# The topmost group of the machine has no type.
test -e /sys/fs/cgroup/cgroup.type
mount -t proc proc /proc
mount -t tmpfs -o mode=755 shipslog /run
mkdir -p /run/systemd/system
mkdir -p -m 700 {_RUNTIME}
exec 3<&0
{_SYSTEMD} --user <&- >&2 &
waited=0
until systemctl --user is-system-running --quiet; do
    waited=$((waited + 1))
    test "$waited" -lt 100
    sleep 0.1
done
echo ready
cat <&3
"""


class Unavailable(Exception):
    """No such systemd can run here; the message says why."""


class UserInstance:
    """One systemd with its units below `home`, from construction to `close()`."""

    def __init__(self, home: Path) -> None:
        if sys.platform != "linux" or os.geteuid() != 0:
            raise Unavailable("namespaces for a systemd of its own need root on Linux")
        if not _SYSTEMD.exists() or shutil.which("systemctl") is None:
            raise Unavailable("systemd is not installed (apt-get install systemd)")
        self._name = f"shipslog-systemd-{os.getpid()}-{time.monotonic_ns()}"
        group = _topmost_group() / self._name
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": _RUNTIME,
        }
        try:
            group.mkdir()
        except OSError as problem:
            raise Unavailable(f"no control group can be made: {problem}") from problem
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        self._holder = subprocess.Popen(
            [*unshare, "--propagation", "private", "sh", "-c", _ENTER, "sh", group, _SETUP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            start_new_session=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stderr is not None
        if self._holder.stdout.readline() != "ready\n":
            self._holder.kill()
            complaint = " ".join(self._holder.stderr.read().split())
            self.close()
            raise Unavailable(f"systemd does not come up in namespaces here: {complaint}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command inside, to its end."""
        holder = f"/proc/{self._holder.pid}/ns"
        # The holder's child, not the holder itself, is in the new process namespace.
        spaces = [f"--mount={holder}/mnt", f"--pid={holder}/pid_for_children"]
        return subprocess.run(
            ["nsenter", *spaces, *words],
            capture_output=True,
            text=True,
            timeout=60,
            env=self.environment | environment,
        )

    def close(self) -> None:
        """Ends everything inside at once, without a chance to say goodbye."""
        self._holder.kill()
        for stream in (self._holder.stdin, self._holder.stdout, self._holder.stderr):
            assert stream is not None
            stream.close()
        self._holder.wait()
        cgroups.remove(f"/{self._name}")


def _topmost_group() -> Path:
    """Where control groups of version 2 begin; beside those of version 1 on some machines."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        mounted, _, source = line.partition(" - ")
        if source.startswith("cgroup2 "):
            return Path(mounted.split()[4])
    raise Unavailable("the machine has no control groups of version 2")
