"""Stores for the tests: real SQLite files, with keys of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.store.opening import create_or_open, open_reader
from adapters.store.reader import Reader
from adapters.store.writer import Writer
from tests.adapters.store.sample import BEGIN, entries, reported


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the store is to be."""
    return tmp_path / "history" / "log.db"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where its keys are to be."""
    return tmp_path / "keys"


@pytest.fixture
def opened(place: Path, keys: Path) -> Iterator[Callable[[], Writer]]:
    """Opens the store for writing, as often as called; all are closed at the end."""
    writers = []

    def open_store() -> Writer:
        writers.append(create_or_open(place, now=BEGIN, keys=keys))
        return writers[-1]

    yield open_store
    for writer in writers:
        writer.close()


@pytest.fixture
def writer(opened: Callable[[], Writer]) -> Writer:
    """The store, new and open for writing."""
    return opened()


@pytest.fixture
def reader(writer: Writer) -> Iterator[Reader]:
    """The same store, open for reading."""
    found = open_reader(writer.path)
    yield found
    found.close()


@pytest.fixture
def filled(place: Path, keys: Path) -> Path:
    """A closed store of 2,500 events, sealed at 0, 1,000, 2,000 and at the end."""
    made = create_or_open(place, now=BEGIN, keys=keys)
    for start in range(0, 2500, 100):
        made.append(entries(100, start), reported(100, start))
    made.close()
    return place


@pytest.fixture
def small(place: Path, keys: Path) -> Path:
    """A closed store of 300 events, sealed at 0, 150 and 300."""
    made = create_or_open(place, now=BEGIN, keys=keys)
    made.append(entries(150), reported(150))
    made.seal()
    made.append(entries(150, 150), reported(150, 150))
    made.close()
    return place
