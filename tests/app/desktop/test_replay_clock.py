"""Play, pause, speed and steps."""

from app.desktop.replay_clock import SPEEDS, ReplayClock, Speed
from app.desktop.view_state import ViewState
from domain.moments import SECOND


class Moments:
    """Events at fixed moments."""

    def __init__(self, *moments: int) -> None:
        self._moments = moments

    def before(self, moment: int) -> int | None:
        """The last one before."""
        return max((each for each in self._moments if each < moment), default=None)

    def after(self, moment: int) -> int | None:
        """The first one after."""
        return min((each for each in self._moments if each > moment), default=None)

    @property
    def last(self) -> int:
        """The newest."""
        return self._moments[-1]


def clock_at(state: ViewState, moment: int) -> ReplayClock:
    """A clock over three events with the cursor at a moment."""
    clock = ReplayClock(state)
    clock.use_steps(Moments(10 * SECOND, 20 * SECOND, 1000 * SECOND))
    state.move_cursor(moment)
    return clock


def test_playing_moves_the_cursor_by_speed(state):
    clock = clock_at(state, 10 * SECOND)
    clock.set_speed(Speed("10×", times=10))
    clock.advance(2 * SECOND)
    assert state.cursor == 30 * SECOND


def test_quiet_stretches_are_skipped_up_to_shortly_before_the_next_event(state):
    clock = clock_at(state, 20 * SECOND)
    clock.set_speed(Speed("10×", times=10))
    clock.skip_quiet(True)
    clock.advance(SECOND // 100)
    assert state.cursor == 993 * SECOND
    clock.advance(SECOND // 10)
    assert state.cursor == 994 * SECOND


def test_a_short_stretch_is_not_skipped(state):
    clock = clock_at(state, 10 * SECOND)
    clock.set_speed(Speed("10×", times=10))
    clock.skip_quiet(True)
    clock.advance(SECOND // 10)
    assert state.cursor == 11 * SECOND


def test_playing_ends_at_the_newest_event(state, qtbot):
    clock = clock_at(state, 990 * SECOND)
    clock.play()
    with qtbot.waitSignal(clock.playing_changed, timeout=5_000) as caught:
        clock.advance(SECOND)
    assert caught.args == [False]
    assert state.cursor == 1000 * SECOND


def test_event_speed_steps_from_event_to_event(state):
    clock = clock_at(state, 10 * SECOND)
    clock.set_speed(Speed("2 events/s", events_per_second=2))
    clock.advance(SECOND // 4)
    assert state.cursor == 10 * SECOND
    clock.advance(SECOND // 4)
    assert state.cursor == 20 * SECOND


def test_steps_go_to_the_neighbouring_events_and_stay_at_the_ends(state):
    clock = clock_at(state, 15 * SECOND)
    clock.step(forward=True)
    assert state.cursor == 20 * SECOND
    clock.step(forward=False)
    assert state.cursor == 10 * SECOND
    clock.step(forward=False)
    assert state.cursor == 10 * SECOND


def test_play_and_pause_take_turns_and_really_move(state, qtbot):
    clock = clock_at(state, 10 * SECOND)
    clock.toggle()
    assert clock.playing
    qtbot.waitUntil(lambda: state.cursor > 10 * SECOND, timeout=5_000)
    clock.toggle()
    stopped_at = state.cursor
    assert not clock.playing
    qtbot.wait(60)
    assert state.cursor == stopped_at


def test_speeds_reach_from_real_time_to_a_day_a_second():
    assert {speed.times for speed in SPEEDS} >= {1, 10, 100, 1_000, 86_400}


def test_a_person_moving_the_cursor_stops_following(state):
    state.follow(True)
    state.advance_cursor(5)
    assert state.following
    state.move_cursor(4)
    assert not state.following


def test_going_back_restores_range_and_filter(state):
    state.show_range(0, 10**12)
    state.set_filter("event=die")
    state.go_back()
    assert state.filter == ""
