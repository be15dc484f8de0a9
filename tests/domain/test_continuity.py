import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.continuity import (
    RING_SIZE,
    Break,
    Continuity,
    cause_of_gap,
    judge,
    may_have_forgotten,
)
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


def test_a_full_memory_proves_only_what_it_reaches_back_to():
    """Events that the stream left out may lie before the oldest that is remembered."""
    ring = [(moment, b"x") for moment in range(100, 100 + RING_SIZE)]

    def judged(ring, heard_until, last_seen=None):
        recorded = set(ring[-50:])
        return judge(
            ring, recorded, recorded_before=True, heard_until=heard_until, last_seen=last_seen
        )

    assert judged(ring, heard_until=99) is Continuity.UNPROVEN
    assert judged(ring, heard_until=ring[-1][0]) is Continuity.PROVEN
    assert judged(ring, heard_until=99, last_seen=ring[-1]) is Continuity.PROVEN
    assert judged(ring[-100:], heard_until=99) is Continuity.PROVEN


@pytest.mark.parametrize("remembered", [RING_SIZE, RING_SIZE - 2])
def test_what_is_said_while_the_memory_is_asked_for_takes_room_in_it(remembered):
    assert may_have_forgotten(remembered)
    assert not may_have_forgotten(RING_SIZE // 2)


BREAKS = st.builds(Break, st.booleans(), st.booleans(), st.booleans())


@given(st.integers(0, RING_SIZE // 2), BREAKS)
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
