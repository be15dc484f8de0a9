"""A recording on a disk that is full for a while.

Run as `python -m tests.faults.full_disk FOLDER OWN_SQLITE`, in a folder on a small disk of its
own, or with a limit on the size of a file; it tells what came of it as JSON.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.faults.appending import append, opened, use_own_sqlite

_DISK_KB = 3000
_BALLAST_KB = 2200
_FILE_LIMIT = 300_000
_BATCH = 50


class Story(msgspec.Struct):
    """What came of it."""

    before: int = 0
    """Events that were stored before the disk was full."""
    sentences: list[str] = []
    """What the person was told, an entry for each attempt."""
    kept: int = 0
    """Events that a reader found while the disk was full."""
    after: int = 0
    """Events that were stored in the end."""
    result: str = ""
    """What verifying came to."""


def on_a_small_disk(folder: Path, *, own_sqlite: bool) -> Story:
    """Records on a file system of its own, which only that process sees, until it is full."""
    mount = f'mount -t tmpfs -o size={_DISK_KB}k none "$0" && exec "$@"'
    return _story([*_alone(), "sh", "-c", mount, str(folder)], folder, "disk", own_sqlite)


def may_make_a_disk() -> bool:
    """Whether this account may have file systems of its own."""
    return subprocess.run([*_alone(), "true"], check=False).returncode == 0


def _alone() -> list[str]:
    return ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def with_small_files(folder: Path, *, own_sqlite: bool) -> Story:
    """Records until no file may grow any more."""
    return _story([], folder, "files", own_sqlite)


def _story(before: list[str], folder: Path, what: str, own_sqlite: bool) -> Story:
    command = [sys.executable, "-m", "tests.faults.full_disk", str(folder), what]
    ran = subprocess.run(
        [*before, *command, str(int(own_sqlite))],
        check=True,
        stdout=subprocess.PIPE,
        timeout=120,
    )
    return msgspec.json.decode(ran.stdout, type=Story)


def _fill_disk(folder: Path) -> Callable[[], None]:
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(_BALLAST_KB * 1024))
    return ballast.unlink


def _limit_files(_folder: Path) -> Callable[[], None]:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_LIMIT, most))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _record(folder: Path, make_room: Callable[[], None]) -> Story:
    from adapters.store.errors import StoreUnwritable
    from adapters.store.verification import verify
    from tests.adapters.store.sample import entries, reported
    from tests.faults.reading import everything

    story = Story()
    writer = opened(folder, story.sentences.append)
    stored = 0
    while len(story.sentences) < 4:
        try:
            writer.append(entries(_BATCH, stored), reported(_BATCH, stored))
            stored += _BATCH
        except StoreUnwritable as error:
            story.sentences.append(str(error))
    story.before = stored
    place = folder / "history" / "log.db"
    story.kept = len(everything(place))
    make_room()
    for _ in range(5):
        append(writer, _BATCH, stored, story.sentences.append)
        stored += _BATCH
    writer.close()
    story.after = stored if everything(place) == entries(stored) else -1
    story.result = verify(place, key_folder=folder / "keys", thorough=True).result
    return story


if __name__ == "__main__":
    if sys.argv[3] == "1":
        use_own_sqlite()
    _folder = Path(sys.argv[1])
    _make_room = (_fill_disk if sys.argv[2] == "disk" else _limit_files)(_folder)
    sys.stdout.buffer.write(msgspec.json.encode(_record(_folder, _make_room)))
