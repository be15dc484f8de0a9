"""Ticks at round moments, in any zone and at any zoom."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desktop.moment_text import Zone, ago, length
from app.desktop.timeline.pixels import Window
from app.desktop.timeline.time_axis import ticks
from domain.moments import DAY, HOUR, MINUTE, SECOND

START = 1_795_420_800 * SECOND  # 2026-11-23T08:00:00Z


def test_an_hour_has_ticks_every_few_minutes():
    found = ticks(Window(START, START + HOUR, 1200), Zone(utc=True))
    assert [tick.label for tick in found][:3] == ["08:00", "08:05", "08:10"]


def test_midnight_says_the_day():
    found = ticks(Window(START, START + DAY, 1200), Zone(utc=True))
    assert [tick.label for tick in found if tick.major] == ["Tue 24 Nov"]


@given(
    length=st.integers(1_000_000, 4_000 * DAY),
    start=st.integers(0, 5_000_000_000).map(lambda seconds: seconds * SECOND),
    utc=st.booleans(),
)
def test_ticks_are_in_order_inside_and_not_crowded(length, start, utc):
    window = Window(start, start + length, 1000)
    moments = [tick.moment for tick in ticks(window, Zone(utc), 90)]
    assert all(start <= moment <= start + length for moment in moments)
    assert all(second > first for first, second in pairwise(moments))
    # Months differ in length and clocks are put back, so a step may be a third shorter.
    assert all(second - first > 55 * window.step for first, second in pairwise(moments))


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(5_000_000, "5 ms"), (65 * SECOND, "1m 5s"), (2 * DAY + 3 * HOUR + MINUTE, "2d 3h")],
)
def test_a_length_says_its_two_largest_units(nanoseconds, text):
    assert length(nanoseconds) == text


def test_what_is_past_is_ago_and_what_comes_is_in():
    assert ago(START, START + 5 * MINUTE) == "5m ago"
    assert ago(START + HOUR, START) == "in 1h"
    assert ago(None, START) == "—"
