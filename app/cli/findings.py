"""What `doctor` looks at: each check gives findings, with the remedy for what is wrong."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app import locations
from domain.errors import ShipslogError

if TYPE_CHECKING:
    from adapters.engines.discovery import Candidate

_OLDEST_PYTHON = (3, 11)


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    level: Level
    subject: str
    finding: str
    remedy: str | None = None


def python_version() -> Iterator[Finding]:
    """Whether this Python is one that Shipslog runs on."""
    version = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info >= _OLDEST_PYTHON:
        yield Finding(Level.OK, "python", version)
    else:
        yield Finding(Level.BAD, "python", version, "install Python 3.11 or newer")


def sqlite_version() -> Iterator[Finding]:
    """Which SQLite is used, and whether its faster journal is free of the WAL-reset bug."""
    from adapters.store.sqlite_engine import SQLITE

    if SQLITE.sound_wal:
        yield Finding(Level.OK, "sqlite", str(SQLITE))
    else:
        yield Finding(
            Level.WARN,
            "sqlite",
            f"{SQLITE}: recording is safe but slower",
            "pip install pysqlite3, or use a Python with SQLite 3.51.3 or newer",
        )


def window() -> Iterator[Finding]:
    """Whether the desktop app can open here."""
    from importlib.metadata import PackageNotFoundError, version

    from app.desktop.preconditions import refusal

    try:
        qt = f"PySide6 {version('PySide6-Essentials')}"
    except PackageNotFoundError:
        qt = "PySide6 is not installed"
    reason = refusal(os.environ)
    if reason is None:
        yield Finding(Level.OK, "desktop app", qt)
    else:
        yield Finding(Level.WARN, "desktop app", f"{qt}; no window can open here", reason)


def engines() -> Iterator[Finding]:
    """Which engines this account can reach."""
    from adapters.engines.discovery import candidates

    found = candidates()
    for candidate in found:
        yield Finding(
            Level.OK if candidate.reachable else Level.WARN,
            "engine",
            _engine_line(candidate),
            None if candidate.reachable else _engine_remedy(candidate),
        )
    if not any(candidate.reachable for candidate in found):
        yield Finding(
            Level.WARN,
            "engine",
            "no engine answers, so nothing new can be recorded; the history works without one",
            "start Docker or Podman, or name an engine by `--engine` or DOCKER_HOST",
        )


def _engine_line(candidate: "Candidate") -> str:
    where = "" if candidate.url in candidate.detail else f" at {candidate.url}"
    return f"{candidate.name or 'default'}{where}: {candidate.detail}"


def _engine_remedy(candidate: "Candidate") -> str:
    if candidate.url.startswith("ssh://"):
        return "`ssh` to it must reach `docker version` without a question; ignore it if not used"
    if "ermission" in candidate.detail:
        return "add this account to the group that owns the socket (often `docker`), log in again"
    return "start the engine, or ignore this if you do not use it"


def store_file(store: Path) -> list[Finding]:
    """Whether the store can be read, by whom else, and who records into it."""
    from adapters.store.errors import StoreMissing
    from adapters.store.lock import holder
    from adapters.store.opening import open_reader

    try:
        reader = open_reader(store)
    except StoreMissing:
        return [_missing(store)]
    except ShipslogError as error:
        return [Finding(Level.BAD, "store", str(error), "give another --store or restore a copy")]
    try:
        events = reader.head()
    finally:
        reader.close()
    recorder = holder(store)
    return [
        Finding(Level.OK, "store", f"{store} holds {events:,} events"),
        Finding(Level.OK, "recorder", recorder)
        if recorder
        else Finding(Level.WARN, "recorder", "nothing records now", "start `shipslog record`"),
        *_access(store),
    ]


def _missing(store: Path) -> Finding:
    return Finding(
        Level.WARN,
        "store",
        f"there is no store at {store} yet",
        "`shipslog record` or `shipslog import FILE` makes one; `shipslog demo` shows a sample",
    )


def _access(store: Path) -> Iterator[Finding]:
    from adapters.store.exposure import exposures

    for exposure in exposures(store):
        level = Level.BAD if exposure.replaceable else Level.WARN
        yield Finding(level, "access", exposure.finding, exposure.remedy)
    if not os.access(store, os.W_OK):
        yield Finding(
            Level.WARN,
            "access",
            f"this account can read {store} but not record into it",
            "record with the account that owns the file",
        )


def writable_folders() -> Iterator[Finding]:
    """Whether the cache and the fault log have somewhere to go."""
    from adapters.readmodel import default_cache_dir

    for subject, folder in (
        ("cache", default_cache_dir()),
        ("fault log", locations.fault_log().parent),
    ):
        present = next(place for place in (folder, *folder.parents) if place.exists())
        if os.access(present, os.W_OK):
            yield Finding(Level.OK, subject, str(folder))
        else:
            yield Finding(
                Level.WARN,
                subject,
                f"{folder} cannot be written; every command reads the whole history anew",
                f"give this account the right to write into {present}",
            )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python_version,
    sqlite_version,
    window,
    engines,
    writable_folders,
)
"""The checks that need no store."""
