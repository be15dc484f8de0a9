import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.continuity import RING_SIZE, Break, Continuity, cause_of_gap, judge
from domain.facts.engine import GapCause

keys = st.tuples(st.integers(1, 9), st.binary(min_size=1, max_size=1))


@given(st.lists(keys), st.sets(keys), st.booleans())
def test_one_remembered_event_that_is_recorded_proves_that_none_is_missing(
    remembered, recorded, before
):
    judgement = judge(remembered, recorded, recorded_before=before)
    if set(remembered) & recorded:
        assert judgement is Continuity.PROVEN
    else:
        assert judgement is (Continuity.BROKEN if before else Continuity.FIRST_CONTACT)


def test_an_empty_memory_proves_nothing():
    assert judge([], {(1, b"x")}, recorded_before=True) is Continuity.BROKEN
    assert judge([], set(), recorded_before=False) is Continuity.FIRST_CONTACT


BREAKS = st.builds(Break, st.booleans(), st.booleans(), st.booleans())


@given(st.integers(0, RING_SIZE - 1), BREAKS)
def test_a_memory_that_is_not_full_began_with_the_engine(remembered, between):
    assert cause_of_gap(remembered, between) is GapCause.ENGINE_RESTARTED


@pytest.mark.parametrize(
    ("between", "cause"),
    [
        (Break(), GapCause.RECORDER_OFF),
        (Break(was_connected=True), GapCause.RING_OVERFLOW),
        (Break(was_connected=True, was_unreachable=True), GapCause.ENGINE_UNREACHABLE),
        (Break(was_connected=True, was_unreachable=True, slept=True), GapCause.MACHINE_ASLEEP),
    ],
)
def test_a_full_memory_ran_over_while_nobody_listened(between, cause):
    assert cause_of_gap(RING_SIZE, between) is cause
