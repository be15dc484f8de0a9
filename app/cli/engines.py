"""`--engine`: which engine's object is meant where several have one of that name."""

import argparse
from typing import TYPE_CHECKING

from domain.errors import ShipslogError

if TYPE_CHECKING:
    from adapters.readmodel import History


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Adds `--engine`."""
    parser.add_argument(
        "--engine", metavar="NAME", help="the engine whose object is meant, by name or key"
    )


def engine_key(history: "History", named: str | None) -> str | None:
    """The key of the engine with this name or key; None where none is named.

    Raises:
        ShipslogError: the history knows no such engine.
    """
    if named is None:
        return None
    known = history.objects.engine_names
    for key, name in known.items():
        if named in (key, name):
            return key
    listed = ", ".join(sorted(known.values())) or "none"
    raise ShipslogError(f"The history knows no engine {named!r}; it knows {listed}.")
