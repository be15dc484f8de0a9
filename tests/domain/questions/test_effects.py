"""How facts change the condition of a container, and how much they matter."""

import pytest

from domain.facts import FACTS, Fact, build
from domain.facts.container import (
    ContainerCreated,
    ContainerExited,
    ContainerFound,
    ContainerObserved,
    ContainerOutOfMemory,
    ContainerPaused,
    ContainerRemoved,
    ContainerRenamed,
    ContainerStarted,
    ContainerState,
    ContainerStopped,
    ContainerUnpaused,
    HealthChanged,
)
from domain.questions.effects import Condition, after
from domain.questions.severity import SEVERITY_OF_KIND, Severity, severity_of
from tests.adapters.readmodel.memory import at


def lived(*facts: Fact) -> Condition:
    condition = Condition()
    for fact in facts:
        condition = after(condition, fact)
    return condition


CREATED = at(1, ContainerCreated, name="web", image="a:1")
STARTED = at(2, ContainerStarted)


def test_a_created_container_is_there_and_has_not_run() -> None:
    assert lived(CREATED) == Condition(alive=True, state=ContainerState.CREATED, name="web")


def test_a_start_forgets_exit_code_and_health() -> None:
    condition = lived(
        CREATED, STARTED, at(3, ContainerExited, exit_code=1), at(4, ContainerStarted)
    )
    assert (condition.state, condition.exit_code, condition.health) == (
        ContainerState.RUNNING,
        None,
        None,
    )
    assert (condition.started_at, condition.finished_at, condition.restarts) == (4, 3, 1)


def test_the_first_start_is_no_restart() -> None:
    assert lived(CREATED, STARTED).restarts == 0
    found = at(1, ContainerFound, name="web", image="a:1", state=ContainerState.EXITED)
    assert lived(found, STARTED).restarts == 1


def test_stop_and_out_of_memory_leave_the_state_to_the_exit() -> None:
    running = lived(CREATED, STARTED)
    assert after(running, at(3, ContainerStopped)) == running
    assert after(running, at(3, ContainerOutOfMemory)) == running


def test_an_inspection_tells_the_exit_code_that_the_event_did_not_know() -> None:
    exited = at(3, ContainerExited, exit_code=None)
    seen = at(3, ContainerObserved, state=ContainerState.EXITED, exit_code=137)
    assert lived(CREATED, STARTED, exited, seen).exit_code == 137
    assert lived(CREATED, STARTED, seen, exited).exit_code == 137


@pytest.mark.parametrize("state", [ContainerState.RUNNING, ContainerState.PAUSED])
def test_the_zero_that_engines_give_for_a_running_container_is_no_exit_code(
    state: ContainerState,
) -> None:
    assert lived(CREATED, at(2, ContainerObserved, state=state, exit_code=0)).exit_code is None


def test_a_container_that_could_not_be_started_has_an_exit_code() -> None:
    failed = at(2, ContainerObserved, state=ContainerState.CREATED, exit_code=127)
    never = at(2, ContainerObserved, state=ContainerState.CREATED, exit_code=0)
    assert lived(CREATED, failed).exit_code == 127
    assert lived(CREATED, never).exit_code is None


def test_pause_rename_and_health_change_their_own_part_only() -> None:
    condition = lived(
        CREATED,
        STARTED,
        at(3, HealthChanged, status="healthy"),
        at(4, ContainerPaused),
        at(5, ContainerRenamed, name="new"),
        at(6, ContainerUnpaused),
    )
    assert (condition.state, condition.name, condition.health) == (
        ContainerState.RUNNING,
        "new",
        "healthy",
    )


def test_a_word_for_health_that_is_not_known_counts_as_other() -> None:
    assert lived(CREATED, at(2, HealthChanged, status="odd")).health == "other"


def test_a_removed_container_is_there_no_more() -> None:
    assert not lived(CREATED, at(2, ContainerRemoved), at(3, ContainerExited)).alive


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (at(1, ContainerExited, exit_code=0), Severity.NORMAL),
        (at(1, ContainerExited, exit_code=137), Severity.BAD),
        (at(1, ContainerExited, exit_code=None), Severity.NOTABLE),
        (at(1, ContainerOutOfMemory), Severity.BAD),
        (at(1, HealthChanged, status="unhealthy"), Severity.BAD),
        (at(1, HealthChanged, status="healthy"), Severity.QUIET),
        (at(1, build.BuildFinished, builder="b", error="failed"), Severity.BAD),
        (at(1, build.BuildFinished, builder="b"), Severity.NORMAL),
        (at(1, ContainerStopped), Severity.NOTABLE),
        (STARTED, Severity.NORMAL),
    ],
)
def test_trouble_matters_most(fact: Fact, expected: Severity) -> None:
    assert severity_of(fact) is expected


def test_every_kind_of_fact_has_a_severity() -> None:
    assert set(SEVERITY_OF_KIND) == set(FACTS)
