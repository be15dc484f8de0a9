"""How image versions fared, and with which it got worse."""

import pytest

from domain.facts import Origin, container, engine
from domain.facts.container import ContainerState
from domain.moments import SECOND
from domain.questions.health import Health, health_of_versions
from domain.questions.regressions import Regression, regressions
from domain.questions.regressions import to_json as regressions_to_json
from tests.adapters.readmodel import memory
from tests.domain.questions import story
from tests.domain.questions.services_story import Told
from tests.domain.questions.story import moment

C1 = memory.container(1)


def recorded() -> Told:
    """An engine that is recorded from the beginning, and the first version of an image."""
    told = Told().add(memory.engine(), 0, engine.RecordingStarted, recorder="0.1")
    return told.points(1, "shop/web:1", 1)


def fared(told: Told, number: int = 1, until: float | None = None) -> Health:
    history, reading = told.history()
    reference = story.subject(history, memory.reference("shop/web:1"))
    at = None if until is None else moment(until)
    return health_of_versions(history, reference, reading, at)[number]


def compared(told: Told) -> list[Regression]:
    history, reading = told.history()
    return regressions(history, reading)


def test_containers_and_the_time_that_they_ran_are_added_up() -> None:
    told = recorded().created(10, 1, "a").created(20, 2, "b").stopped(30.4, 1).removed(31, 2)
    health = fared(told)
    assert health.containers == 2
    # The first from 10.5 to 30.5, the second from 20.5 to its removal at 31.
    assert health.ran == int(30.5 * SECOND)


def test_what_still_runs_counts_up_to_the_end_or_the_moment() -> None:
    told = recorded().created(9.5, 1, "a").add(memory.engine(), 100, engine.EngineReconfigured)
    assert fared(told).ran == 90 * SECOND
    assert fared(told, until=50).ran == 40 * SECOND


def test_a_start_that_is_told_after_its_end_is_no_restart_and_runs_on_for_nobody() -> None:
    told = recorded().created(10, 1, "a", starts=None).exited(10.5, 1, code=3).started(10.6, 1)
    told.add(memory.engine(), 100, engine.EngineReconfigured)
    health = fared(told)
    assert (health.restarts, health.crashes.events, health.ran) == (0, 1, 0)


def test_a_start_long_after_an_end_is_a_restart_though_the_first_start_was_missed() -> None:
    told = recorded().created(10, 1, "a", starts=None).exited(10.5, 1, code=3).started(20, 1)
    assert fared(told).restarts == 1


def test_time_that_nobody_recorded_is_counted_apart() -> None:
    told = recorded().created(9.5, 1, "a").gap(20, 50).stopped(99.9, 1)
    health = fared(told)
    assert (health.ran, health.ran_unrecorded) == (60 * SECOND, 30 * SECOND)


def test_after_the_recording_stopped_nothing_counts() -> None:
    told = recorded().created(9.5, 1, "a")
    told.add(memory.engine(), 20, engine.RecordingStopped, reason="stopped")
    told.add(memory.engine("f" * 12), 100, engine.EngineReconfigured)
    assert (fared(told).ran, fared(told).ran_unrecorded) == (10 * SECOND, 80 * SECOND)


def test_another_engines_gap_takes_nothing_away() -> None:
    told = recorded().created(9.5, 1, "a").gap(20, 50, key="f" * 12).stopped(99.9, 1)
    assert fared(told).ran == 90 * SECOND


def test_a_crash_is_an_end_with_another_code_than_0_that_nobody_asked_for() -> None:
    told = recorded().created(10, 1, "a").exited(20, 1, 1).started(21, 1).stopped(30, 1, 143)
    told.started(40, 1).exited(50, 1, 0)
    assert fared(told).crashes.events == 1


def test_a_kill_from_outside_is_no_crash() -> None:
    told = recorded().created(10, 1, "a").add(C1, 20, container.ContainerSignalled, signal="9")
    assert fared(told.exited(20.1, 1, 137)).crashes.events == 0


def test_another_signal_from_outside_makes_a_crash_no_other() -> None:
    told = recorded().created(10, 1, "a").add(C1, 20, container.ContainerSignalled, signal="28")
    assert fared(told.exited(20.1, 1, 1)).crashes.events == 1


def test_podman_tells_of_no_stops_so_that_its_signals_are_no_crashes() -> None:
    told = recorded().engine(flavour="podman").created(10, 1, "a").exited(20, 1, 137)
    told.started(21, 1).exited(30, 1, 143).started(40, 1).exited(50, 1, 1)
    told.add(C1, 50.1, container.ContainerRestarted).started(50.2, 1)
    assert fared(told).crashes.events == 1


def test_an_unknown_code_is_taken_from_inspection_or_is_no_crash() -> None:
    told = recorded().created(10, 1, "a").exited(20, 1, None)
    assert fared(told).crashes.events == 0
    kind = container.ContainerObserved
    told.add(C1, 20, kind, state=ContainerState.EXITED, exit_code=3, origin=Origin.INSPECTED)
    assert fared(told).crashes.events == 1


def test_a_loop_of_crashes_is_one_incident() -> None:
    told = recorded().created(10, 1, "a")
    for seconds in (20, 40, 60):
        told.exited(seconds, 1, 1).started(seconds + 1, 1)
    told.exited(2000, 1, 1)
    health = fared(told)
    assert (health.crashes.events, health.crashes.incidents, health.restarts) == (4, 2, 3)


def test_crashes_in_a_gap_count_as_little_as_the_time() -> None:
    told = recorded().created(10, 1, "a").gap(15, 50)
    told.add(C1, 20, container.ContainerExited, exit_code=1, origin=Origin.RECONCILED)
    assert fared(told).crashes.events == 0


def test_kills_for_want_of_memory_by_event_and_by_inspection() -> None:
    told = recorded().created(10, 1, "a").add(C1, 19, container.ContainerOutOfMemory)
    told.exited(20, 1, 137).started(21, 1).exited(30, 1, 137)
    kind, parts = container.ContainerObserved, {"exit_code": 137, "origin": Origin.INSPECTED}
    told.add(C1, 30, kind, state=ContainerState.EXITED, oom_killed=True, **parts)
    told.started(31, 1).exited(40, 1, 137)
    health = fared(told)
    assert (health.oom_kills.events, health.crashes.events) == (2, 3)


def test_unhealthy_spells_begin_with_each_change_to_unhealthy() -> None:
    told = recorded().created(10, 1, "a")
    for seconds, status in ((11, "healthy"), (20, "unhealthy"), (25, "unhealthy"), (30, "healthy")):
        told.add(C1, seconds, container.HealthChanged, status=status)
    told.add(C1, 900, container.HealthChanged, status="unhealthy")
    health = fared(told)
    assert (health.unhealthy_spells.events, health.unhealthy_spells.incidents) == (2, 2)


def test_the_time_to_healthy_is_the_median_over_all_starts() -> None:
    told = recorded().created(10, 1, "a", starts=0)
    told.add(C1, 11, container.HealthChanged, status="starting")
    told.add(C1, 12, container.HealthChanged, status="healthy")
    told.stopped(20, 1).started(30, 1).add(C1, 36, container.HealthChanged, status="healthy")
    told.stopped(40, 1).started(50, 1).add(C1, 53, container.HealthChanged, status="healthy")
    assert fared(told).time_to_healthy == 3 * SECOND
    assert fared(recorded().created(10, 1, "a")).time_to_healthy is None


def test_a_health_that_was_seen_after_a_gap_tells_no_time() -> None:
    told = recorded().created(10, 1, "a").gap(15, 50)
    told.add(C1, 51, container.HealthChanged, status="healthy")
    assert fared(told).time_to_healthy is None


def test_an_end_that_was_missed_between_two_starts_is_a_restart() -> None:
    told = recorded().created(10, 1, "a").started(20, 1).stopped(29.9, 1)
    health = fared(told)
    assert (health.restarts, health.ran) == (1, int(19.5 * SECOND))


# Regressions.


def two_versions(crashes_before: int, crashes_after: int, hours: float = 100) -> Told:
    """A day or so with each of two versions, in which each container crashes that often."""
    told, half = recorded(), hours * 3600
    told.created(10, 1, "a", starts=0).points(half, "shop/web:1", 2)
    for turn in range(crashes_before):
        told.exited(1000 + 1000 * turn, 1, 1).started(1000 + 1000 * turn, 1)
    told.stopped(half + 10, 1).removed(half + 11, 1)
    told.created(half + 20, 2, "b", made_from=2, starts=0)
    for turn in range(crashes_after):
        told.exited(half + 1000 + 1000 * turn, 2, 1).started(half + 1000 + 1000 * turn, 2)
    return told.stopped(2 * half, 2)


def test_the_version_with_which_crashes_became_many_is_named() -> None:
    (worse,) = compared(two_versions(1, 14))
    assert (worse.measure, worse.direction, worse.enough) == ("crashes", "worse", True)
    assert (worse.reference, worse.after.version, worse.before.version) == ("shop/web:1", 2, 1)
    assert (worse.before.events, worse.after.events) == (1, 14)
    assert worse.sentence == (
        "shop/web:1 #2: 14 crashes in 100.0 h of running, with #1 1 crash in 100.0 h. "
        "More crashes (p = 0.00098)."
    )


def test_the_version_with_which_they_became_fewer_is_named_too() -> None:
    (better,) = compared(two_versions(14, 1))
    assert (better.direction, better.enough) == ("better", True)


def test_where_there_are_too_few_it_says_so() -> None:
    (unclear,) = compared(two_versions(1, 3))
    assert (unclear.direction, unclear.enough) == ("worse", False)
    assert "Too few to tell whether it got worse (p = 0.62)" in unclear.sentence


def test_without_any_trouble_there_is_nothing_to_compare() -> None:
    assert compared(two_versions(0, 0)) == []


def test_a_version_that_never_ran_is_passed_over() -> None:
    told = two_versions(1, 14)
    told.points(100 * 3600 + 5, "shop/web:1", 9).points(100 * 3600 + 6, "shop/web:1", 2)
    (worse,) = compared(told)
    assert (worse.before.version, worse.after.version) == (1, 4)


def test_one_crash_loop_is_no_regression_by_its_length() -> None:
    told = recorded().created(10, 1, "a", starts=0).points(360_000, "shop/web:1", 2)
    told.exited(5000, 1, 1).started(5001, 1).stopped(360_010, 1).removed(360_011, 1)
    told.created(360_020, 2, "b", made_from=2, starts=0)
    for turn in range(100):
        told.exited(370_000 + 10 * turn, 2, 1).started(370_001 + 10 * turn, 2)
    (unclear,) = compared(told.stopped(720_000, 2))
    assert (unclear.after.events, unclear.after.incidents, unclear.enough) == (100, 1, False)
    assert "100 crashes in 1 loop" in unclear.sentence


@pytest.mark.parametrize("count", [1, 2])
def test_regressions_are_written_with_the_keys_that_scripts_rely_on(count: int) -> None:
    (written,) = regressions_to_json(compared(two_versions(count, 14)))
    assert list(written) == [
        *("reference", "engine", "engine_name", "measure", "direction", "version", "before"),
        *("counts", "p", "sentence", "enough"),
    ]
    assert written["counts"]["before"]["events"] == count
    assert written["counts"]["after"]["hours_run"] == pytest.approx(100, abs=0.1)
