"""The use case `record`: one process that watches engines and writes their history."""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from adapters.engines.connection import Connection, EngineUnreachable
from adapters.engines.discovery import another_that_answers
from adapters.engines.discovery import endpoints as endpoints_of
from adapters.engines.endpoints import Endpoint
from adapters.store.lock import hold
from adapters.store.opening import create_or_open
from app.recording.recorder import Recorder, Say
from app.recording.status import read_status
from domain.errors import ShipslogError


def record(
    store: Path,
    engines: Sequence[str] = (),
    *,
    for_seconds: float | None = None,
    say: Say,
    stopping: threading.Event | None = None,
) -> int:
    """Records engines until a signal, `stopping`, or the given time; returns the exit code.

    Without names it is the engine that Docker's own command line would use.

    Raises:
        ShipslogError: none of the engines can be reached at the start, the store cannot be
            written, or another recorder holds it.
    """
    endpoints = endpoints_of(engines)
    stopping = stopping or threading.Event()
    with hold(store, now=time.time_ns()) as still_alone, _signals(stopping):
        _reach(endpoints, named=bool(engines))
        before = read_status(store)
        writer = create_or_open(store, now=time.time_ns())
        try:
            told = before.engines if before else ()
            proven = {each.endpoint: each.proven_until for each in told if each.connected}
            recorder = Recorder(store, writer, endpoints, proven, say, still_alone=still_alone)
            recorder.run(stopping, for_seconds)
        finally:
            writer.close()
    return 0


def _reach(endpoints: Sequence[Endpoint], *, named: bool) -> None:
    """Makes sure that there is something to record: one engine that answers is enough.

    Where the person `named` none, the complaint tells which other one answers.
    """
    faults = [fault for each in endpoints if (fault := _fault_of(each)) is not None]
    if len(faults) == len(endpoints):
        sentences = dict.fromkeys(str(fault).rstrip(".") for fault in faults)
        hint = "" if named else another_that_answers(endpoints)
        raise EngineUnreachable("; ".join(filter(None, (*sentences, hint)))) from faults[0]


def _fault_of(where: Endpoint) -> ShipslogError | None:
    try:
        connection = Connection(where)
    except ShipslogError as fault:
        return fault
    try:
        connection.negotiate()
    except ShipslogError as fault:
        return fault
    finally:
        connection.close()
    return None


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    """SIGINT and SIGTERM end the recording cleanly while the block runs (main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
