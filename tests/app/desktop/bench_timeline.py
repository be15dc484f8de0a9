"""What a frame of the timeline costs, beside pyqtgraph drawing the same events.

`measure` is called by the benchmarks and reports figures; nothing here is timed by a test.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from adapters.readmodel import History
from app.desktop.events.event_rows import EventRows
from app.desktop.feed.history_feed import HistoryFeed
from app.desktop.feed.snapshot import Snapshot
from app.desktop.lineage.lineage_artist import LineageArtist
from app.desktop.main_window import MainWindow
from app.desktop.replay_clock import ReplayClock
from app.desktop.style import sheet
from app.desktop.theme import LIGHT
from app.desktop.timeline.history_source import index_of
from app.desktop.timeline.history_texts import HistoryTexts
from app.desktop.timeline.lane_book import LaneBook
from app.desktop.timeline.timeline_view import TimelineView
from app.desktop.transport.overview import OVERVIEW_BINS, overview_of
from app.desktop.view_state import ViewState
from domain.questions.filters import Filter

WIDTH, HEIGHT = 1600, 900
_ZOOMS = (1.0, 0.3, 0.1, 0.016, 0.001)
_FRAMES = 60
_PEER_FRAMES = 5


def measure(history: History, *, peer: bool = True) -> dict[str, float]:
    """Milliseconds of CPU in the GUI's thread.

    `frame_p95_ms` pans and zooms the timeline alone, 1600 x 900; `scrub_p95_ms` is a step of
    the slider to a random moment with the whole window in sight; `peer_frame_ms` is the median
    frame of pyqtgraph's ScatterPlotItem over the same events, and `times_faster` the ratio.
    """
    app = QApplication.instance() or QApplication(["bench"])
    assert isinstance(app, QApplication)
    app.setStyle("Fusion")
    app.setPalette(LIGHT.palette())
    app.setStyleSheet(sheet(LIGHT))
    result: dict[str, float] = {"events": history.head}
    snapshot = _timed(result, "index_ms", lambda: _snapshot(history))
    result["lanes"] = snapshot.index.lane_count
    frames = _frames(snapshot)
    result |= {"frame_median_ms": _part(frames, 0.5), "frame_p95_ms": _part(frames, 0.95)}
    steps = _scrub(app, snapshot, result)
    result |= {"scrub_median_ms": _part(steps, 0.5), "scrub_p95_ms": _part(steps, 0.95)}
    if peer:
        result["peer_frame_ms"] = _part(_peer_frames(app, snapshot), 0.5)
        result["times_faster"] = result["peer_frame_ms"] / result["frame_median_ms"]
    return result


def _snapshot(history: History) -> Snapshot:
    book = LaneBook()
    book.update(history)
    index = index_of(history, book, None)
    return Snapshot(
        history,
        index,
        book.lane_of_object(),
        EventRows.of(history, Filter()),
        overview_of(history, OVERVIEW_BINS),
    )


def _frames(snapshot: Snapshot) -> list[float]:
    state = ViewState()
    view = TimelineView(state, LIGHT)
    view.resize(WIDTH, HEIGHT)
    view.show()
    texts = HistoryTexts(snapshot.history, state)
    view.show_index(snapshot.index, texts, snapshot.lane_of_object)
    whole = view.whole
    found = []
    for zoom in _ZOOMS:
        length = int(whole.length * zoom)
        for number in range(_FRAMES):
            start = whole.start + (whole.length - length) * number // _FRAMES
            state.show_range(start + number, start + number + length)
            found.append(_cpu(view.render_lanes))
    view.close()
    return found


def _scrub(app: QApplication, snapshot: Snapshot, result: dict[str, float]) -> list[float]:
    state = ViewState()
    artist = LineageArtist()
    folder = tempfile.TemporaryDirectory(prefix="shipslog-bench-")
    settings = QSettings(f"{folder.name}/window.ini", QSettings.Format.IniFormat)
    feed = HistoryFeed(Path(folder.name) / "none.db", None)  # never started
    window = MainWindow("bench", "", state, ReplayClock(state), feed, None, artist, settings, LIGHT)
    window.resize(WIDTH, HEIGHT)
    window.show()
    app.processEvents()

    def show() -> None:
        window.show_snapshot(snapshot)
        app.processEvents()

    _timed(result, "first_paint_ms", show)
    history = snapshot.history
    random = np.random.default_rng(1)
    found = []
    for part in random.random(150):
        moment = history.start + int((history.end - history.start) * part)

        def step(moment: int = moment) -> None:
            state.move_cursor(moment)
            app.processEvents()

        found.append(_cpu(step))
    window.close()
    return found


def _peer_frames(app: QApplication, snapshot: Snapshot) -> list[float]:
    import pyqtgraph

    history = snapshot.history
    lanes = snapshot.lane_of_object[history.subject]
    plot = pyqtgraph.PlotWidget()
    plot.resize(WIDTH, HEIGHT)
    x = (history.occurred_at - history.start) / 1e9
    scatter = pyqtgraph.ScatterPlotItem(
        x=x, y=lanes.astype(float), size=4, pen=None, brush=QColor("#33414f")
    )
    plot.addItem(scatter)
    plot.show()
    app.processEvents()
    pixmap = QPixmap(WIDTH, HEIGHT)
    found = []
    for number in range(_PEER_FRAMES):
        shift = (x.max() - x.min()) * 0.001 * number

        def frame(shift: float = shift) -> None:
            plot.setXRange(x.min() + shift, x.max() + shift, padding=0)
            painter = QPainter(pixmap)
            plot.render(painter)
            painter.end()

        found.append(_cpu(frame))
    plot.close()
    return found


def _cpu(work: Callable[[], object]) -> float:
    before = time.thread_time()
    work()
    return (time.thread_time() - before) * 1_000


def _timed(result: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    before = time.perf_counter()
    made = work()
    result[name] = (time.perf_counter() - before) * 1_000
    return made


def _part(values: list[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]
