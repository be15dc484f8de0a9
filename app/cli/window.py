"""Opening the desktop app: on the person's own history, or on the sample."""

import argparse

from app.cli.command import Command
from app.locations import store_location


def open_window(args: argparse.Namespace) -> int:
    """Opens the desktop app on the history that the options name."""
    from app.desktop.bootstrap import run

    return run(store_location(args.store))


def _open_sample(args: argparse.Namespace) -> int:
    from app.desktop.bootstrap import run_sample

    return run_sample()


DEMO = Command(
    name="demo",
    summary="open the desktop app on the bundled sample history",
    about="Opens the desktop app on a sample history that comes with Shipslog, to look around "
    "without an engine. Your own history is not touched.",
    examples=(("demo", "look around"),),
    add_options=lambda parser: None,
    run=_open_sample,
)
