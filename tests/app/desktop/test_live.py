"""The window follows a store that another process appends to."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.desktop.feed.history_feed import HistoryFeed
from app.desktop.feed.snapshot import Snapshot
from app.desktop.view_state import Range, ViewState
from tests.app.desktop.windows import window_on


class Recorder:
    """The appending process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def append(self, containers: int) -> int:
        """Creates containers and gives the moment of the commit."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{containers}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def recorder(store: Path) -> Iterator[Recorder]:
    """Another process that appends to the store."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.app.desktop.appending", str(store), str(store.parent / "k")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Recorder(process)
        assert process.stdin is not None
        process.stdin.close()


def test_what_another_process_records_shows_up_and_live_follows_it(tmp_path, qtbot, settings):
    store = tmp_path / "live.db"
    with recorder(store) as other:
        other.append(1)
        with window_on(store, qtbot, settings) as (window, state, _):
            window.actions_.live.trigger()
            assert state.following
            other.append(3)
            qtbot.waitUntil(lambda: window.tables.count("container") == 4, timeout=5_000)
            assert state.following
            assert state.cursor == window.slider._snapshot.history.end
            assert [row.label for row in window.timeline.rows if row.depth == 2] == [
                "live-1", "live-2", "live-3", "live-4",
            ]  # fmt: skip


def test_live_shows_all_of_a_history_that_grows(tmp_path, qtbot, settings):
    store = tmp_path / "live.db"
    with recorder(store) as other:
        other.append(1)
        with window_on(store, qtbot, settings) as (window, state, _):
            window.actions_.live.trigger()
            other.append(3)
            qtbot.waitUntil(lambda: window.tables.count("container") == 4, timeout=5_000)
            whole = window.timeline.whole
            assert state.range.start <= whole.start < whole.end <= state.range.end
            seen = state.range.length
            other.append(3)
            qtbot.waitUntil(lambda: window.tables.count("container") == 7, timeout=5_000)
            assert state.range.length >= seen
            assert state.range.end >= window.timeline.whole.end


@pytest.mark.parametrize(
    ("shown", "then"),
    [
        (Range(0, 100), Range(0, 150)),
        (Range(-10, 200), Range(-10, 200)),
        (Range(60, 80), Range(130, 150)),
        (Range(140, 160), Range(140, 160)),
    ],
)
def test_who_follows_sees_the_newest_as_closely_as_before(shown, then):
    state, scale = ViewState(), 10**9
    state.show_range(shown.start * scale, shown.end * scale)
    state.keep_up(Range(0, 100 * scale), Range(0, 150 * scale))
    assert state.range == Range(then.start * scale, then.end * scale)


def test_without_live_the_cursor_stays_while_events_arrive(tmp_path, qtbot, settings):
    store = tmp_path / "live.db"
    with recorder(store) as other:
        other.append(2)
        with window_on(store, qtbot, settings) as (window, state, _):
            before = state.cursor
            other.append(2)
            qtbot.waitUntil(lambda: window.events._model.rowCount() == 8, timeout=5_000)
            assert state.cursor == before


def test_an_event_is_handed_over_soon_after_its_commit(tmp_path, qtbot):
    """A generous bound: the benchmarks measure the real delay."""
    store = tmp_path / "live.db"
    arrived: list[tuple[int, int]] = []

    with recorder(store) as other:
        other.append(1)
        feed = HistoryFeed(store, None)

        def note(snapshot: Snapshot) -> None:
            arrived.append((snapshot.history.head, time.time_ns()))

        feed.snapshot_arrived.connect(note)
        feed.start()
        qtbot.waitUntil(lambda: bool(arrived), timeout=10_000)
        delays = []
        for number in range(10):
            committed = other.append(1)
            head = 2 * (number + 2)
            qtbot.waitUntil(lambda head=head: arrived[-1][0] == head, timeout=5_000)
            delays.append(arrived[-1][1] - committed)
        feed.stop()
    assert sorted(delays)[len(delays) // 2] < 500_000_000


def test_a_store_that_appears_later_is_found(tmp_path, qtbot, settings):
    store = tmp_path / "later.db"
    with window_on(store, qtbot, settings, wait=False) as (window, _, _):
        qtbot.waitUntil(window.empty.isVisible, timeout=5_000)
        with recorder(store) as other:
            other.append(2)
            qtbot.waitUntil(window.timeline.isVisible, timeout=10_000)
        assert not window.empty.isVisible()


def test_the_worker_ends_every_time(fleet_store, qtbot):
    for number in range(20):
        feed = HistoryFeed(fleet_store, None)
        feed.start()
        if number % 2:
            with qtbot.waitSignal(feed.snapshot_arrived, timeout=10_000):
                pass
        feed.stop()
        assert not feed.running


def test_a_file_that_is_no_store_is_named_and_the_window_stays(tmp_path, qtbot, settings):
    store = tmp_path / "notes.txt"
    store.write_text("this is not a history, but long enough to be looked into as one " * 9)
    with window_on(store, qtbot, settings, wait=False) as (window, _, _):
        qtbot.waitUntil(lambda: "notes.txt" in window.status._recorder.text(), timeout=5_000)
