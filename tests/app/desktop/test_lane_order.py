"""Rows sorted by lane and time, as a plain sort would."""

import numpy as np
import pytest

from app.desktop.timeline.lane_order import lane_order


@pytest.mark.parametrize("most", [1, 300, 70_000, 200_000])
def test_the_order_is_that_of_a_plain_sort(most):
    random = np.random.default_rng(most)
    lanes = random.integers(-1, most, 5_000).astype(np.int32)
    times = random.integers(0, 2_000, 5_000).astype(np.int64)
    plain = np.lexsort((times, lanes))
    assert np.array_equal(lane_order(lanes, times), plain[lanes[plain] >= 0])


def test_nothing_has_an_order():
    assert len(lane_order(np.zeros(0, np.int32), np.zeros(0, np.int64))) == 0
