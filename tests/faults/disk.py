"""A disk that loses power: what was not synced is kept, lost, or torn, as chance has it.

As in ALICE (Pillai and others, OSDI 2014), what a sync has covered is certain, and nothing else
is: writes go to the disk in any order and by sectors, a file grows before its content arrives,
and a name is made or removed for certain only when its folder was synced.
"""

import random
from collections.abc import Iterator
from copy import copy
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from tests.faults.traced import Call, Cut, Made, Named, Removed, Renamed, Synced, Told, Wrote

_SECTOR = 512


class _File:
    """The bytes that are certain, and what was done to them since."""

    def __init__(self) -> None:
        self.certain = bytearray()
        self.since: list[Wrote | Cut] = []


_Names: TypeAlias = dict[str, _File | None]
"""What each path leads to: a file, or None for a folder."""
_Change: TypeAlias = dict[str, _File | bool | None]
"""What some paths lead to from now on; False where they lead nowhere."""


class Disk:
    """The files below a folder; a cut may be tried at any moment, and leaves the disk as it was."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self._root = str(root)
        self._chance = chance
        self._seen: _Names = {self._root: None}
        self._certain: _Names = {self._root: None}
        self._since: dict[str, list[_Change]] = {}

    def take(self, call: Call) -> None:
        """Does what the process did."""
        match call:
            case Made(path, is_folder):
                self._rename({path: None if is_folder else _File()})
            case Named(path, name):
                self._rename({name: self._seen[path]})
            case Renamed(path, name):
                self._rename({name: self._seen[path], path: False})
            case Removed(path):
                self._rename({path: False})
            case Wrote() | Cut():
                self._file(call.path).since.append(call)
            case Synced():
                self._sync(call)
            case Told():
                pass

    def after_a_cut(self) -> dict[str, bytes | None]:
        """The files, and None for folders, that are there when the power comes back."""
        keeping = self._chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        names = dict(self._certain)
        for changes in self._since.values():
            for change in self._some(changes, keeping):
                _apply(names, change)
        found: dict[str, bytes | None] = {}
        for path in sorted(names):
            if str(PurePosixPath(path).parent) in found or path == self._root:
                file = names[path]
                found[path] = None if file is None else bytes(self._torn(file, keeping))
        return found

    def _rename(self, change: _Change) -> None:
        _apply(self._seen, change)
        folder = str(PurePosixPath(next(iter(change))).parent)
        self._since.setdefault(folder, []).append(change)

    def _file(self, path: str) -> _File:
        file = self._seen[path]
        assert file is not None
        return file

    def _sync(self, call: Synced) -> None:
        """Of a sync that failed nothing is certain, and no later one makes up for it.

        Linux takes the pages for written that it could not write ("fsyncgate").
        """
        keeping = 0.5 if call.failed else 1.0
        file = self._seen[call.path]
        if file is not None:
            file.certain, file.since = self._torn(file, keeping), []
            return
        for change in self._some(self._since.pop(call.path, []), keeping):
            _apply(self._certain, change)

    def _some(self, changes: list[_Change], keeping: float) -> Iterator[_Change]:
        """Mostly the first few, as a file system with a journal keeps them."""
        if keeping < 1.0 and self._chance.random() < 0.5:
            changes = changes[: self._chance.randint(0, len(changes))]
            keeping = 1.0
        return (change for change in changes if self._chance.random() < keeping)

    def _torn(self, file: _File, keeping: float) -> bytearray:
        content = copy(file.certain)
        for done in file.since:
            match done:
                case Cut(_, size):
                    if self._chance.random() < keeping:
                        _fit(content, size)
                case Wrote():
                    self._write(content, done, keeping)
        return content

    def _write(self, content: bytearray, done: Wrote, keeping: float) -> None:
        whole = self._chance.random() < 0.7
        kept = self._chance.random() < keeping
        at, end = done.offset, done.offset + len(done.data)
        while at < end:
            upto = min(end, (at // _SECTOR + 1) * _SECTOR)
            if kept if whole else self._chance.random() < keeping:
                _put(content, at, done.data[at - done.offset : upto - done.offset])
            elif upto > len(content) and self._chance.random() < 0.2:
                # The file has grown, and holds what lay on the disk there before.
                _put(content, at, self._chance.randbytes(upto - at))
            at = upto


def _apply(names: _Names, change: _Change) -> None:
    for path, target in change.items():
        if isinstance(target, bool):
            names.pop(path, None)
        else:
            names[path] = target


def _fit(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


def _put(content: bytearray, at: int, data: bytes) -> None:
    if at > len(content):
        _fit(content, at)
    content[at : at + len(data)] = data


def lay_out(found: dict[str, bytes | None], root: Path, place: Path) -> None:
    """Writes what was found below `root` to another place."""
    for path, content in found.items():
        target = place / Path(path).relative_to(root)
        if content is None:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            target.write_bytes(content)
