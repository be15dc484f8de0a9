"""A power cut at any moment loses nothing that was acknowledged, and the store opens by itself."""

import pytest

from tests.faults.appending import Settings
from tests.faults.figures import Figures
from tests.faults.power_cuts import Found, cut_power

MODES = {
    "write-ahead log": Settings(batches=16, seed=1),
    "rollback journal": Settings(batches=16, seed=2, own_sqlite=True),
}


def cut(settings: Settings, cuts: int) -> Found:
    found = cut_power(cuts, settings)
    assert found.cuts == cuts
    assert found.acknowledged > cuts * 100, "little was at stake"
    return found


@pytest.mark.parametrize("mode", MODES)
def test_a_power_cut_loses_nothing_acknowledged(mode: str, figures: Figures):
    cuts = figures.times(50, whole=2000)
    found = cut(MODES[mode], cuts)
    assert found.wrong == []
    assert found.lost == 0
    acknowledged = f"0 of {found.acknowledged:,} acknowledged lost, each opens and verifies"
    figures.note(f"power cut, {mode}", cuts, acknowledged, "0 lost, 0 damaged")


@pytest.mark.parametrize(
    ("mode", "weaker"), [("write-ahead log", "NORMAL"), ("rollback journal", "FULL")]
)
def test_the_cuts_would_show_a_store_that_waits_less_for_the_disk(
    mode: str, weaker: str, figures: Figures
):
    settings = MODES[mode]
    cuts = figures.times(40, whole=300)
    less = Settings(settings.batches, settings.seed, settings.own_sqlite, synchronous=weaker)
    found = cut(less, cuts)
    assert found.lost > 0
    figures.note(
        f"the same, {mode} with synchronous={weaker}",
        cuts,
        f"{found.lost} cuts lose acknowledged events",
        "losses, or the test shows nothing",
    )
