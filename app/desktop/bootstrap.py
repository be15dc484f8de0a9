"""Puts the desktop app together and runs it; Qt is imported only after it is known to be sound."""

import os
import sys
from pathlib import Path

from app.desktop.preconditions import refusal
from app.locations import default_store


def run(store: Path | None, *, demo: bool = False) -> int:
    """Opens the window on a store, by default the person's own; returns the exit code.

    Without a display, or with a Qt that does not survive on this Python, it says so and
    returns 1: Qt itself would end the process.
    """
    reason = refusal(os.environ)
    if reason is not None:
        print(reason, file=sys.stderr)
        return 1
    from app.desktop.application import Application

    application = Application(sys.argv[:1])
    if demo:
        application.open_sample()
    else:
        application.open_store(store or default_store())
    return application.run()


def run_sample() -> int:
    """Opens the window on the bundled sample history."""
    return run(None, demo=True)
