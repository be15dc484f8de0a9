"""Which SQLite is used, and with which journal; `shipslog doctor` prints it.

SQLite 3.7.0 to 3.51.2 can lose committed transactions in WAL mode when two connections write or
checkpoint at once (the WAL-reset bug; mended in 3.51.3, and in 3.50.7 and 3.44.6 of the older
lines). Python's own SQLite is often one of these, so a sound one from `pysqlite3` is preferred,
and where there is none the store uses a rollback journal, which is slower and not affected.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal, NamedTuple

from adapters.store.errors import NotAStore, StoreBusy, StoreDamaged, StoreUnwritable
from domain.errors import ShipslogError

LOCK_TIMEOUT_SECONDS = 30


class SqliteEngine(NamedTuple):
    """A module that talks to SQLite, and what is known of the library inside."""

    dbapi: ModuleType
    version: tuple[int, ...]
    sound_wal: bool

    @property
    def journal_mode(self) -> str:
        """`wal` or `delete`."""
        return "wal" if self.sound_wal else "delete"

    def __str__(self) -> str:
        """A line for the person."""
        version = ".".join(map(str, self.version))
        why = "" if self.sound_wal else ", because its WAL mode can lose data"
        return f"SQLite {version} ({self.dbapi.__name__}), journal {self.journal_mode}{why}"


def has_sound_wal(version: tuple[int, ...]) -> bool:
    """Whether this version of SQLite is free of the WAL-reset bug."""
    return (
        version >= (3, 51, 3)
        or (3, 50, 7) <= version < (3, 51)
        or (3, 44, 6) <= version < (3, 45)
        or version < (3, 7)
    )


def choose(modules: Iterable[ModuleType]) -> SqliteEngine:
    """The first engine with a sound WAL, else the first of all."""
    engines = [
        SqliteEngine(module, version, has_sound_wal(version))
        for module in modules
        for version in [tuple(map(int, module.sqlite_version.split(".")))]
    ]
    return next((engine for engine in engines if engine.sound_wal), engines[0])


def _installed() -> list[ModuleType]:
    try:
        return [sqlite3, import_module("pysqlite3")]
    except ImportError:
        return [sqlite3]


SQLITE = choose(_installed())
"""The engine that every store of this process is opened with."""


def connect(
    path: str | Path, *, how: Literal["rw", "ro", "ro&immutable=1"] = "rw"
) -> sqlite3.Connection:
    """A connection in autocommit mode to a file that exists.

    The file's schema is not trusted to call functions, and cells are checked against their page.

    Args:
        path: the file.
        how: SQLite's mode; `immutable` reads, without making a journal, a file that nobody writes.
    """
    connection: sqlite3.Connection = SQLITE.dbapi.connect(
        f"{Path(path).absolute().as_uri()}?mode={how}",
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        timeout=LOCK_TIMEOUT_SECONDS,
    )
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA mmap_size=0")
    return connection


@contextmanager
def log_kept(path: Path) -> Iterator[None]:
    """Keeps the write-ahead log as it is when connections are closed while the block runs.

    The last one to be closed empties the log into the store, unless it can only read.
    """
    log = path.with_name(f"{path.name}-wal")
    if not (SQLITE.sound_wal and path.exists() and log.exists()):
        yield
        return
    keeper = connect(path, how="ro")
    try:
        keeper.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
    finally:
        keeper.close()


@contextmanager
def faults_as_sentences(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into an error of Shipslog that names the store."""
    try:
        yield
    except SQLITE.dbapi.Error as error:
        raise sentence_for(path, error) from error


def sentence_for(path: Path, error: BaseException) -> ShipslogError:
    """What a fault of SQLite means for the store at this path."""
    text = str(error)
    if "locked" in text or "Timed out" in text:
        return StoreBusy(f"{path} is locked by another process; close it there and try again.")
    if "not a database" in text or "unsupported file format" in text:
        return NotAStore(f"{path} is not a Shipslog store; give another --store.")
    if "full" in text:
        return StoreUnwritable(f"{path} could not be written: the disk is full; free some space.")
    if "readonly" in text or "unable to open" in text:
        return StoreUnwritable(f"{path} cannot be opened or written ({text}); check who may.")
    if "disk I/O" in text:
        return StoreUnwritable(f"{path} could not be read or written ({text}); check the disk.")
    return StoreDamaged(f"{path} is damaged ({text}); run `shipslog verify {path}`.")
