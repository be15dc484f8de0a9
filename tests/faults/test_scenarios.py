"""Random life on an engine, random faults on the line to it: nothing undeclared, nothing twice.

Each scenario is made from its seed, and `--seed` plays one again.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.continuity import may_have_forgotten
from tests.faults.figures import Figures
from tests.faults.proxy import Mishap
from tests.faults.scenarios import FAULTS, Scenario, scenario
from tests.faults.trial import Outcome, Trial

AT_ONCE = 4
"""Scenarios; each recorder and each engine has threads of its own."""

RECONNECTED_SECONDS = 5.0

pytestmark = [pytest.mark.usefixtures("own_folders", "hurry_to_look"), pytest.mark.timeout(1800)]


def play(played: Scenario) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="shipslog-") as folder:
        return Trial(Path(folder), played).run()


def play_all(scenarios: list[Scenario]) -> list[Outcome]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(play, scenarios))


def assert_kept(outcomes: list[Outcome]) -> None:
    """All that is promised is kept; else the scenarios in which it is not, and how."""
    broken = [outcome for outcome in outcomes if outcome.broken]
    told = [f"{outcome.scenario}\n" + "\n".join(outcome.broken[:5]) for outcome in broken]
    assert not broken, f"{len(broken)} of {len(outcomes)} scenarios:\n" + "\n\n".join(told)


def test_whatever_befalls_the_line_all_is_stored_once_or_declared(
    figures: Figures, pytestconfig: pytest.Config
):
    only = pytestconfig.getoption("--seed")
    seeds = range(figures.times(20, whole=1000)) if only is None else [only]
    outcomes = play_all([scenario(seed) for seed in seeds])
    assert_kept(outcomes)
    reconnected = sorted(outcome.reconnected for outcome in outcomes)
    within = reconnected[int(0.95 * len(reconnected))]
    assert within <= RECONNECTED_SECONDS
    found = [outcome.findings for outcome in outcomes]
    said, declared = (sum(getattr(f, what) for f in found) for what in ("said", "declared"))
    gaps, empty = (sum(getattr(f, what) for f in found) for what in ("gaps", "empty_gaps"))
    figures.note(
        "line disturbed at random (proxy)",
        len(outcomes),
        f"of {said:,} events {said - declared:,} stored, {declared:,} declared lost, 0 twice; "
        f"{gaps} gaps, {empty} where nothing was lost but nothing proved it; "
        f"reconnected p95 {within:.1f} s by quickened clocks",
        "0 lost undeclared, 0 twice, 0 gaps against proof, p95 5 s",
    )


def test_where_nothing_goes_wrong_no_gap_is_declared(figures: Figures):
    seeds = range(figures.times(2, whole=100))
    outcomes = play_all([scenario(seed, faults=False) for seed in seeds])
    assert_kept(outcomes)
    assert sum(outcome.findings.declared for outcome in outcomes) == 0
    found = [outcome.findings for outcome in outcomes]
    # Of more than the engine remembers, said within a moment, nothing can prove that it came.
    bursts = [each for each in found if may_have_forgotten(each.said)]
    unproven = sum(each.gaps for each in bursts)
    assert sum(each.gaps for each in found) == unproven <= len(bursts)
    told = f"0 gaps, and {unproven} in {len(bursts)} bursts that the engine's memory cannot hold"
    figures.note("line left alone (proxy)", len(outcomes), told, "0 gaps against proof")


def test_a_scenario_is_made_from_its_seed_alone():
    assert scenario(7) == scenario(7) != scenario(8)
    assert "--seed 7" in str(scenario(7))
    assert scenario(7, faults=False).faults == ()
    faults = [step for seed in range(1000) for step in scenario(seed).faults]
    assert {step.mishap for step in faults if step.mishap} == set(Mishap)
    assert {step.deed for step in faults} == FAULTS
