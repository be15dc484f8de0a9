"""Reading a store: in order, by object, by position; never writing, whoever writes meanwhile."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from adapters.store.encoding import decode_state, storable
from adapters.store.errors import StoreDamaged
from adapters.store.sqlite_engine import faults_as_sentences
from domain.facts import Fact

_COLUMNS = "SELECT position, originator_id, originator_version, topic, state FROM stored_events "
_FAR = 2**63 - 1
_AT_ONCE = 500


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """A stored fact and its place in the store and in its object's stream."""

    position: int
    stream: str
    version: int
    fact: Fact


class Reader:
    """An open store, for one thread at a time; `opening.open_reader` gives it.

    Every method raises `StoreDamaged`, `StoreNewer` (an unknown kind of fact) or `StoreBusy`
    where what it reads cannot be had.
    """

    def __init__(self, path: Path, uuid: str, connection: sqlite3.Connection) -> None:
        self.path = path
        self.uuid = uuid
        self._connection = connection
        self._data_version = self._version_of_data()

    def head(self) -> int:
        """The position of the last event, 0 where there is none."""
        return int(self._row("SELECT coalesce(max(position), 0) FROM stored_events")[0])

    def read(
        self, after: int = 0, *, upto: int | None = None, chunk: int = 5000
    ) -> Iterator[list[Recorded]]:
        """The events behind a position, in order, in lists of at most `chunk`.

        No lock is held between two lists. What is appended meanwhile is read too, unless `upto`
        (the last position wanted) keeps it out.
        """
        last = _FAR if upto is None else upto
        query = f"{_COLUMNS} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
        while events := self._events(query, (after, last, chunk)):
            after = events[-1].position
            yield events
            if len(events) < chunk:
                return

    def of_topics(self, topics: Sequence[str], *, chunk: int = 5000) -> Iterator[Recorded]:
        """The events with one of these topics, in order; the others are not even decoded."""
        marks = ",".join("?" * len(topics))
        query = f"{_COLUMNS} WHERE position > ? AND topic IN ({marks}) ORDER BY position LIMIT ?"
        after = 0
        while events := self._events(query, (after, *topics, chunk)):
            yield from events
            after = events[-1].position

    def stream(self, stream_id: str) -> list[Recorded]:
        """The facts of one object, in the order of its stream."""
        query = f"{_COLUMNS} WHERE originator_id = ? ORDER BY originator_version"
        return self._events(query, (storable(stream_id),))

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at these positions, in the order asked for; what is not there is left out."""
        found: dict[int, Recorded] = {}
        for start in range(0, len(positions), _AT_ONCE):
            part = positions[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"{_COLUMNS} WHERE position IN ({marks})"
            events = self._events(query, [int(position) for position in part])
            found.update((event.position, event) for event in events)
        return [found[position] for position in positions if position in found]

    def changed(self) -> bool:
        """Whether another connection has committed since the last call, or since opening."""
        before, self._data_version = self._data_version, self._version_of_data()
        return self._data_version != before

    def leaf(self, position: int) -> bytes | None:
        """The ledger's hash of the event at this position, None where there is none.

        A cache that keeps the leaf of the last event it took can tell whether the store is still
        the same.
        """
        rows = self._rows("SELECT leaf FROM stored_events WHERE position = ?", (position,))
        return bytes(rows[0][0]) if rows else None

    def close(self) -> None:
        """Closes the file; further calls fail."""
        self._connection.close()

    def _version_of_data(self) -> int:
        return int(self._row("PRAGMA data_version")[0])

    def _row(self, query: str) -> Any:
        return self._rows(query, ())[0]

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        with faults_as_sentences(self.path):
            return self._connection.execute(query, values).fetchall()

    def _events(self, query: str, values: Sequence[object]) -> list[Recorded]:
        with faults_as_sentences(self.path):
            events = [
                Recorded(position, stream, version, decode_state(topic, state))
                for position, stream, version, topic, state in self._connection.execute(
                    query, values
                )
            ]
        if {type(e.stream) for e in events} - {str} or {type(e.version) for e in events} - {int}:
            raise StoreDamaged(
                f"{self.path} has an event without a stream among those from position "
                f"{events[0].position} on; run `shipslog verify {self.path}`."
            )
        return events
