import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.continuity import RING_SIZE, Continuity, cause_of_gap, judge
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


@pytest.mark.parametrize("was_connected", [True, False])
@pytest.mark.parametrize("remembered", [0, 1, RING_SIZE - 1])
def test_a_memory_that_is_not_full_began_with_the_engine(remembered, was_connected):
    cause = cause_of_gap(remembered, was_connected=was_connected)
    assert cause is GapCause.ENGINE_RESTARTED


def test_a_full_memory_ran_over_while_nobody_listened():
    assert cause_of_gap(RING_SIZE, was_connected=True) is GapCause.RING_OVERFLOW
    assert cause_of_gap(RING_SIZE, was_connected=False) is GapCause.RECORDER_OFF
