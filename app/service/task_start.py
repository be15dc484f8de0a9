"""Starts Shipslog for a Windows task, which has no log and no environment of its own.

`python -m app.service.task_start LOG [NAME=VALUE]… -- WORD…`
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.store.private_files import make_private_folder
from app.cli.main import main

_LARGEST_LOG = 1_000_000
"""Bytes; a larger log is begun anew."""


def start(words: Sequence[str]) -> int:
    """Runs the command line with its output in the log; returns its exit code."""
    log, *settings = words[: words.index("--")]
    for setting in settings:
        name, _, value = setting.partition("=")
        os.environ[name] = value
    _speak_into(Path(log))
    return main(words[words.index("--") + 1 :])


def _speak_into(log: Path) -> None:
    make_private_folder(log.parent)
    too_large = log.exists() and log.stat().st_size > _LARGEST_LOG
    way = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if too_large else os.O_APPEND)
    file = os.fdopen(os.open(log, way, 0o600), "w", buffering=1, encoding="utf-8")
    # A Python without a window (pythonw.exe) has neither of the two.
    sys.stdout = sys.stderr = file


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
