"""The use case `import`: events from files that `docker events --format json` wrote."""

import gzip
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import msgspec

from adapters.engines.events import LONGEST_LINE, split_lines
from adapters.store.errors import Conflict
from adapters.store.lock import hold
from adapters.store.opening import create_or_open
from adapters.store.writer import Writer
from app.recording.known import known_presence
from domain.book import Book
from domain.engine_event import EngineEvent, NoEngineEvent, fingerprint, parse_engine_event
from domain.errors import ShipslogError
from domain.facts import Origin
from domain.facts.engine import EngineObserved, RecordingStarted, RecordingStopped
from domain.identity import ENGINE, engine_key
from domain.reporting import report

STANDARD_INPUT = "-"
_BATCH = 2_500
_BATCH_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 1 << 20
_BROKEN_LINES_KEPT = 10_000
_GZIP_MAGIC = b"\x1f\x8b"


class Unimportable(ShipslogError):
    """A file that cannot be read, or holds no event at all."""


class ImportResult(msgspec.Struct, frozen=True):
    """What became of the lines: `broken` has file, line number and reason of those unread."""

    read: int
    stored: int
    known: int
    broken: list[tuple[str, int, str]]


def import_files(
    store: Path, files: Sequence[str], *, engine: str | None, say: Callable[[str], None]
) -> ImportResult:
    """Stores the events of the files that are not stored yet.

    Args:
        store: the store's file, made if it is not there.
        files: paths, plain or gzip; `-` is standard input.
        engine: the name of the engine that the files tell of; without one, each file's own name.
        say: takes sentences for the person, such as how far the import is.

    Raises:
        Unimportable: a file cannot be read, or holds no events; what came before is stored.
    """
    with hold(store, now=time.time_ns()):
        writer = create_or_open(store, now=time.time_ns())
        try:
            book = Book(writer.load, known_presence(store))
            results = [_import(writer, book, name, engine or _name_of(name)) for name in files]
        finally:
            writer.close()
    return ImportResult(
        read=sum(result.read for result in results),
        stored=sum(result.stored for result in results),
        known=sum(result.known for result in results),
        broken=[line for result in results for line in result.broken],
    )


def _name_of(file: str) -> str:
    if file == STANDARD_INPUT:
        return "standard input"
    name = Path(file).name
    for ending in (".gz", ".jsonl", ".json", ".ndjson", ".log"):
        name = name.removesuffix(ending)
    return name


def _file(name: str) -> BufferedReader:
    if name == STANDARD_INPUT:
        return cast(BufferedReader, sys.stdin.buffer)
    return Path(name).open("rb")


@contextmanager
def _opened(name: str) -> Iterator[BufferedReader]:
    """The file's bytes, unpacked where it is gzip."""
    try:
        with _file(name) as file:
            if file.peek(2)[:2] == _GZIP_MAGIC:
                with gzip.open(file, "rb") as unpacked:
                    yield cast(BufferedReader, unpacked)
            else:
                yield file
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unimportable(
            f"{name} cannot be read: {reason}. What was read before is stored."
        ) from error


def _import(writer: Writer, book: Book, name: str, engine_name: str) -> ImportResult:
    importing = _Import(writer, book, name, engine_name)
    with _opened(name) as file:
        # `read1` gives what there is: of a file that breaks off, all that can be read.
        chunks = iter(lambda: file.read1(_CHUNK_BYTES), b"")
        too_long = importing.note_too_long
        importing.take(split_lines(chunks, keep_last=True, too_long=too_long))
    return importing.result()


class _Import:
    """One file on its way into the store."""

    def __init__(self, writer: Writer, book: Book, name: str, engine_name: str) -> None:
        self._writer = writer
        self._book = book
        self._name = name
        self._engine_name = engine_name
        self._engine = _key_of(book, engine_name)
        self._line = 0
        self._read = 0
        self._stored = 0
        self._broken: list[tuple[str, int, str]] = []
        self._latest = 0

    def take(self, lines: Iterator[bytes]) -> None:
        batch: list[EngineEvent] = []
        size = 0
        try:
            for line in lines:
                self._line += 1
                if not line:
                    continue
                try:
                    batch.append(parse_engine_event(line))
                except NoEngineEvent as error:
                    self._note_broken(str(error))
                size += len(line)
                if len(batch) >= _BATCH or size >= _BATCH_BYTES:
                    self._store(batch)
                    batch, size = [], 0
        finally:
            self._store(batch)
            self._end()
        if self._read == 0 and self._broken:
            raise Unimportable(
                f"{self._name} is no event stream: none of its {self._line:,} lines is an event. "
                "Give the output of `docker events --format json`."
            )

    def note_too_long(self) -> None:
        """Counts a line that is not given to `take` because no event is so long."""
        self._line += 1
        self._note_broken(f"no engine event: it has more than {LONGEST_LINE:,} bytes")

    def _note_broken(self, reason: str) -> None:
        if len(self._broken) < _BROKEN_LINES_KEPT:
            self._broken.append((self._name, self._line, reason))

    def _store(self, batch: Sequence[EngineEvent]) -> None:
        self._read += len(batch)
        try:
            self._enter(batch)
        except Conflict:
            self._book.discard()
            self._enter(batch)

    def _enter(self, batch: Sequence[EngineEvent]) -> None:
        now = time.time_ns()
        keyed = {(event.time_ns, fingerprint(event)): event for event in batch}
        for key in self._writer.seen(self._engine, list(keyed)):
            del keyed[key]
        if not keyed:
            return
        if self._stored == 0:
            self._begin(next(iter(keyed))[0], now)
        for event in keyed.values():
            report(event, self._book, self._engine, now, Origin.IMPORTED)
        self._writer.append(self._book.pending(), [(self._engine, *key) for key in keyed])
        self._book.stored()
        self._stored += len(keyed)
        self._latest = max(self._latest, *(moment for moment, _ in keyed))

    def _begin(self, at: int, now: int) -> None:
        times: dict[str, Any] = {"occurred_at": at, "recorded_at": now, "origin": Origin.IMPORTED}
        observed = EngineObserved(
            name=self._engine_name,
            endpoint="file",
            daemon_id=self._engine_name,
            flavour="file",
            **times,
        )
        known = self._book.engine(self._engine)
        if known is None or known.observed is None:
            self._book.append(ENGINE, self._engine, self._engine, observed)
        started = RecordingStarted(recorder=f"import of {self._name}", **times)
        self._book.append(ENGINE, self._engine, self._engine, started)

    def _end(self) -> None:
        if self._stored:
            stopped = RecordingStopped(
                reason="the end of the file",
                occurred_at=self._latest,
                recorded_at=time.time_ns(),
                origin=Origin.IMPORTED,
            )
            self._book.append(ENGINE, self._engine, self._engine, stopped)
            self._writer.append(self._book.pending())
            self._book.stored()

    def result(self) -> ImportResult:
        known = self._read - self._stored
        return ImportResult(self._read, self._stored, known, self._broken)


def _key_of(book: Book, name: str) -> str:
    """The engine of this name: one that was recorded, so that nothing is stored twice, else new."""
    known = [
        key
        for key in sorted(book.presence.engines)
        if (engine := book.engine(key)) is not None
        and engine.observed is not None
        and name in (engine.observed.name, key)
    ]
    return known[0] if known else engine_key(name, "file")
