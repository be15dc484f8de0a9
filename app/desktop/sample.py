"""The bundled sample history, copied to where SQLite may write beside it."""

import shutil
from importlib import resources
from pathlib import Path

from domain.errors import ShipslogError

_SAMPLE = resources.files("resources") / "sample" / "shipslog.db"


def copy_sample(folder: Path) -> Path:
    """A fresh copy of the sample in a folder.

    Raises:
        ShipslogError: this installation has no sample.
    """
    if not _SAMPLE.is_file():
        raise ShipslogError("This installation has no sample history; reinstall Shipslog.")
    target = folder / "sample.db"
    with _SAMPLE.open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target
