"""Which engines this machine has: DOCKER_HOST, Docker contexts, and the usual sockets."""

import shlex
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from adapters.engines.connection import Connection, EngineUnreachable
from adapters.engines.contexts import all_contexts
from adapters.engines.endpoints import Endpoint, endpoint
from adapters.engines.usual_sockets import usual_sockets
from domain.errors import ShipslogError

ALL = "all"
"""In the place of an engine's name: every engine that answers."""

_SECONDS = 5.0
_UNIX = "unix://"


class Candidate(msgspec.Struct, frozen=True):
    """An engine that may be there; `detail` is its version, or why it cannot be reached."""

    name: str
    url: str
    reachable: bool
    detail: str


def candidates() -> list[Candidate]:
    """Every engine that can be found without being told, each tried once, all side by side."""
    failed: list[Candidate] = []
    found: list[Endpoint] = []
    try:
        found.append(endpoint(None))
    except ShipslogError as error:
        failed.append(Candidate("default", "", False, str(error)))
    return [*failed, *_tried(_each_once((*found, *_known())))]


def every_endpoint() -> list[Endpoint]:
    """Every engine that answers.

    Raises:
        EngineUnreachable: none does.
    """
    if not (answering := _answering(_each_once(_known()))):
        raise EngineUnreachable("No engine answers on this machine; see `shipslog doctor`.")
    return answering


def endpoints(wanted: Sequence[str]) -> list[Endpoint]:
    """The endpoints that several `--engine` options name, each once; without any, the usual one.

    Raises:
        UnknownEngine: as `endpoint`. EngineUnreachable: all are wanted, but there is none.
    """
    if ALL in wanted:
        return every_endpoint()
    return _each_once([endpoint(name) for name in wanted] or [endpoint(None)])


def another_that_answers(wanted: Sequence[Endpoint]) -> str:
    """How to record an engine that answers where these do not; empty if there is none."""
    others = _each_once((*wanted, *_known()))[len(wanted) :]
    ways = [f"`--engine {_option(one)}`" for one in _answering(others)]
    return f"another engine answers: give {' or '.join(ways)}" if ways else ""


def _option(where: Endpoint) -> str:
    """What names it for `endpoint`; certificates come only with the name of their context."""
    return shlex.quote(where.name if where.tls else where.url)


def _answering(known: list[Endpoint]) -> list[Endpoint]:
    return [one for one, tried in zip(known, _tried(known), strict=True) if tried.reachable]


def _known() -> Iterator[Endpoint]:
    for context in all_contexts():
        yield Endpoint(context.name, context.host, context.tls)
    yield from usual_sockets()


def _each_once(found: Iterable[Endpoint]) -> list[Endpoint]:
    """Without those that are others by another name: many sockets are links."""
    once: dict[str, Endpoint] = {}
    for one in found:
        once.setdefault(_place(one.url), one)
    return list(once.values())


def _place(url: str) -> str:
    return str(Path(url.removeprefix(_UNIX)).resolve()) if url.startswith(_UNIX) else url


class _Try:
    """Asks an engine for its version in a thread of its own, which may hang."""

    def __init__(self, where: Endpoint) -> None:
        self._where = where
        self._found = self._failed(f"it did not answer within {_SECONDS:g} seconds")
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._try, name="discovery", daemon=True)
        self._thread.start()

    def outcome(self, deadline: float) -> Candidate:
        """What is known at the deadline, a moment of the monotonic clock."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        found = self._found
        if self._connection is not None:
            self._connection.close()
        return found

    def _try(self) -> None:
        try:
            self._connection = Connection(self._where)
            version = self._connection.negotiate()
        except ShipslogError as error:
            self._found = self._failed(str(error))
        else:
            told = f"version {version.get('Version', 'unknown')}, API {version['ApiVersion']}"
            self._found = Candidate(self._where.name, self._where.url, True, told)

    def _failed(self, reason: str) -> Candidate:
        return Candidate(self._where.name, self._where.url, False, reason)


def _tried(known: Iterable[Endpoint]) -> list[Candidate]:
    tries = [_Try(one) for one in known]
    deadline = time.monotonic() + _SECONDS
    return [each.outcome(deadline) for each in tries]
