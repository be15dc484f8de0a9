"""How the recorder fares, in a small file beside the store that other processes read.

It is no part of the history: it is rewritten every few seconds and means nothing once the
recorder's lock is free, except as the moment when the recorder was last alive.
"""

import os
from pathlib import Path

import msgspec

from app.locations import recorder_status_file


class EngineStatus(msgspec.Struct, frozen=True):
    """One engine under watch. Moments in nanoseconds since the epoch."""

    name: str
    key: str
    endpoint: str
    connected: bool
    lag_ns: int | None
    since: int | None
    last_event_at: int | None
    error: str
    proven_until: int | None = None
    """The moment of the engine until which all its events are known to be stored."""


class RecorderStatus(msgspec.Struct, frozen=True):
    """The recorder of a store."""

    pid: int
    since: int
    version: str
    alive_at: int
    engines: tuple[EngineStatus, ...]
    store_fault: str = ""
    """Why the store cannot be written at the moment; what happens waits."""


def write_status(store: Path, status: RecorderStatus) -> None:
    """Replaces the status file in one step; 0600."""
    path = recorder_status_file(store)
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(status))
    temporary.replace(path)


def read_status(store: Path) -> RecorderStatus | None:
    """What the recorder last wrote; None where there is no such file or it is not readable."""
    try:
        return msgspec.json.decode(recorder_status_file(store).read_bytes(), type=RecorderStatus)
    except (OSError, msgspec.DecodeError):
        return None
