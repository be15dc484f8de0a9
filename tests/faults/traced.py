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
    there: set[str] = set()
    ends: dict[str, int] = {}
    for line in lines:
        if (found := _LINE.match(line)) is None:
            continue
        name, arguments, result = found[1], found[2], int(found[3])
        texts = [_unescaped(text) for text in _TEXT.findall(arguments)]
        paths = [text.decode(errors="replace") for text in texts]
        held = _OPEN_FILE.match(arguments)
        path = _path(held[2]) if held and name != "openat" else paths[0]
        if held and held[1] == "1" and name == "write":
            yield Told(texts[0].decode().strip())
        elif not path.startswith(below) or path.endswith("-shm"):
            continue
        elif name in ("fsync", "fdatasync"):
            yield Synced(path, result < 0)
        elif result < 0:
            continue
        elif name == "openat":
            ends[path] = 0
            if "O_CREAT" in arguments and path not in there:
                there.add(path)
                yield Made(path, is_folder=False)
        elif name == "mkdir":
            yield Made(path, is_folder=True)
        elif name == "pwrite64":
            yield Wrote(path, int(arguments.rsplit(",", 1)[1]), texts[0][:result])
        elif name == "write":
            yield Wrote(path, ends[path], texts[0][:result])
            ends[path] += result
        elif name == "ftruncate":
            yield Cut(path, int(arguments.rsplit(",", 1)[1]))
        elif name == "unlink":
            there.discard(path)
            yield Removed(path)
        elif name == "rename":
            there.discard(path)
            there.add(paths[1])
            yield Renamed(path, paths[1])
        elif name == "link":
            there.add(paths[1])
            yield Named(path, paths[1])


def _unescaped(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _path(shown: str) -> str:
    return _unescaped(shown).decode() if shown.startswith("\\x") else shown
