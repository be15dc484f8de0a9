"""The bundled sample history, copied to where SQLite may write beside it."""

import shutil
from pathlib import Path

from domain.errors import ShipslogError
from resources.sample import week


def copy_sample(folder: Path) -> Path:
    """A fresh copy of the sample in a folder.

    Raises:
        ShipslogError: this installation has no sample.
    """
    source = week()
    if not source.is_file():
        raise ShipslogError("This installation has no sample history; reinstall Shipslog.")
    return Path(shutil.copyfile(source, folder / source.name))
