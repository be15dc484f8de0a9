"""Durable appending, beside sqlite3 with the same rows in the same batches."""

import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

from adapters.store.mapper import encode_state
from adapters.store.opening import create_or_open
from domain.facts import Entry
from tests.benchmarks.generate import batches
from tests.benchmarks.table import Row

_BATCH = 100
_AT_MOST = 20_000


def measure(events: int) -> Iterator[Row]:
    """Batches of 100, each its own durable transaction; ours with ledger and seals."""
    several = list(islice(batches(min(events, _AT_MOST), _BATCH), None))
    with tempfile.TemporaryDirectory() as folder:
        ours = _append(several, Path(folder))
        peers = _insert(several, Path(folder) / "raw.db")
    yield Row("append, batch 100", ours, "sqlite3.executemany", peers, "at least 0.5")


def _append(several: list[list[Entry]], folder: Path) -> float:
    writer = create_or_open(folder / "ours.db", now=1, keys=folder / "keys")
    start = perf_counter()
    for batch in several:
        writer.append(batch)
    writer.seal()
    taken = perf_counter() - start
    writer.close()
    return taken


def _insert(several: list[list[Entry]], path: Path) -> float:
    rows = [
        [
            (each.originator_id, each.originator_version, each.fact.TOPIC, encode_state(each.fact))
            for each in batch
        ]
        for batch in several
    ]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE stored_events (position INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT"
        ", originator_version INTEGER, topic TEXT, state BLOB"
        ", UNIQUE (originator_id, originator_version))"
    )
    insert = (
        "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
        "VALUES (?,?,?,?)"
    )
    start = perf_counter()
    for batch in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, batch)
        connection.execute("COMMIT")
    taken = perf_counter() - start
    connection.close()
    return taken
