"""What lets others at a store: rights of its files, and of the folders above it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Exposure(NamedTuple):
    """One thing that is open to others."""

    finding: str
    remedy: str
    replaceable: bool
    """Whether others can put another file in the store's place."""


def exposures(store: Path) -> Iterator[Exposure]:
    """What others can do to the store, which need not exist; nothing where rights are not POSIX's.

    A seal tells what was done to a sealed store, and cannot keep anybody from doing it.
    """
    if os.name != "posix":
        return
    store = store.expanduser().absolute()
    tails = ("", "-wal", "-shm", "-journal")
    files = [store.with_name(store.name + tail) for tail in tails]
    if exposed := [str(file) for file in files if file.exists() and _mode(file) & 0o077]:
        paths = " ".join(exposed)
        yield Exposure(f"others can read or write {paths}", f"chmod 600 {paths}", False)
    for folder in store.parents:
        if folder.exists() and _is_open(_mode(folder)):
            finding = f"everybody can replace files in {folder} (mode {_mode(folder):04o})"
            own = "or keep the store in a folder of your own"
            yield Exposure(finding, f"chmod o-w {folder}, {own}", True)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _is_open(mode: int) -> bool:
    """In a sticky folder, as /tmp is, nobody moves what belongs to another."""
    return bool(mode & stat.S_IWOTH and not mode & stat.S_ISVTX)
