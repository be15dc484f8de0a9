"""The sample history that comes with Shipslog."""

from pathlib import Path


def week() -> Path:
    """The store of the sample; to be read where it lies, and never written."""
    return Path(__file__).with_name("week.db")
