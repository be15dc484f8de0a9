import pytest

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from tests.app.story import story


@pytest.fixture
def opened(tmp_path):
    """Opens the history of facts that a test tells: (reader, history)."""
    readers = []

    def open_story(told=None):
        reader = open_reader((told or story()).write(tmp_path / "s.db"))
        readers.append(reader)
        return reader, ReadModel.open(reader, None).history

    yield open_story
    for reader in readers:
        reader.close()
