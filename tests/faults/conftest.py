"""What the tests of faults share with those of recording."""

import pytest

from app.recording import desk, watch
from tests.app.recording.conftest import SECONDS, hurry, own_folders

__all__ = ["hurry", "hurry_to_look", "own_folders"]


@pytest.fixture(name="hurry_to_look")
def hurry_to_look(hurry, monkeypatch):
    """Lets it also look again, and ask again where it was refused, in tenths of a second."""
    monkeypatch.setattr(desk, "SECOND", SECONDS // 10)
    monkeypatch.setattr(watch, "_REFUSED_SECONDS", 0.2)
