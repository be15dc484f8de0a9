"""The history of builds that an engine keeps: opened, listed, listened to, read build by build.

Docker Engine keeps one since 24.0 (BuildKit 0.11): every build through buildx or `docker build`
with the default builder, finished and failed, until it is older than two days and not among the
newest fifty. It survives restarts of the engine, and the removal of the image.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from adapters.engines.buildkit.calls import LISTEN, Answers, call
from adapters.engines.buildkit.contents import ANSWER_SECONDS, read_details
from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.buildkit.lines import Line, direct_line, upgraded_line
from adapters.engines.buildkit.local_state import built_folder
from adapters.engines.buildkit.masking import Redact
from adapters.engines.buildkit.messages import (
    COMPLETED,
    DELETED,
    STARTED,
    HistoryEvent,
    HistoryRecord,
    HistoryRequest,
)
from adapters.engines.buildkit.records import assemble
from adapters.engines.buildkit.upgrade import UpgradeRefused
from adapters.engines.endpoints import Endpoint
from adapters.engines.transports import NoWay
from domain.build_record import BuildRecord
from domain.redaction import KeyedHash

DIRECT_API = (1, 53)
"""From this API version on (Docker 29.2) the engine's socket speaks gRPC itself."""

_MOST_ENTRIES = 20_000
_LONGEST_REF = 200
_FIRST_ANSWER_SECONDS = 10.0
_WAYS = "Unix sockets, ssh and plain TCP"


class Change(Enum):
    """What happened to a build's record."""

    STARTED = STARTED
    COMPLETED = COMPLETED
    DELETED = DELETED


class NoHistory(NamedTuple):
    """The engine keeps no history of builds, or none that can be reached; a sentence says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A build as the engine tells of it, to be read with `BuildHistory.read`; not to be stored."""

    change: Change
    record: HistoryRecord = field(repr=False)

    @property
    def ref(self) -> str:
        """The build's id."""
        return self.record.ref

    @property
    def generation(self) -> int:
        """Counts what was changed in the record since the build ended."""
        return self.record.generation


class Listening:
    """The entries as they come: first all that are known, then each change, until `close`.

    To be read without pause: BuildKit keeps what is not taken in the engine's own memory.
    """

    def __init__(self, answers: Answers[HistoryEvent]) -> None:
        self._answers = answers
        self.closed = False

    def __iter__(self) -> Iterator[HistoryEntry]:
        """Gives each entry; ends after `close`.

        Raises:
            BuildHistoryFault: the engine ended, or the connection broke.
        """
        yield from filter(None, map(_entry, self._answers))
        if not self.closed:
            raise BuildHistoryFault("The engine ended its build history.", "UNAVAILABLE")

    def close(self) -> None:
        """Ends it, also from another thread."""
        self.closed = True
        self._answers.cancel()


class BuildHistory:
    """An engine's history of builds. Safe to use from several threads."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._listening: list[Listening] = []
        self._lock = Lock()

    def entries(self) -> list[HistoryEntry]:
        """All builds that the engine knows, running, finished and failed, oldest first.

        Raises:
            BuildHistoryFault: the engine does not answer.
        """
        answers = call(
            self._line, LISTEN, HistoryRequest(early_exit=True), HistoryEvent, ANSWER_SECONDS
        )
        # One that ends in this moment may be told twice; the later word is the newer one.
        entries: dict[str, HistoryEntry] = {}
        for entry in filter(None, map(_entry, answers)):
            entries[entry.ref] = entry
            if len(entries) > _MOST_ENTRIES:
                answers.cancel()
                raise BuildHistoryFault(
                    f"The engine tells of more than {_MOST_ENTRIES} builds.", "RESOURCE_EXHAUSTED"
                )
        return sorted(entries.values(), key=_beginning)

    def listen(self) -> Listening:
        """Opens the stream of entries."""
        answers = call(self._line, LISTEN, HistoryRequest(), HistoryEvent, None)
        listening = Listening(answers)
        with self._lock:
            self._listening = [*(one for one in self._listening if not one.closed), listening]
        return listening

    def read(
        self,
        entry: HistoryEntry,
        redact: Redact,
        fingerprint: KeyedHash | None = None,
        buildx: Path | None = None,
    ) -> BuildRecord:
        """Reads one build with its steps, Dockerfile and provenance; two to four calls.

        `redact` and `fingerprint` are as in `records.assemble`; `buildx` is the folder of
        `local_state.buildx_folder`, where the name of the folder that was built is to be found out.

        Raises:
            BuildHistoryFault: the engine does not answer.
        """
        details = read_details(self._line, entry.record)
        directory = built_folder(entry.ref, buildx) if buildx is not None else ""
        return assemble(entry.record, details, redact, fingerprint, directory)

    def close(self) -> None:
        """Ends everything that is under way."""
        with self._lock:
            for listening in self._listening:
                listening.close()
        self._line.close()


def open_history(endpoint: Endpoint, api_version: str = "") -> BuildHistory | NoHistory:
    """Opens the history of an engine; `api_version` is what its `/version` tells.

    An engine that speaks gRPC on its socket is asked there, any other by an upgraded connection,
    and each in the other way if that fails.

    Raises:
        BuildHistoryFault: the engine does not answer.
    """
    dials = [upgraded_line, direct_line]
    if _version(api_version) >= DIRECT_API:
        dials.reverse()
    status = 0
    for dial in dials:
        try:
            return _tried(dial(endpoint), endpoint.url)
        except NoWay as unreachable:
            return NoHistory(f"Build history is read over {_WAYS}, so far, {unreachable}.")
        except UpgradeRefused as refused:
            status = refused.status
        except BuildHistoryFault as fault:
            # An engine that speaks only HTTP/1 looks to gRPC as if it were not there.
            if dial is upgraded_line or fault.code != "UNAVAILABLE":
                raise
    return NoHistory(
        f"The engine at {endpoint.url} offers no build history: it does not speak gRPC, "
        f"and answers POST /grpc with status {status}."
    )


def _tried(line: Line, url: str) -> BuildHistory | NoHistory:
    """The history, once it has answered the shortest question there is."""
    request = HistoryRequest(active_only=True, early_exit=True)
    try:
        for _ in call(line, LISTEN, request, HistoryEvent, _FIRST_ANSWER_SECONDS):
            pass
    except BuildHistoryFault as fault:
        line.close()
        if fault.code == "UNIMPLEMENTED":
            return NoHistory(
                f"The engine at {url} keeps no build history; Docker 24.0 and newer do."
            )
        raise
    return BuildHistory(line)


def _entry(event: HistoryEvent) -> HistoryEntry | None:
    """The entry; None for a change that is not known, or of no build."""
    named = 0 < len(event.record.ref) <= _LONGEST_REF
    if not named or event.type not in (STARTED, COMPLETED, DELETED):
        return None
    return HistoryEntry(Change(event.type), event.record)


def _beginning(entry: HistoryEntry) -> tuple[int, int]:
    created = entry.record.created_at
    return (created.seconds, created.nanos) if created is not None else (0, 0)


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else (0, 0)
