"""The library's SQLite recorder, with the ledger in the same transaction.

Positions are counted under the write lock and written out, so that a transaction rolled back
burns none and they have no holes.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from adapters.store.datastore import StoreDatastore
from adapters.store.errors import StoreDamaged
from adapters.store.keys import SigningKey
from domain.ledger.checkpoint import Head, head_in
from domain.ledger.merkle import Frontier, leaf_hash, leaf_hashes

SEAL_EVERY = 1000
"""Events after which the ledger is sealed without being asked."""

_MAX_INT = 2**63 - 1


def clamped(moment: int) -> int:
    """The moment as SQLite can keep it: engines and files may state any number."""
    return min(max(moment, -_MAX_INT - 1), _MAX_INT)


class LedgerRecorder(SQLiteApplicationRecorder):
    """Stores events with their leaves, the fingerprints they were reported with, and seals."""

    def __init__(
        self,
        datastore: StoreDatastore,
        key: SigningKey | None,
        acknowledged: Frontier | None = None,
    ) -> None:
        """With what was `acknowledged` before, the end of the store is looked at first."""
        super().__init__(datastore)
        self.key = key
        """Signs heads; None while the ledger must not be sealed."""
        self.sealed = -1
        """The size of the largest checkpoint that this recorder knows; -1 before the first."""
        self._frontier: Frontier | None = None
        self._expected = acknowledged

    @property
    def acknowledged(self) -> Frontier | None:
        """Where the events lead that were stored; None where none was looked at yet."""
        return self._expected if self._frontier is None else self._frontier

    def construct_create_table_statements(self) -> list[str]:
        """None: `schema` makes the tables, in one explicit step."""
        return []

    def head(self) -> int:
        """The position of the last event, 0 where there is none."""
        with self.datastore.transaction(commit=False) as cursor:
            return self._frontier_of(cursor).size

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Stores the events and the fingerprints (`reported`) in one transaction.

        Returns:
            The events' positions. Where the caller passes a list `positions`, they are put there
            instead, which spares the library two objects an event.
        """
        note = None
        with self.datastore.transaction(commit=True) as cursor:
            frontier = self._frontier_of(cursor).copy()
            positions = range(frontier.size + 1, frontier.size + 1 + len(stored_events))
            _insert(cursor, frontier, positions, stored_events)
            if reported := kwargs.get("reported"):
                cursor.executemany(
                    "INSERT INTO reported VALUES (?,?,?)",
                    [(engine, clamped(time), digest) for engine, time, digest in reported],
                )
            if self.key and frontier.size - self.sealed >= SEAL_EVERY:
                note = _insert_seal(cursor, frontier, self.key)
        self._stored(frontier, note)
        wanted: list[int] | None = kwargs.get("positions")
        if wanted is None:
            return positions
        wanted.extend(positions)
        return None

    def seal(self) -> Head:
        """Signs the current head, where that was not done yet, and gives it."""
        note = None
        with self.datastore.transaction(commit=True) as cursor:
            frontier = self._frontier_of(cursor)
            if self.key and frontier.size != self.sealed:
                note = _insert_seal(cursor, frontier, self.key)
        self._stored(frontier, note)
        return Head(frontier.size, frontier.root())

    def _stored(self, frontier: Frontier, note: str | None) -> None:
        self._frontier = frontier
        if note is not None and self.key is not None:
            self.sealed = frontier.size
            # The events are stored: that their seal cannot be remembered must not look as if
            # they were not. The next seal is remembered in its place.
            with suppress(OSError):
                self.key.remember(note)

    def _frontier_of(self, cursor: SQLiteCursor) -> Frontier:
        """The frontier; read again at first and where another process appended."""
        cursor.execute("SELECT size, hashes FROM frontier")
        size, hashes = cursor.fetchone() or (-1, b"")
        frontier = self._frontier
        if frontier is None or frontier.size != size:
            frontier = _read_frontier(cursor, size, hashes)
            if self._expected is not None:
                _check_tail(cursor, self._expected, frontier)
                self._expected = None
            cursor.execute("SELECT max(size) FROM checkpoint")
            (sealed,) = cursor.fetchone()
            self._frontier, self.sealed = frontier, -1 if sealed is None else sealed
        return frontier

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """As the library's; SQLite calls the row's number by the name of the column here."""
        wanted = f"AND topic IN ({','.join('?' * len(topics))})" if topics else ""
        first = (start or 0) + (not inclusive_of_start)
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT originator_id, originator_version, topic, state, position "
                f"FROM stored_events WHERE position BETWEEN ? AND ? {wanted} "
                "ORDER BY position LIMIT ?",
                (first, _MAX_INT if stop is None else stop, *topics, limit),
            )
            return [Notification(*row) for row in cursor.fetchall()]


def _read_frontier(cursor: SQLiteCursor, size: int, hashes: bytes) -> Frontier:
    """The stored frontier, after making sure that the events end where it says."""
    cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence")
    (numbered,) = cursor.fetchone()
    cursor.execute(
        "SELECT position, originator_id, originator_version, topic, state, leaf "
        "FROM stored_events ORDER BY position DESC LIMIT 1"
    )
    *last, leaf = cursor.fetchone() or (0, None)
    cursor.execute("SELECT note FROM checkpoint WHERE size = ?", (size,))
    notes = [head_in(str(note)) for (note,) in cursor.fetchall()]
    with suppress(ValueError, TypeError, AttributeError):
        frontier = Frontier.decode(size, hashes)
        counts_agree = size == last[0] == numbered
        ends_well = size == 0 or leaf == leaf_hash(*last)
        if counts_agree and ends_well and notes in ([], [Head(size, frontier.root())]):
            return frontier
    raise StoreDamaged(
        f"The store's ledger counts {size} events and its last event is number {last[0]}, or the "
        "two do not fit; run `shipslog verify` and record into a new store."
    )


def _check_tail(cursor: SQLiteCursor, acknowledged: Frontier, frontier: Frontier) -> None:
    """Makes sure that what is stored begins with what was acknowledged.

    Raises:
        StoreDamaged: it does not, or one of the last events is missing or another.
    """
    behind = max(acknowledged.size - SEAL_EVERY, 0)
    cursor.execute(
        "SELECT position, originator_id, originator_version, topic, state, leaf "
        "FROM stored_events WHERE position > ? ORDER BY position",
        (behind,),
    )
    rows = [tuple(row) for row in cursor.fetchall()]
    with suppress(ValueError, TypeError, AttributeError):
        leaves = leaf_hashes([row[:5] for row in rows])
        expected = acknowledged.copy()
        expected.append_many(leaves[acknowledged.size - behind :])
        complete = [row[0] for row in rows] == list(range(behind + 1, frontier.size + 1))
        as_stored = leaves == [row[5] for row in rows]
        if complete and as_stored and expected.encode() == frontier.encode():
            return
    raise StoreDamaged(
        f"After a fault of the disk the store does not hold the {acknowledged.size} events that "
        "were stored before it; run `shipslog verify` and record into a new store."
    )


def _insert(
    cursor: SQLiteCursor, frontier: Frontier, positions: range, events: Sequence[StoredEvent]
) -> None:
    """Writes the events and their leaves, and moves the frontier on."""
    rows = [
        (position, str(event.originator_id), event.originator_version, event.topic, event.state)
        for position, event in zip(positions, events, strict=True)
    ]
    leaves = leaf_hashes(rows)
    cursor.executemany(
        "INSERT INTO stored_events VALUES (?,?,?,?,?,?)",
        [(*row, leaf) for row, leaf in zip(rows, leaves, strict=True)],
    )
    frontier.append_many(leaves)
    cursor.execute("UPDATE frontier SET size=?, hashes=?", (frontier.size, frontier.encode()))


def _insert_seal(cursor: SQLiteCursor, frontier: Frontier, key: SigningKey) -> str:
    note = key.sign(Head(frontier.size, frontier.root()))
    cursor.execute("INSERT OR IGNORE INTO checkpoint VALUES (?,?)", (frontier.size, note))
    return note
