"""Files and folders that only this account can open."""

import os
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Makes the folder and what is missing above it, open to this account only (0700)."""
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, data: bytes, *, replace: bool) -> None:
    """Writes a whole file that only this account can read (0600), durably or not at all.

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
    finally:
        whole.unlink(missing_ok=True)
