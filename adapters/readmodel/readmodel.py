"""The read model of one store: loaded from its cache, caught up by position, saved again."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import platformdirs

from adapters.readmodel import cache
from adapters.readmodel.events import Recorded
from adapters.readmodel.history import History
from adapters.readmodel.model import Model

_AT_ONCE: Final = 32_768
"""So many facts are folded together at most, which bounds the memory that a build needs."""
_CHUNK: Final = 8192
_SAVE_AFTER: Final = 50_000
"""A cache that lags by fewer events is not worth writing again: they are caught up in 0.2 s."""


class Source(Protocol):
    """The store as the read model needs it."""

    @property
    def uuid(self) -> str: ...
    def head(self) -> int: ...
    def read(
        self, after: int = 0, *, upto: int | None = None, chunk: int = 5000
    ) -> Iterator[Sequence[Recorded]]: ...
    def leaf(self, position: int) -> bytes | None: ...


def default_cache_dir() -> Path:
    """The platform's folder for what can be made again."""
    return Path(platformdirs.user_cache_dir("shipslog", appauthor=False))


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Facts hold no cycles; looking for them takes a fifth of the time of a build."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class ReadModel:
    """Owns the columns; one thread at a time may catch up, any may read the histories."""

    def __init__(self, source: Source, model: Model, cache_dir: Path | None) -> None:
        self._source = source
        self._model = model
        self._cache_dir = cache_dir
        self._saved = model.head
        self.history = History(model, source.uuid)
        """The history as of the last catching up."""

    @classmethod
    def open(cls, source: Source, cache_dir: Path | None) -> "ReadModel":
        """The current read model of a store.

        Args:
            source: the store's reader, for the thread that calls `catch_up`.
            cache_dir: where the columns are kept between runs; None keeps none.

        Raises:
            ShipslogError: the store cannot be read, or lacks events in its midst.
        """
        model = None if cache_dir is None else cache.load(cache_dir, source)
        read_model = cls(source, model or Model(), cache_dir)
        read_model.catch_up()
        if read_model._model.head - read_model._saved >= _SAVE_AFTER:
            read_model.save()
        return read_model

    def catch_up(self) -> int:
        """Takes in what was appended since; gives the number of new events."""
        before = self._model.head
        with _no_search_for_cycles():
            self._take_all()
        taken = self._model.head - before
        if taken:
            self.history = History(self._model, self._source.uuid)
        return taken

    def _take_all(self) -> None:
        pending: list[Recorded] = []
        for chunk in self._source.read(self._model.head, chunk=_CHUNK):
            pending.extend(chunk)
            if len(pending) >= _AT_ONCE:
                self._model.absorb(pending)
                pending = []
        if pending:
            self._model.absorb(pending)

    def save(self) -> None:
        """Writes the cache, where there is a place for it; a failure is only logged."""
        if self._cache_dir is None or not self._model.head:
            return
        cache.save(self._cache_dir, self._source, self._model)
        self._saved = self._model.head

    def close(self) -> None:
        """Writes the cache where it lags; the reader stays the caller's to close."""
        if self._model.head != self._saved:
            self.save()
