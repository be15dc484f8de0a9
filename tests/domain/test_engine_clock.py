"""An engine's clock that is another, is set, or is set back."""

import pytest

from domain.engine_clock import (
    EngineClock,
    engine_time,
    has_slept_since,
    not_before,
    note_event,
    note_offset,
    note_sleep,
)
from domain.moments import HOUR, SECOND

NOW = 1_795_435_300 * SECOND


def test_small_differences_between_clocks_are_none() -> None:
    noted = note_offset(EngineClock(), SECOND)
    assert (noted.step, noted.set_back) == (0, False)
    assert engine_time(noted.clock, NOW) == NOW


@pytest.mark.parametrize(("offset", "back"), [(HOUR, False), (-HOUR, True)])
def test_a_clock_that_is_another_is_noted_and_told_by(offset: int, back: bool) -> None:
    noted = note_offset(EngineClock(offset=0), offset)
    assert (noted.step, noted.set_back) == (offset, back)
    assert engine_time(noted.clock, NOW) == NOW + offset
    assert note_offset(noted.clock, offset + SECOND).step == 0


def test_events_that_are_out_of_order_by_milliseconds_say_nothing_of_the_clock() -> None:
    clock = note_event(EngineClock(offset=0), NOW, NOW).clock
    noted = note_event(clock, NOW - SECOND // 100, NOW)
    assert (noted.step, noted.set_back, noted.clock.floor) == (0, False, None)


def test_an_event_from_before_the_last_one_shows_that_the_clock_was_set_back() -> None:
    clock = note_event(EngineClock(offset=0), NOW, NOW).clock
    noted = note_event(clock, NOW - HOUR, NOW)
    assert (noted.step, noted.set_back) == (-HOUR, True)
    assert not_before(noted.clock, NOW - HOUR) == NOW
    assert not_before(noted.clock, NOW + 1) is None
    # The next look at both clocks finds nothing new.
    assert note_offset(noted.clock, -HOUR).step == 0


def test_where_both_clocks_were_set_back_neither_differs_but_the_order_does() -> None:
    clock = note_event(EngineClock(offset=0), NOW, NOW).clock
    noted = note_event(clock, NOW - HOUR, NOW - HOUR)
    assert (noted.step, noted.set_back) == (0, True)
    assert not_before(noted.clock, NOW - HOUR) == NOW


def test_a_clock_that_is_set_back_twice_has_not_passed_the_first_moment_yet() -> None:
    clock = note_event(EngineClock(offset=0), NOW, NOW).clock
    clock = note_event(clock, NOW - HOUR, NOW).clock
    clock = note_event(clock, NOW - 2 * HOUR, NOW).clock
    assert not_before(clock, NOW - 2 * HOUR) == NOW


def test_sleep_explains_what_came_after_it_began() -> None:
    clock = note_sleep(EngineClock(), 10 * SECOND, NOW)
    assert has_slept_since(clock, NOW - 5 * SECOND)
    assert has_slept_since(clock, NOW - HOUR)
    assert not has_slept_since(clock, NOW)
    assert not has_slept_since(clock, None)
