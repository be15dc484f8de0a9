"""How much of the time is recorded."""

import pytest

from domain.facts.engine import RecordingStarted, RecordingStopped
from domain.questions.recorded import coverage
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import KEY
from tests.domain.questions.services_story import Told
from tests.domain.questions.story import moment


def recorded(*times: tuple[float, float | None]) -> Told:
    """An engine that was recorded from each beginning to each end."""
    told = Told()
    for begin, end in times:
        told.add(memory.engine(), begin, RecordingStarted, recorder="shipslog")
        if end is not None:
            told.add(memory.engine(), end, RecordingStopped, reason="stopped")
    return told


@pytest.mark.parametrize(
    ("told", "alive", "seconds"),
    [
        (recorded((10, None)), 110, 100),
        (recorded((10, None)), 60, 50),  # killed, and nobody knows what happened since
        (recorded((10, 60)), 110, 50),
        (recorded((10, None)).gap(20, 30), 110, 90),
        (recorded((10, 40), (80, None)), 110, 60),
    ],
)
def test_coverage_is_what_was_recorded_since_the_first_time(told, alive, seconds):
    history, _ = told.history()
    found = coverage(history, moment(110), moment(alive))[KEY]
    assert (found.since, found.recorded_ns) == (moment(10), seconds * 10**9)
    assert found.share == pytest.approx(seconds / 100)


def test_time_in_which_nothing_was_missed_counts_though_nobody_listened():
    told = recorded((10, 40), (80, None))
    history, _ = told.history()
    assert coverage(history, moment(110), moment(110), proven={3})[KEY].share == 1.0


def test_an_engine_that_is_only_imported_has_no_recording_to_speak_of():
    history, _ = Told().created(10, 1, "a").history()
    assert coverage(history, moment(110), moment(110)) == {}
