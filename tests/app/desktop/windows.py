"""Windows for tests, wired as the app wires them but without a recorder's process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from adapters.readmodel import History
from app.desktop.events.event_rows import EventRows
from app.desktop.feed.history_feed import HistoryFeed
from app.desktop.feed.snapshot import Snapshot
from app.desktop.lineage.lineage_artist import LineageArtist
from app.desktop.main_window import MainWindow
from app.desktop.replay_clock import ReplayClock
from app.desktop.theme import LIGHT
from app.desktop.timeline.history_source import index_of
from app.desktop.timeline.lane_book import LaneBook
from app.desktop.transport.overview import OVERVIEW_BINS, overview_of
from app.desktop.view_state import ViewState
from domain.questions.filters import Filter


def snapshot_of(history: History) -> Snapshot:
    """What the worker would hand over."""
    book = LaneBook()
    book.update(history)
    index = index_of(history, book, None)
    lanes: np.ndarray = book.lane_of_object()
    return Snapshot(
        history, index, lanes, EventRows.of(history, Filter()), overview_of(history, OVERVIEW_BINS)
    )


@contextmanager
def window_on(
    store: Path, qtbot: QtBot, settings: QSettings, *, wait: bool = True
) -> Iterator[tuple[MainWindow, ViewState, ReplayClock]]:
    """A shown window that reads a store in its worker thread, until the block ends."""
    state = ViewState()
    clock = ReplayClock(state)
    feed = HistoryFeed(store, None)
    window = MainWindow(
        "Test", str(store), state, clock, feed, None, LineageArtist(), settings, LIGHT
    )
    qtbot.addWidget(window)
    if not settings.contains("window/geometry"):
        window.resize(1400, 900)
    window.show()
    if wait:
        with qtbot.waitSignal(feed.snapshot_arrived, timeout=10_000):
            feed.start()
    else:
        feed.start()
    try:
        yield window, state, clock
    finally:
        window.close()
        assert not feed.running
