"""The tables of a store, and the test that a file has them and nothing else.

`stored_events` holds the events, numbered without holes, each with its leaf in the ledger;
`frontier` is the right edge of the Merkle tree over the leaves, `checkpoint` the signed notes.
`reported` holds the fingerprints of engines' events, so that each is stored exactly once; time
leads its key after the engine, so that new rows go to the right edge of the tree.
`store` says which store this is.
"""

import sqlite3
import uuid
from pathlib import Path

from adapters.store.errors import NotAStore, StoreNewer
from domain.ledger.note import Key

FORMAT = 1
"""Raised whenever an older Shipslog could misread what this one writes."""

TABLES = {
    "stored_events": (
        "CREATE TABLE stored_events (\n"
        "    position INTEGER PRIMARY KEY AUTOINCREMENT,\n"
        "    originator_id TEXT NOT NULL,\n"
        "    originator_version INTEGER NOT NULL,\n"
        "    topic TEXT NOT NULL,\n"
        "    state BLOB NOT NULL,\n"
        "    leaf BLOB NOT NULL,\n"
        "    UNIQUE (originator_id, originator_version)\n"
        ")"
    ),
    "frontier": (
        "CREATE TABLE frontier (\n"
        "    id INTEGER PRIMARY KEY CHECK (id = 1),\n"
        "    size INTEGER NOT NULL,\n"
        "    hashes BLOB NOT NULL\n"
        ")"
    ),
    "checkpoint": "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL)",
    "reported": (
        "CREATE TABLE reported (\n"
        "    engine TEXT NOT NULL,\n"
        "    time_ns INTEGER NOT NULL,\n"
        "    digest BLOB NOT NULL,\n"
        "    PRIMARY KEY (engine, time_ns, digest)\n"
        ") WITHOUT ROWID"
    ),
    "store": "CREATE TABLE store (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
}

_SCHEMA = {
    *(("table", name, sql) for name, sql in TABLES.items()),
    ("table", "sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)"),
    ("index", "sqlite_autoindex_stored_events_1", None),
}


def is_blank(connection: sqlite3.Connection) -> bool:
    """Whether the file is a database without any table."""
    (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(count == 0)


def create(connection: sqlite3.Connection, *, now: int) -> None:
    """Makes the tables of a new store, in one transaction; does nothing where they are.

    Args:
        connection: to a file without tables.
        now: the moment of creation, nanoseconds since the epoch.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        if is_blank(connection):
            for statement in TABLES.values():
                connection.execute(statement)
            connection.execute("INSERT INTO frontier VALUES (1, 0, x'')")
            identity = {"format": FORMAT, "uuid": uuid.uuid4(), "created_at": now}
            connection.executemany(
                "INSERT INTO store VALUES (?, ?)", [(k, str(v)) for k, v in identity.items()]
            )
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def name_key(connection: sqlite3.Connection, key: Key) -> None:
    """Notes in the store which key seals it, for those who have no other word of it."""
    row = (f"vkey/{key.id.hex()}", key.vkey)
    if not connection.execute("SELECT 1 FROM store WHERE key = ? AND value = ?", row).fetchone():
        connection.execute("INSERT OR REPLACE INTO store VALUES (?, ?)", row)


def check(connection: sqlite3.Connection, path: Path) -> str:
    """The store's uuid, after making sure that the file is a store that this version reads.

    Raises:
        NotAStore: tables are missing, or there are views, triggers or tables of other making.
        StoreNewer: a later Shipslog wrote it.
    """
    found = {tuple(row) for row in connection.execute("SELECT type, name, sql FROM sqlite_master")}
    names = {(kind, name) for kind, name, _ in found}
    if ("table", "store") not in names or ("table", "stored_events") not in names:
        raise NotAStore(f"{path} is not a Shipslog store; give another --store.")
    told = dict(connection.execute("SELECT key, value FROM store"))
    version = str(told.get("format"))
    if version.isdecimal() and int(version) > FORMAT:
        raise StoreNewer(f"{path} was written by a later Shipslog (format {version}); update it.")
    if strange := sorted(found ^ _SCHEMA, key=str):
        kind, name, _ = strange[0]
        raise NotAStore(f"{path} is refused: its {kind} {name!r} is not as Shipslog makes it.")
    store_uuid = str(told.get("uuid"))
    if version != str(FORMAT) or not _is_uuid(store_uuid):
        raise NotAStore(f"{path} does not say which store it is; restore it from a copy.")
    return store_uuid


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
