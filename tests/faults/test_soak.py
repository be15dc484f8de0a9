"""A long recording of a busy engine costs little memory and little room on the disk."""

from pathlib import Path

from adapters.store.verification import Result, verify
from tests.faults.figures import Figures
from tests.faults.soak import soak

MOST_GROWTH_MB = 50
MOST_BYTES_AN_EVENT = 700


def test_a_long_recording_costs_little_memory_and_little_room(tmp_path: Path, figures: Figures):
    events = figures.times(5_000, whole=1_000_000)
    cost = soak(tmp_path, events)
    found = verify(tmp_path / "history" / "log.db", key_folder=tmp_path / "keys")
    assert (found.result, found.events) == (Result.NOT_WITNESSED, cost.stored)
    growth = (cost.end_kb - cost.warm_kb) / 1024
    bytes_an_event = cost.bytes_on_disk / cost.stored
    assert cost.stored > events
    assert growth < MOST_GROWTH_MB
    assert bytes_an_event < MOST_BYTES_AN_EVENT
    figures.note(
        "a recording of so many events",
        events,
        f"grows by {growth:.0f} MB after the first tenth, {bytes_an_event:.0f} bytes a stored "
        "event, verifies",
        f"{MOST_GROWTH_MB} MB, {MOST_BYTES_AN_EVENT} bytes",
    )
