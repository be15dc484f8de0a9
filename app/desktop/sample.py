"""The bundled sample history, copied to where SQLite may write beside it."""

import shutil
from importlib import resources
from pathlib import Path

from domain.errors import ShipslogError

_FOLDER = resources.files("resources") / "sample"


def copy_sample(folder: Path) -> Path:
    """A fresh copy of the sample in a folder.

    Raises:
        ShipslogError: this installation has no sample.
    """
    sample = next((each for each in _FOLDER.iterdir() if each.name.endswith(".db")), None)
    if sample is None:
        raise ShipslogError("This installation has no sample history; reinstall Shipslog.")
    target = folder / "sample.db"
    with sample.open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target
