"""Opening a store, to write or to read, after a look at what the file is."""

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.store import schema
from adapters.store.errors import NotAStore, StoreMissing, StoreUnwritable
from adapters.store.private_files import make_private_folder
from adapters.store.reader import Reader
from adapters.store.sqlite_engine import SQLITE, connect, faults_as_sentences, log_kept

if TYPE_CHECKING:
    from adapters.store.writer import Writer


def create_or_open(path: Path, *, now: int, keys: Path | None = None) -> "Writer":
    """Opens a store for appending; makes it, and its folder, where they are not.

    A new folder is open to this account only (0700), and so are the store and its journal (0600).

    Args:
        path: the store's file.
        now: the moment of creation, nanoseconds since the epoch.
        keys: the folder of the signing keys; by default the platform's data folder has it.

    Raises:
        NotAStore, StoreNewer, StoreDamaged: the file is not a store that can be appended to.
        StoreUnwritable, StoreBusy: the file or its folder cannot be written.
        KeyUnusable: the store's signing key cannot be read or made.
    """
    # Signing and the library are imported only by who writes: reading starts 80 ms sooner.
    from adapters.store import keys as signing
    from adapters.store.writer import Writer

    path = path.expanduser().absolute()
    _make_file(path)
    with faults_as_sentences(path):
        # Not yet as a writer would: a file of other making must not even get another journal.
        connection = _looked_into(connect(path))
        try:
            if schema.is_blank(connection):
                schema.create(connection, now=now)
            uuid = schema.check(connection, path)
            with log_kept(path):
                key = signing.load_or_make_key(keys or signing.default_folder(), uuid)
                schema.name_key(connection, key.key)
                connection.close()
                return Writer(path, uuid, key)
        finally:
            connection.close()


def open_reader(path: Path) -> Reader:
    """Opens a store for reading only.

    Raises:
        StoreMissing: there is no such file.
        NotAStore, StoreNewer, StoreDamaged: the file is not a store that can be read.
    """
    path = path.expanduser().absolute()
    connection = connect_to_read(path)
    try:
        with faults_as_sentences(path):
            return Reader(path, schema.check(connection, path), connection)
    except BaseException:
        connection.close()
        raise


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, to a file that may be of any making.

    A store in a folder that cannot be written, without a journal, is read as it lies there. An
    append that a crash interrupted is undone first.

    Raises:
        StoreMissing: there is no such file.
        NotAStore, StoreUnwritable, StoreDamaged: SQLite cannot read it.
    """
    if not path.exists():
        raise StoreMissing(f"There is no store at {path}; `shipslog record` makes one.")
    if not path.is_file():
        raise NotAStore(f"{path} is not a file; give another --store.")
    with faults_as_sentences(path):
        try:
            return _looked_into(connect(path, how="ro"))
        except SQLITE.dbapi.OperationalError:
            if _is_there(path, "-journal"):
                # A writer ended in the middle of a transaction; only who may write can undo it,
                # and until then what lies there is half of it.
                _looked_into(connect(path)).close()
                return _looked_into(connect(path, how="ro"))
            if _is_there(path, "-wal"):
                raise
            return _looked_into(connect(path, how="ro&immutable=1"))


def _is_there(path: Path, tail: str) -> bool:
    journal = path.with_name(f"{path.name}{tail}")
    return journal.exists() and journal.stat().st_size > 0


def _looked_into(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _make_file(path: Path) -> None:
    try:
        make_private_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except IsADirectoryError:
        raise NotAStore(f"{path} is a folder; give the name of a file to --store.") from None
    except OSError as error:
        raise StoreUnwritable(f"{path} cannot be written ({error.strerror}).") from error
