"""The library's SQLite datastore, made to write durably and with whichever SQLite is sound."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eventsourcing import persistence
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from adapters.store.sqlite_engine import SQLITE, connect

_WRITING = (
    f"PRAGMA journal_mode={SQLITE.journal_mode}",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA fullfsync=ON",
    "PRAGMA checkpoint_fullfsync=ON",
    "PRAGMA cache_size=-32768",
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA journal_size_limit=67108864",
)
"""`EXTRA` is `FULL` and, with a rollback journal, also brings the journal's removal to the disk:
that removal is the commit, and a journal that comes back after a power cut takes it back.
`fullfsync` is what makes a commit durable on macOS; elsewhere it does nothing. A checkpoint
every 16 MB instead of every 4 MB writes the pages of the index less often."""

_AT_ONCE = 1 << 20

_LIBRARY_ERRORS = tuple(
    (getattr(SQLITE.dbapi, name), getattr(persistence, name))
    for name in (
        "InterfaceError",
        "DataError",
        "OperationalError",
        "IntegrityError",
        "InternalError",
        "ProgrammingError",
        "NotSupportedError",
        "DatabaseError",
    )
)


def open_for_writing(path: Path) -> sqlite3.Connection:
    """A connection that commits durably; the file must exist."""
    connection = connect(path)
    for pragma in _WRITING:
        connection.execute(pragma)
    return connection


class StoreConnection(SQLiteConnection):
    """A connection whose writing transactions take the lock at once.

    A transaction that reads first and writes later can find that another process wrote between,
    and then nothing helps but starting again.
    """

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A cursor inside a transaction; errors come as the library's own."""
        cursor = self.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if commit else "BEGIN")
            try:
                yield cursor
            except BaseException:
                self.rollback()
                raise
            if commit:
                self.commit()
            else:
                self.rollback()
        except SQLITE.dbapi.Error as error:
            raise _as_library_error(error) from error
        finally:
            cursor.sqlite_cursor.close()


def _as_library_error(error: Exception) -> persistence.PersistenceError:
    for kind, library_kind in _LIBRARY_ERRORS:
        if isinstance(error, kind):
            found: persistence.PersistenceError = library_kind(error)
            return found
    return persistence.PersistenceError(error)


class _StorePool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = open_for_writing(Path(self.db_name))
        except SQLITE.dbapi.Error as error:
            raise _as_library_error(error) from error
        connection.row_factory = SQLITE.dbapi.Row
        return StoreConnection(sqlite_conn=connection, max_age=self.max_age)


class StoreDatastore(SQLiteDatastore):
    """The connections of one store; stream ids are texts."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), originator_id_type="text")
        # The library's own pool has no connection yet, and would open them in its own way.
        self.pool = _StorePool(db_name=str(path), pool_size=2)

    def write_log_again(self) -> None:
        """Writes what the write-ahead log holds over itself, and waits for the disk.

        A system that could not sync a file may take it for synced from then on, and shows what
        never reached the disk. Nothing may be built on that: a power cut would take it away from
        under what is appended next.

        Raises:
            OSError: the disk refuses again.
        """
        log = Path(f"{self.pool.db_name}-wal")
        # Whoever else writes the log has to wait meanwhile.
        with self.transaction(commit=True):
            if log.exists():
                _write_again(log)

    def empty_log(self) -> None:
        """Brings what the write-ahead log holds into the file, which may be elsewhere by now.

        SQLite takes the log of a file that was moved for that of whatever is put in its place.
        """
        with self.get_connection(commit=True) as connection:
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except SQLITE.dbapi.Error as error:
                raise _as_library_error(error) from error


def _write_again(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        while data := file.read(_AT_ONCE):
            file.seek(-len(data), os.SEEK_CUR)
            file.write(data)
        os.fsync(file.fileno())
