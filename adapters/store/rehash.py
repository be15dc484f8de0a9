"""Reading a store as raw rows, in whatever state the file is, and its leaves computed anew."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from adapters.store.errors import StoreBusy, StoreDamaged, StoreUnwritable
from adapters.store.sqlite_engine import faults_as_sentences
from domain.errors import ShipslogError
from domain.ledger.merkle import leaf_hash, leaf_hashes

_CHUNK = 1000
_ROWS = (
    "SELECT position, originator_id, originator_version, topic, state, leaf FROM stored_events "
    "WHERE position > ? ORDER BY position LIMIT ?"
)
_NOT_AN_EVENT = (TypeError, ValueError, AttributeError)
"""What hashing raises where a column holds something else than it should."""


class Broken(Exception):
    """Something does not fit; `position` is where, None where no event can be named."""

    def __init__(self, position: int | None, reason: str) -> None:
        super().__init__(reason)
        self.position = position


def leaves_anew(connection: sqlite3.Connection, path: Path, upto: int) -> Iterator[list[bytes]]:
    """The leaves of all events up to a position, in lists, each as computed now.

    Raises:
        Broken: an event is missing, unreadable, or not the one that the ledger has a leaf of.
            The leaves before it have been given.
        StoreBusy: another process keeps the file locked.
    """
    after = 0
    while after < upto:
        count = min(_CHUNK, upto - after)
        rows = _rows(connection, path, after, count)
        good = _agreeing(rows, after)
        yield [row[5] for row in rows[:good]]
        if good < count:
            raise Broken(after + good + 1, _what_is_wrong(rows, after, good))
        after += count


def _rows(connection: sqlite3.Connection, path: Path, after: int, count: int) -> list[Any]:
    """The rows behind a position, as far as they can be read."""
    try:
        with faults_as_sentences(path):
            return connection.execute(_ROWS, (after, count)).fetchall()
    except StoreBusy:
        raise
    except ShipslogError:
        rows: list[Any] = []
    with suppress(StoreDamaged, StoreUnwritable):
        for position in range(after, after + count):
            with faults_as_sentences(path):
                rows += connection.execute(_ROWS, (position, 1)).fetchall()
    return rows


def _agreeing(rows: Sequence[Any], after: int) -> int:
    """How many of the rows, from the first on, belong there and have the leaf that they make."""
    with suppress(*_NOT_AN_EVENT):
        numbered = [row[0] for row in rows] == list(range(after + 1, after + 1 + len(rows)))
        if numbered and leaf_hashes([row[:5] for row in rows]) == [row[5] for row in rows]:
            return len(rows)
    for index, row in enumerate(rows):
        try:
            if row[0] != after + index + 1 or row[5] != leaf_hash(*row[:5]):
                return index
        except _NOT_AN_EVENT:
            return index
    return len(rows)


def _what_is_wrong(rows: Sequence[Any], after: int, good: int) -> str:
    position = after + good + 1
    if good >= len(rows):
        return f"event {position} cannot be read"
    if rows[good][0] != position:
        return f"event {position} is missing"
    return f"event {position} is not the one that was stored"


def read_the_rest(
    connection: sqlite3.Connection, path: Path, events: int, *, thorough: bool
) -> None:
    """Reads what the ledger does not cover: the index of streams, and the fingerprints.

    Raises:
        Broken: it cannot be read, or the index lacks some of the `events`.
        StoreBusy: another process keeps the file locked.
    """
    question = "PRAGMA integrity_check(1)" if thorough else "SELECT 'ok'"
    try:
        with faults_as_sentences(path):
            # SQLite counts the rows of a table by its smallest index.
            (indexed,) = connection.execute("SELECT count(*) FROM stored_events").fetchone()
            connection.execute("SELECT count(*) FROM reported").fetchone()
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
            (answer,) = connection.execute(question).fetchone()
    except StoreBusy:
        raise
    except ShipslogError as error:
        raise Broken(None, str(error)) from error
    if answer != "ok":
        raise Broken(None, f"SQLite finds the file damaged: {answer}")
    # SQLite notices pages that are missing, and reads zeros for a missing part of the last one.
    if path.stat().st_size % page_size:
        raise Broken(None, "the file is cut short")
    if indexed < events:
        raise Broken(None, f"the index of streams has {indexed} of the {events} events")
