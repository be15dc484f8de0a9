"""Writing a store: facts in durable transactions, through the library's event store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from eventsourcing.persistence import (
    EventStore,
    IntegrityError,
    PersistenceError,
    ProgrammingError,
)

from adapters.store.datastore import StoreDatastore
from adapters.store.encoding import storable
from adapters.store.errors import Conflict, StoreBusy, StoreDamaged, StoreMoved, StoreUnwritable
from adapters.store.keys import SigningKey
from adapters.store.mapper import FactMapper
from adapters.store.recorder import LedgerRecorder, clamped
from adapters.store.same_file import SameFile
from adapters.store.sqlite_engine import faults_as_sentences, log_kept, sentence_for
from domain.facts import Entry
from domain.ledger.checkpoint import Head, head_in
from domain.ledger.merkle import Frontier

_AT_ONCE = 500

_UNIQUE = {
    "stored_events.originator_id": "a version of an object",
    "reported.": "an engine's event",
}
"""What is there already where SQLite names one of these columns in a conflict."""

Fingerprint = tuple[int, bytes]
"""Of an engine's event: its time in nanoseconds, and the digest of what the engine said."""


class Writer:
    """An open store to append to; `opening.create_or_open` gives it.

    Several processes may append to one store, each in transactions of its own; that only one
    recorder does so is what `lock` is for. The ledger is sealed when the writer opens and
    closes, and after every thousand events.
    """

    def __init__(self, path: Path, uuid: str, key: SigningKey) -> None:
        self.path = path
        self.uuid = uuid
        self._key = key
        self._file = SameFile(path)
        # The last one who wrote may have left because the disk failed.
        self._unsure = True
        self._open(key=None)
        try:
            self.seal_refused = self._contradiction()
            """Why the ledger is not sealed, as a sentence; None where it is."""
            self.seal()
        except BaseException:
            self._leave()
            raise

    def _open(self, key: SigningKey | None, acknowledged: Frontier | None = None) -> None:
        self._datastore = StoreDatastore(self.path)
        self._recorder = LedgerRecorder(self._datastore, key, acknowledged)
        self.events: EventStore[str] = EventStore(FactMapper(), self._recorder)
        """The library's event store, for its `Repository`."""

    def keyed_hash(self, value: str) -> str:
        """A short digest of the value under the store's key; equal values have equal digests."""
        return self._key.keyed_hash(value)

    def head(self) -> int:
        """The position of the last event, 0 where there is none."""
        with self._faults():
            return self._recorder.head()

    def append(
        self, entries: Sequence[Entry], reported: Sequence[tuple[str, int, bytes]] = ()
    ) -> list[int]:
        """Stores facts in one durable transaction, or nothing.

        Args:
            entries: facts in the order in which they are to be read again.
            reported: engine key, time and digest of each engine event that they come from.

        Returns:
            The positions of the entries.

        Raises:
            Conflict: a stream has one of the versions, or an engine's event is stored already.
            StoreMoved: the file is no longer at its path, or was cut short.
            StoreUnwritable: the disk is full, read-only or faulty.
        """
        self._file.make_sure()
        positions: list[int] = []
        with self._faults():
            self.events.put(entries, reported=reported, positions=positions)
        return positions

    def load(self, stream_id: str) -> Iterator[Entry]:
        """The facts of one object, in the order of its stream."""
        with self._faults():
            return cast(Iterator[Entry], self.events.get(storable(stream_id)))

    def seen(self, engine: str, keys: Sequence[Fingerprint]) -> set[Fingerprint]:
        """Those of the fingerprints that are stored already for this engine."""
        found: set[Fingerprint] = set()
        with self._faults(), self._datastore.transaction(commit=False) as cursor:
            for start in range(0, len(keys), _AT_ONCE):
                asked = keys[start : start + _AT_ONCE]
                part = {(clamped(time), digest): (time, digest) for time, digest in asked}
                marks = ",".join(["(?,?)"] * len(part))
                cursor.execute(
                    f"WITH wanted(t, d) AS (VALUES {marks}) SELECT t, d FROM wanted WHERE EXISTS "
                    "(SELECT 1 FROM reported WHERE engine = ? AND time_ns = t AND digest = d)",
                    [*(value for key in part for value in key), engine],
                )
                found.update(part[row[0], row[1]] for row in cursor.fetchall())
        return found

    def latest_seen(self, engine: str, limit: int) -> list[Fingerprint]:
        """The fingerprints of this engine's latest events, the latest first."""
        with self._faults(), self._datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT time_ns, digest FROM reported WHERE engine = ? "
                "ORDER BY time_ns DESC, digest DESC LIMIT ?",
                (engine, limit),
            )
            return [(row[0], row[1]) for row in cursor.fetchall()]

    def seal(self, *, after_restoring: bool = False) -> Head | None:
        """Signs a checkpoint of the current head, unless it has one, and gives the head.

        Nothing is sealed and None is given while `seal_refused` says why.

        Args:
            after_restoring: seal although a head was signed that this store does not have: the
                person says that it was restored from a copy.

        Raises:
            StoreMoved, StoreUnwritable, StoreBusy: as `append` raises them.
        """
        if after_restoring:
            self.seal_refused = None
        if self.seal_refused:
            return None
        self._file.make_sure()
        with self._faults():
            self._recorder.key = self._key
            return self._recorder.seal()

    def close(self) -> None:
        """Seals and closes the store; to do so again changes nothing.

        Where it cannot be sealed any more, because the disk is full or the file gone, it is only
        closed: what was appended is stored, and the next opening seals it.
        """
        if self._datastore.pool.closed:
            return
        try:
            self._finish()
        except (StoreMoved, StoreUnwritable, StoreBusy):
            return
        finally:
            self._leave()

    def _finish(self) -> None:
        try:
            self.seal()
        except StoreMoved:
            # Of a file that was cut short there may be nothing left to bring it into.
            with suppress(StoreDamaged, StoreUnwritable, StoreBusy), self._faults():
                self._datastore.empty_log()
            raise

    def _leave(self) -> None:
        """Closes the file; what may not have reached the disk is left to the next opening."""
        if not self._unsure:
            self._datastore.close()
            return
        with faults_as_sentences(self.path), log_kept(self.path):
            self._datastore.close()

    def _contradiction(self) -> str | None:
        """Why signing the store's head would contradict what its key signed before."""
        last = self._key.last_signed()
        if last is None:
            return None
        with self._faults(), self._datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT note FROM checkpoint WHERE size = ?", (last.size,))
            row = cursor.fetchone()
        if row and head_in(str(row[0])) == last and last.size <= self.head():
            return None
        return (
            f"{self.path} lacks events that were sealed before, {last.size} in all: it was "
            "restored from an older copy, or cut; it is recorded into but no longer sealed until "
            "you say that it was restored."
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Errors of the library as sentences.

        After a failed write nothing is written on the same connection again: what reached the
        disk is unknown, so the next call opens the file afresh, makes sure of it and looks.
        """
        try:
            if self._unsure:
                self._make_sure()
            yield
        except IntegrityError as error:
            known = (what for column, what in _UNIQUE.items() if column in str(error))
            if (what := next(known, None)) is None:
                raise sentence_for(self.path, error) from error
            raise Conflict(
                f"{self.path} has {what} already that was to be appended; nothing was stored, "
                "load the objects again and decide anew."
            ) from error
        except ProgrammingError:
            raise
        except PersistenceError as error:
            # While nothing is sure, closing would bring the log into the file. But where no
            # connection could be made, there is none to close, and the library's pool waits for
            # ever for the one that it believes to have given away.
            if not (self._unsure and self._datastore.pool.num_in_pool):
                self._open_afresh()
            raise sentence_for(self.path, error) from error

    def _open_afresh(self) -> None:
        before = self._recorder
        self._datastore.close()
        self._open(before.key, before.acknowledged)
        self._unsure = True

    def _make_sure(self) -> None:
        try:
            self._datastore.write_log_again()
        except OSError as error:
            raise StoreUnwritable(
                f"{self.path} could not be written ({error.strerror}); check the disk."
            ) from error
        self._recorder.head()
        self._unsure = False
