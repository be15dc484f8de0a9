"""What the tests of faults share with those of recording."""

import pytest

from app.recording import desk, watch
from tests.adapters.store.conftest import filled, keys, place, small
from tests.app.recording.conftest import SECONDS, hurry, own_folders

__all__ = ["filled", "hurry", "hurry_to_look", "keys", "own_folders", "place", "small"]


@pytest.fixture(name="hurry_to_look")
def hurry_to_look(hurry, monkeypatch):
    """Lets it also look again, and ask again where it was refused, in tenths of a second."""
    monkeypatch.setattr(desk, "SECOND", SECONDS // 10)
    monkeypatch.setattr(watch, "_REFUSED_SECONDS", 0.2)
