"""Files and folders that only this account can open, and that are still there after a power cut."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Makes the folder and what is missing above it, open to this account only (0700)."""
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        with _undone_if_it_fails(folder.rmdir):
            sync_folder(folder.parent)


def write_private(path: Path, data: bytes, *, replace: bool) -> None:
    """Writes a whole file that only this account can read (0600), durably or not at all.

    Where it replaces a file, a power cut may leave that one.

    Raises:
        FileExistsError: the file is there and must not be replaced.
    """
    whole = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            whole.replace(path)
        else:
            os.link(whole, path)
            with _undone_if_it_fails(path.unlink):
                sync_folder(path.parent)
    finally:
        whole.unlink(missing_ok=True)


@contextmanager
def _undone_if_it_fails(undo: Callable[[], None]) -> Iterator[None]:
    """What a sync did not bring to the disk, no later one may: the next attempt makes it anew."""
    try:
        yield
    except OSError:
        undo()
        raise


def sync_folder(folder: Path) -> None:
    """Brings the names of a folder to the disk; syncing a file does not bring its own there."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
