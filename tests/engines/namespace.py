"""Namespaces in which an engine lives, and outside of which it leaves no trace.

One process holds mount, process and network namespaces open. When it ends, the kernel kills every
process inside (the engine, its containerd, shims and containers) and takes every mount away. The
holder waits for the end of its standard input, so it ends with the Python process that started it,
however that one ends.

Inside, `/` is an overlay: a finished root below, a tmpfs above; the machine's own is nowhere.
`/dev` has the few devices that containers need and none of the machine's own. The engine's folder
is there at the same path as outside. The network namespace is empty: no engine can reach a
registry, and no bridge of an engine shows up on the machine.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.engines.roots import EngineUnavailable

_SETUP = """
set -e
root=$1 folder=$2
mount -t tmpfs -o mode=755 shipslog "$folder/ns"
mkdir "$folder/ns/upper" "$folder/ns/work" "$folder/ns/top"
layers="lowerdir=$root,upperdir=$folder/ns/upper,workdir=$folder/ns/work"
mount -t overlay -o "$layers" shipslog "$folder/ns/top"
top=$folder/ns/top
mkdir -p "$top/proc" "$top/sys" "$top/dev" "$top/run" "$top/root" "$top/var/tmp" "$top$folder"
mkdir "$top/machine"
mount -t proc proc "$top/proc"
mount --rbind /sys "$top/sys"
mount -t tmpfs -o mode=755 shipslog "$top/dev"
while read -r name major minor; do
    mknod -m 666 "$top/dev/$name" c "$major" "$minor"
done <<DEVICES
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
fuse 10 229
DEVICES
mkdir "$top/dev/pts" "$top/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 shipslog "$top/dev/pts"
mount -t tmpfs -o mode=1777 shipslog "$top/dev/shm"
ln -s pts/ptmx "$top/dev/ptmx"
ln -s /proc/self/fd "$top/dev/fd"
mount --bind "$folder" "$top$folder"
exec 3<&0
# Not chroot: a process that joins a container's mount namespace (docker exec, docker cp, a health
# probe) begins at the root of that namespace, which would be this machine's own.
pivot_root "$top" "$top/machine"
cd /
# The root's own programs from here on, in one file: a library could not be found any more.
busybox umount -l /machine
busybox rmdir /machine
echo ready
busybox cat <&3 >/dev/null &
# Not exec: this shell is process 1 in here, and reaps what the engine leaves.
wait $!
"""

# The programs of a root, in the order of Debian's own default.
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Namespace:
    """Namespaces over a root, open from construction to `close()`."""

    def __init__(self, root: Path, folder: Path) -> None:
        (folder / "ns").mkdir(parents=True, exist_ok=True)
        unshare = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child"]
        self._holder = subprocess.Popen(
            [*unshare, "--propagation", "private", "sh", "-c", _SETUP, "sh", root, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stderr is not None
        if self._holder.stdout.readline() != "ready\n":
            complaint = self._holder.stderr.read().strip()
            self.close()
            raise EngineUnavailable(f"No namespaces for an engine on this machine: {complaint}")

    def daemon_command(self, *command: str) -> list[str]:
        """`command` as a process of these namespaces; its parent outside is the one started."""
        holder = f"/proc/{self._holder.pid}/ns"
        # The holder's child, not the holder itself, is in the new process namespace.
        pids = f"--pid={holder}/pid_for_children"
        return ["nsenter", f"--mount={holder}/mnt", f"--net={holder}/net", pids, *command]

    def client_command(self, *command: str) -> list[str]:
        """`command` with the files of these namespaces, but as a plain process of the machine."""
        return ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", *command]

    def close(self) -> None:
        """Ends everything inside at once, without a chance to say goodbye."""
        for stream in (self._holder.stdin, self._holder.stdout, self._holder.stderr):
            assert stream is not None
            stream.close()
        try:
            self._holder.wait(timeout=5)
        except subprocess.TimeoutExpired:  # a forked copy of this process holds the pipe open
            self._holder.kill()
            self._holder.wait()
