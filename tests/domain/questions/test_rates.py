"""The exact test of two Poisson rates."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.questions.rates import rates_differ
from tests.properties import quick

COUNTS = st.integers(0, 60)
TIMES = st.floats(0.01, 1e5)


@pytest.mark.parametrize(
    ("before", "time_before", "after", "time_after", "p"),
    [
        # What scipy 1.17.1 gives for twice the smaller of both one-sided values of
        # binomtest(before, before + after, share of the time).
        (11, 800, 21, 3011, 0.11201731957539936),
        (0, 20, 1, 0.001, 9.99950002500416e-05),
        (0, 100, 5, 100, 0.0625),
        (3, 100, 5, 100, 0.7265625),
        (10, 24, 1, 24, 0.01171875),
        (0, 1, 0, 1, 1.0),
        (2, 50, 30, 40, 8.767576720482468e-09),
        (1, 1000, 0, 1, 1.0),
        (120, 500, 80, 500, 0.005685155996750306),
        (7, 1, 7, 3, 0.07654151320457458),
        (2000, 10, 2200, 10, 0.0021323556719912455),
    ],
)
def test_it_gives_what_others_give(
    before: int, time_before: float, after: int, time_after: float, p: float
) -> None:
    found = rates_differ(before, time_before, after, time_after)
    assert math.isclose(found, p, rel_tol=1e-9)


@pytest.mark.parametrize("times", [(0, 1), (1, 0), (0, 0), (-1, 1)])
def test_without_time_nothing_can_be_told(times: tuple[float, float]) -> None:
    assert rates_differ(3, times[0], 5, times[1]) == 1.0


@given(COUNTS, TIMES, COUNTS, TIMES)
@quick
def test_it_is_a_probability_and_does_not_care_which_comes_first(
    a: int, time_a: float, b: int, time_b: float
) -> None:
    found = rates_differ(a, time_a, b, time_b)
    assert 0 <= found <= 1
    assert math.isclose(found, rates_differ(b, time_b, a, time_a), rel_tol=1e-6, abs_tol=1e-12)


def test_a_time_that_is_a_little_longer_makes_little_difference() -> None:
    assert math.isclose(
        rates_differ(1, 100, 14, 100), rates_differ(1, 100, 14, 100.01), rel_tol=0.01
    )


def test_times_may_be_as_uneven_as_they_like() -> None:
    assert 0 < rates_differ(1, 1e-12, 0, 1e12) < 1e-20
    assert rates_differ(0, 1e-300, 1, 1e300) == 1.0


@given(st.integers(1, 40), TIMES)
@quick
def test_equal_counts_in_equal_times_tell_nothing(count: int, time: float) -> None:
    assert math.isclose(rates_differ(count, time, count, time), 1.0)


@given(st.integers(0, 40), st.integers(1, 20), TIMES)
@quick
def test_the_more_uneven_the_less_likely(count: int, more: int, time: float) -> None:
    near = rates_differ(count, time, count + more, time)
    assert rates_differ(count, time, count + more + 1, time) <= near + 1e-9
