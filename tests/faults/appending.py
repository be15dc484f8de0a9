"""A process that appends a history to a store and tells what is safe, for others to disturb.

Run as `python -m tests.faults.appending FOLDER SETTINGS`, the settings being JSON.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from adapters.store.writer import Writer


class Settings(msgspec.Struct, frozen=True):
    """How to append."""

    batches: int
    seed: int
    own_sqlite: bool = False
    """Whether to use Python's own SQLite although a sound one is installed."""
    synchronous: str | None = None
    """Another way to wait for the disk than the program's."""
    checkpoint_pages: int = 20
    """After how many pages SQLite empties its write-ahead log; the program's 4,000 take long."""

    def __str__(self) -> str:
        """As the process takes it."""
        return msgspec.json.encode(self).decode()


def use_own_sqlite() -> None:
    """Hides the sound SQLite; to be called before a store is imported."""
    sys.modules["pysqlite3"] = None  # type: ignore[assignment]


def sizes(settings: Settings) -> list[int]:
    """The number of events in each batch."""
    chance = random.Random(settings.seed)
    return [chance.choice([1, 1, 2, 3, 7, 40, 300]) for _ in range(settings.batches)]


def _disturb(settings: Settings) -> None:
    from adapters.store import datastore

    pragmas = [*datastore._WRITING, f"PRAGMA wal_autocheckpoint={settings.checkpoint_pages}"]
    if settings.synchronous:
        pragmas.append(f"PRAGMA synchronous={settings.synchronous}")
    datastore._WRITING = tuple(pragmas)  # type: ignore[assignment]


def opened(folder: Path, said: Callable[[str], object]) -> "Writer":
    """The store below the folder, as soon as the disk allows; each refusal is said."""
    from adapters.store.errors import KeyUnusable, StoreUnwritable
    from adapters.store.opening import create_or_open
    from tests.adapters.store.sample import BEGIN

    while True:
        try:
            return create_or_open(folder / "history" / "log.db", now=BEGIN, keys=folder / "keys")
        except (StoreUnwritable, KeyUnusable) as error:
            said(str(error))


def append(writer: "Writer", count: int, stored: int, said: Callable[[str], object]) -> None:
    """Appends the next events of the history, again until they are stored; each refusal is said."""
    from adapters.store.errors import Conflict, StoreUnwritable
    from tests.adapters.store.sample import entries, reported

    while True:
        try:
            writer.append(entries(count, stored), reported(count, stored))
            return
        except StoreUnwritable as error:
            said(str(error))
        except Conflict:
            if writer.head() != stored + count:
                raise
            # An append was stored after all that could not be promised.
            return


def _append_all(folder: Path, settings: Settings) -> None:
    batches = sizes(settings)
    half = len(batches) // 2
    stored = 0
    for part in (batches[:half], batches[half:]):
        writer = opened(folder, _tell_refusal)
        _tell(stored, writer)
        for count in part:
            append(writer, count, stored, _tell_refusal)
            stored += count
            _tell(stored, writer)
        writer.close()


def _tell(stored: int, writer: "Writer") -> None:
    sys.stdout.write(f"{stored} {writer.uuid} {writer.keyed_hash('value')}\n")
    sys.stdout.flush()


def _tell_refusal(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    _settings = msgspec.json.decode(sys.argv[2], type=Settings)
    if _settings.own_sqlite:
        use_own_sqlite()
    _disturb(_settings)
    _append_all(Path(sys.argv[1]), _settings)
