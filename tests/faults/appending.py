"""A process that appends a history to a store and tells what is safe, for others to disturb.

Run as `python -m tests.faults.appending FOLDER SETTINGS`, the settings being JSON.
"""

import random
import sys
from pathlib import Path

import msgspec


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


def _append(folder: Path, settings: Settings) -> None:
    from adapters.store.opening import create_or_open
    from tests.adapters.store.sample import BEGIN, entries, reported

    place, keys = folder / "history" / "log.db", folder / "keys"
    batches = sizes(settings)
    half = len(batches) // 2
    stored = 0
    for part in (batches[:half], batches[half:]):
        writer = create_or_open(place, now=BEGIN, keys=keys)
        _tell(f"{stored} {writer.uuid} {writer.keyed_hash('value')}")
        for count in part:
            writer.append(entries(count, stored), reported(count, stored))
            stored += count
            _tell(f"{stored} {writer.uuid} {writer.keyed_hash('value')}")
        writer.close()


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _settings = msgspec.json.decode(sys.argv[2], type=Settings)
    if _settings.own_sqlite:
        use_own_sqlite()
    _disturb(_settings)
    _append(Path(sys.argv[1]), _settings)
