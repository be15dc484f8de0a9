"""What a person reads when something goes wrong."""

import contextlib
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from app import locations
from app.cli import output
from app.cli.command import NOTHING_OR_FAILED

DEBUG_VARIABLE = "SHIPSLOG_DEBUG"
_LARGEST_LOG = 1_000_000


def tell_system_fault(error: OSError) -> int:
    """Says what the operating system refused; returns the exit code."""
    what = error.strerror or str(error) or type(error).__name__
    where = f": {_text(error.filename)}" if error.filename else ""
    _print_traceback_when_debugging(error)
    output.say(f"The system says: {what}{where}.")
    return NOTHING_OR_FAILED


def tell_own_fault(error: Exception) -> int:
    """Owns up to a fault of Shipslog, keeps its traceback in a file; returns the exit code."""
    _print_traceback_when_debugging(error)
    reason = str(error).partition("\n")[0]
    named = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    kept = _keep(error)
    place = f"what led to it is in {kept}" if kept else f"{DEBUG_VARIABLE}=1 shows what led to it"
    output.say(f"A fault of Shipslog itself, not of your history ({named}); {place}.")
    return NOTHING_OR_FAILED


def _print_traceback_when_debugging(error: Exception) -> None:
    if os.environ.get(DEBUG_VARIABLE) == "1":
        traceback.print_exception(error, file=sys.stderr)


def _keep(error: Exception) -> Path | None:
    log = locations.fault_log()
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    text = "".join(traceback.format_exception(error))
    entry = f"{moment} shipslog {' '.join(sys.argv[1:2])}\n{text}\n"
    with contextlib.suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        too_large = log.exists() and log.stat().st_size > _LARGEST_LOG
        way = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if too_large else os.O_APPEND)
        # Only for the person: a traceback can name what the history holds.
        with os.fdopen(os.open(log, way, 0o600), "ab") as file:
            file.write(entry.encode(errors="backslashreplace"))
        return log
    return None


def _text(name: object) -> str:
    return os.fsdecode(name) if isinstance(name, str | bytes) else str(name)
