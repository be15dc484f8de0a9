"""Reading a store as raw rows, in whatever state the file is, and its leaves computed anew."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from adapters.store.errors import StoreBusy
from adapters.store.sqlite_engine import faults_as_sentences
from domain.errors import ShipslogError
from domain.ledger.merkle import leaf_hash, leaf_hashes

_CHUNK = 1000
_EVENTS = (
    "SELECT position, originator_id, originator_version, topic, state FROM stored_events "
    "WHERE position > ? ORDER BY position LIMIT ?"
)
_LEAVES = "SELECT leaf FROM ledger WHERE position > ? ORDER BY position LIMIT ?"
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
        try:
            with faults_as_sentences(path):
                rows = connection.execute(_EVENTS, (after, count)).fetchall()
                kept = [leaf for (leaf,) in connection.execute(_LEAVES, (after, count))]
        except StoreBusy:
            raise
        except ShipslogError:
            rows, kept = _readable(connection, path, after, count)
        leaves = _leaves_of(rows, after)
        good = len(leaves) if leaves == kept else _agreeing(leaves, kept)
        yield leaves[:good]
        if good < count:
            raise Broken(after + good + 1, _what_is_wrong(rows, after, good))
        after += count


def _leaves_of(rows: Sequence[Any], after: int) -> list[bytes]:
    """The leaves of the rows, as far as they are the events that belong there."""
    try:
        if [row[0] for row in rows] == list(range(after + 1, after + 1 + len(rows))):
            return leaf_hashes(rows)
    except _NOT_AN_EVENT:
        pass
    leaves: list[bytes] = []
    with suppress(*_NOT_AN_EVENT):
        for expected, row in enumerate(rows, after + 1):
            if row[0] != expected:
                break
            leaves.append(leaf_hash(*row))
    return leaves


def _agreeing(leaves: Sequence[bytes], kept: Sequence[object]) -> int:
    for index, leaf in enumerate(leaves):
        if index >= len(kept) or leaf != kept[index]:
            return index
    return len(leaves)


def _readable(
    connection: sqlite3.Connection, path: Path, after: int, count: int
) -> tuple[list[Any], list[object]]:
    """The rows that can be read one by one, where reading them together failed."""
    rows: list[Any] = []
    kept: list[object] = []
    try:
        for position in range(after, after + count):
            with faults_as_sentences(path):
                rows += connection.execute(_EVENTS, (position, 1)).fetchall()
                kept += [leaf for (leaf,) in connection.execute(_LEAVES, (position, 1))]
    except ShipslogError:
        pass
    return rows, kept


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
            (answer,) = connection.execute(question).fetchone()
    except StoreBusy:
        raise
    except ShipslogError as error:
        raise Broken(None, str(error)) from error
    if answer != "ok":
        raise Broken(None, f"SQLite finds the file damaged: {answer}")
    if indexed < events:
        raise Broken(None, f"the index of streams has {indexed} of the {events} events")
