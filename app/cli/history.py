"""Opening the recorded history for a command, and leaving the read model's cache current."""

import argparse
import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from app.locations import store_location
from domain.errors import UsageError

if TYPE_CHECKING:
    from adapters.readmodel import History, ReadModel
    from adapters.store.reader import Reader

_WORTH_KEEPING_SECONDS = 0.3
"""Catching up for longer than this is saved for the next command; saving takes time too."""


class Opened(NamedTuple):
    """A store, its read model, and the moment at which the command began."""

    reader: "Reader"
    model: "ReadModel"
    now: int

    @property
    def history(self) -> "History":
        """The history as it is now known."""
        return self.model.history

    def moment(self, text: str | None) -> int | None:
        """The moment that the person wrote; None where nothing was written."""
        return None if text is None else self.history.parse_time(text, self.now)

    def period(self, args: argparse.Namespace) -> tuple[int | None, int | None]:
        """`--since` and `--until` as moments.

        Raises:
            UsageError: they are no times, or the wrong way round.
        """
        since, until = self.moment(args.since), self.moment(args.until)
        if since is not None and until is not None and since > until:
            raise UsageError(f"--since {args.since} is after --until {args.until}.")
        return since, until


@contextlib.contextmanager
def opened(args: argparse.Namespace) -> Iterator[Opened]:
    """Opens the store that the options name and its read model, current to the last event."""
    # Here and not above: `--help` and the like must not wait for numpy.
    from adapters.readmodel import ReadModel, default_cache_dir
    from adapters.store.opening import open_reader

    reader = open_reader(store_location(args.store))
    try:
        began = time.monotonic()
        model = ReadModel.open(reader, default_cache_dir())
        worth_keeping = time.monotonic() - began > _WORTH_KEEPING_SECONDS
        try:
            yield Opened(reader, model, time.time_ns())
            if worth_keeping:
                model.save()
        finally:
            model.close()
    finally:
        reader.close()
