"""All that a reader finds in a store."""

from pathlib import Path

from domain.facts import Entry


def everything(place: Path) -> list[Entry]:
    """The facts in their places, in order."""
    # Only now, since whoever calls chooses the SQLite first.
    from adapters.store.opening import open_reader

    reader = open_reader(place)
    try:
        return [Entry(one.stream, one.version, one.fact) for c in reader.read() for one in c]
    finally:
        reader.close()
