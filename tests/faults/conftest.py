"""What the tests of faults share with those of recording."""

import pytest

from app.recording import desk
from tests.app.recording.conftest import SECONDS, hurry, own_folders

__all__ = ["hurry", "hurry_to_look", "own_folders"]


@pytest.fixture(name="hurry_to_look")
def hurry_to_look(hurry, monkeypatch):
    """Lets the recorder look again at what was at work after tenths of a second, not seconds."""
    monkeypatch.setattr(desk, "SECOND", SECONDS // 10)
