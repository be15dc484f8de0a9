"""Root directories that hold the engines: built from Debian's archive once, then kept.

A root is what `mmdebstrap --variant=extract` unpacks: an engine, its command line and the programs
that it calls, without a shell or an init system. It takes about 10 seconds, some 70 MB to download
and 300-450 MB of disk. Nothing ever writes into a finished root (see `namespace`), so several
engines and several test runs may share one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "SHIPSLOG_ENGINE_CACHE"

# Debian packages, by the program that is looked for.
HOST_PROGRAMS = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "mount": "mount",
    "pivot_root": "util-linux",
}
BUILD_PROGRAMS = {"mmdebstrap": "mmdebstrap"}

# A package moves to another version, or breaks, in a rolling suite: apt says it in these words.
_ARCHIVE_MOVED = (
    "unmet dependencies",
    "Unable to locate package",
    "has no installation candidate",
    "404",
)


class EngineUnavailable(Exception):
    """An engine cannot run here; the message says why in a sentence.

    `archive_moved` is true when the only reason is that Debian's rolling suite cannot be installed
    at the moment, for which no machine can be blamed.
    """

    def __init__(self, reason: str, *, archive_moved: bool = False) -> None:
        super().__init__(reason)
        self.archive_moved = archive_moved


@dataclass(frozen=True)
class RootRecipe:
    """What a root is made of. A `rolling` suite has no fixed versions."""

    name: str
    suite: str
    packages: tuple[str, ...]
    rolling: bool = False

    def command(self, target: Path) -> list[str]:
        """The command that unpacks this root into the empty folder `target`."""
        command = ["mmdebstrap", "--quiet", "--variant=extract"]
        # /bin, /lib and /sbin are links into /usr, whether or not a package knows of it.
        command += ["--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"]
        if self.rolling:
            command += ['--aptopt=Acquire::Check-Valid-Until "false"']
        return [*command, f"--include={','.join(self.packages)}", self.suite, str(target)]

    @property
    def folder_name(self) -> str:
        """A name that changes with the recipe, so that an old root is never taken for a new one."""
        recipe = "\n".join(self.command(Path("target")))
        return f"{self.name}-{hashlib.sha256(recipe.encode()).hexdigest()[:10]}"


def cache_folder() -> Path:
    """Where roots are kept: $SHIPSLOG_ENGINE_CACHE, or the user's own cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_cache_path("shipslog-engines")


def require_host() -> None:
    """Raises EngineUnavailable if this machine cannot run any engine."""
    if sys.platform != "linux":
        raise EngineUnavailable("Engines run on Linux only.")
    if os.geteuid() != 0:
        raise EngineUnavailable("Engines need root: run the tests as root, or with sudo.")
    _require_programs(HOST_PROGRAMS)


def root(recipe: RootRecipe) -> Path:
    """The finished root of a recipe, built first if it is not in the cache."""
    require_host()
    folder = cache_folder() / recipe.folder_name
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _only_one_process(folder.with_name(folder.name + ".lock")):
            if not folder.is_dir():
                _build(recipe, folder)
    return folder


def _build(recipe: RootRecipe, folder: Path) -> None:
    _require_programs(BUILD_PROGRAMS)
    for unfinished in folder.parent.glob(f"{folder.name}.build-*"):
        shutil.rmtree(unfinished)
    target = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{folder.name}.build-"))
    target.chmod(0o755)
    done = subprocess.run(recipe.command(target), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(target)
        raise EngineUnavailable(
            f"The root of {recipe.name} cannot be built from {recipe.suite}:\n{done.stderr}",
            archive_moved=recipe.rolling and any(word in done.stderr for word in _ARCHIVE_MOVED),
        )
    target.rename(folder)


def _require_programs(programs: dict[str, str]) -> None:
    for program, package in programs.items():
        if shutil.which(program) is None:
            raise EngineUnavailable(
                f"{program} is missing: install the Debian package {package} "
                f"(apt-get install {package})."
            )


@contextmanager
def _only_one_process(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
