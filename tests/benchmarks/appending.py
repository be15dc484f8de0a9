"""Durable appending, beside sqlite3 with the same rows in the same batches."""

import sqlite3
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from adapters.store.mapper import encode_state
from adapters.store.opening import create_or_open
from domain.facts import Entry
from tests.benchmarks.generate import batches
from tests.benchmarks.table import Row, seconds

_BATCH = 100
_AT_MOST = 20_000


def measure(events: int) -> Iterator[Row]:
    """Batches of 100, each its own durable transaction; ours with ledger and seals.

    The two take turns, so that both meet the same weather on the disk.
    """
    several = list(batches(min(events, _AT_MOST), _BATCH))
    ours, peers = [], []
    with tempfile.TemporaryDirectory() as folder:
        writer = create_or_open(Path(folder) / "ours.db", now=1, keys=Path(folder) / "keys")
        connection = _raw_store(Path(folder) / "raw.db")
        for batch in several:
            rows = [_row(entry) for entry in batch]
            ours.append(seconds(partial(writer.append, batch), times=1))
            peers.append(seconds(partial(_insert, connection, rows), times=1))
        connection.close()
        writer.close()
    yield Row(
        "append, batch 100",
        float(np.median(ours)),
        "sqlite3.executemany",
        float(np.median(peers)),
        "at least 0.5",
    )


def _row(entry: Entry) -> tuple[str, int, str, bytes]:
    fact = entry.fact
    return entry.originator_id, entry.originator_version, fact.TOPIC, encode_state(fact)


def _raw_store(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE stored_events (position INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT"
        ", originator_version INTEGER, topic TEXT, state BLOB"
        ", UNIQUE (originator_id, originator_version))"
    )
    return connection


def _insert(connection: sqlite3.Connection, rows: list[tuple[str, int, str, bytes]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
        "VALUES (?,?,?,?)",
        rows,
    )
    connection.execute("COMMIT")
