"""What the tests of faults share with those of recording."""

from tests.app.recording.conftest import hurry, own_folders

__all__ = ["hurry", "own_folders"]
