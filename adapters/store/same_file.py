"""Whether the file of an open store is still the one at its path, and whole.

A writer that goes on after its file was moved or cut would acknowledge what nobody will find.
"""

import os
from pathlib import Path

from adapters.store.errors import StoreMoved

_PAGE_SIZE = slice(16, 18)
_PAGES = slice(28, 32)
"""Of the head of an SQLite file: the size of a page, and how many pages there are."""


class SameFile:
    """The file that was at a path when this was made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        found = path.stat()
        self._identity = (found.st_dev, found.st_ino)
        self._size = found.st_size

    def make_sure(self) -> None:
        """Looks at the path again; takes microseconds.

        Raises:
            StoreMoved: another file is there or none, or the file was cut short.
        """
        found = _found_at(self._path)
        if found is None or (found.st_dev, found.st_ino) != self._identity:
            raise StoreMoved(
                f"{self._path} was moved, replaced or deleted while it was being written; put it "
                "back, or start again to record into a new store."
            )
        # SQLite itself makes a file shorter, when somebody compacts it.
        if found.st_size < self._size and found.st_size < _size_by_its_head(self._path):
            raise StoreMoved(
                f"{self._path} was cut short while it was being written; restore it from a copy, "
                "or start again to record into a new store."
            )
        self._size = found.st_size


def _found_at(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _size_by_its_head(path: Path) -> int:
    """How long the file says that it is; at least its head."""
    with path.open("rb") as file:
        head = file.read(_PAGES.stop)
    page_size = int.from_bytes(head[_PAGE_SIZE], "big")
    # SQLite writes 1 where the page is too large for two bytes.
    page_size = 65536 if page_size == 1 else page_size
    return max(page_size * int.from_bytes(head[_PAGES], "big"), _PAGES.stop)
