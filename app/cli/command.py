"""What a command of the command line is: its words, its options and what it does."""

import argparse
from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """One command, `shipslog NAME`."""

    name: str
    summary: str
    """Half a sentence for the list of commands."""
    about: str
    """What the command does, in whole sentences."""
    examples: tuple[tuple[str, str], ...]
    """Command lines without the word `shipslog`, each with what it is for."""
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    """Does the work and returns the exit code."""
    notes: str = ""
    """Further text below the options, such as exit codes of its own."""
    parts: tuple["Command", ...] = ()
    """Commands of their own below this one, `shipslog NAME PART`."""


class Group(NamedTuple):
    """Commands that answer one wish."""

    title: str
    commands: tuple[Command, ...]


FINE = 0
NOTHING_OR_FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
"""As shells report a program that Ctrl-C ended."""
