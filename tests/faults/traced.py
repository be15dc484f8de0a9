"""What a process does to the files below a folder, call by call, as strace sees it.

Left out are the files that SQLite keeps in memory (`-shm`); it makes them anew after a power cut.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias


class Made(NamedTuple):
    """A file or a folder that was not there."""

    path: str
    is_folder: bool


class Wrote(NamedTuple):
    """Bytes at a place in a file."""

    path: str
    offset: int
    data: bytes


class Cut(NamedTuple):
    """A file was given this length."""

    path: str
    size: int


class Named(NamedTuple):
    """A file got a second name."""

    path: str
    name: str


class Renamed(NamedTuple):
    """A file got another name."""

    path: str
    name: str


class Removed(NamedTuple):
    """A name went away."""

    path: str


class Synced(NamedTuple):
    """A file or a folder was to be brought to the disk."""

    path: str
    failed: bool


class Told(NamedTuple):
    """The process wrote a line to its standard output."""

    line: str


Call: TypeAlias = Made | Wrote | Cut | Named | Renamed | Removed | Synced | Told

_CALLS = "openat,mkdir,pwrite64,write,ftruncate,unlink,rename,link,fsync,fdatasync"
_LINE = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+)")
_OPEN_FILE = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def traced(
    module: str, arguments: Sequence[str], below: Path, *, inject: Sequence[str] = ()
) -> list[Call]:
    """Runs a module of Python and gives what it did below the folder, and what it told.

    Args:
        module: to be run as `python -m`, in one thread.
        arguments: for the module.
        below: the folder.
        inject: the faults to be made, as strace's `--inject` takes them.
    """
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        watched = ("strace", "-f", "-qq", "-y", "-xx", "-s", "10000000", "-o", str(trace))
        faults = [f"--inject={fault}" for fault in inject]
        python = (sys.executable, "-m", module, *arguments)
        subprocess.run(
            [*watched, f"--trace={_CALLS}", *faults, *python],
            check=True,
            stdout=subprocess.PIPE,
            timeout=600,
        )
        with trace.open() as lines:
            return list(_calls(lines, str(below)))


def _calls(lines: Iterator[str], below: str) -> Iterator[Call]:
    files = _Files()
    for line in lines:
        if (found := _LINE.match(line)) is None:
            continue
        name, arguments, result = found[1], found[2], int(found[3])
        texts = [_unescaped(text) for text in _TEXT.findall(arguments)]
        held = _OPEN_FILE.match(arguments)
        if held and name != "openat":
            path = _path(held[2])
            if held[1] == "1" and name == "write":
                yield Told(texts[0].decode().strip())
            call = files.content(name, path, arguments, result, texts)
        else:
            path = texts[0].decode()
            call = files.name(name, path, arguments, result, texts)
        if call is not None and path.startswith(below) and not path.endswith("-shm"):
            yield call


class _Files:
    """What must be remembered of one call for the next."""

    def __init__(self) -> None:
        self._there: set[str] = set()
        self._written: dict[str, int] = {}

    def content(
        self, name: str, path: str, arguments: str, result: int, texts: list[bytes]
    ) -> Call | None:
        """A call that names an open file."""
        if name in ("fsync", "fdatasync"):
            return Synced(path, result < 0)
        if result < 0:
            return None
        if name == "ftruncate":
            return Cut(path, int(arguments.rsplit(",", 1)[1]))
        if name == "pwrite64":
            return Wrote(path, int(arguments.rsplit(",", 1)[1]), texts[0][:result])
        at = self._written.get(path, 0)
        self._written[path] = at + result
        return Wrote(path, at, texts[0][:result])

    def name(
        self, name: str, path: str, arguments: str, result: int, texts: list[bytes]
    ) -> Call | None:
        """A call that names a path."""
        if result < 0:
            return None
        if name == "mkdir":
            return Made(path, is_folder=True)
        if name == "openat":
            self._written[path] = 0
            new = "O_CREAT" in arguments and path not in self._there
            self._there |= {path} if new else set()
            return Made(path, is_folder=False) if new else None
        if name == "unlink":
            self._there.discard(path)
            return Removed(path)
        other = texts[1].decode()
        self._there.add(other)
        if name == "rename":
            self._there.discard(path)
            return Renamed(path, other)
        return Named(path, other)


def _unescaped(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _path(shown: str) -> str:
    return _unescaped(shown).decode() if shown.startswith("\\x") else shown
