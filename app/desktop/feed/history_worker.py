"""Reads the store in a worker thread: opens it, catches up, answers questions about events."""

import logging
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from adapters.readmodel import ReadModel
from adapters.store.errors import StoreMissing
from adapters.store.opening import open_reader
from adapters.store.reader import Reader
from app.desktop.detail.account import AccountBook, Asked
from app.desktop.events.event_rows import EventRows
from app.desktop.feed.snapshot import Snapshot
from app.desktop.timeline.history_source import index_of
from app.desktop.timeline.index import TimelineIndex
from app.desktop.timeline.lane_book import LaneBook
from app.desktop.transport.overview import OVERVIEW_BINS, overview_of
from domain.errors import ShipslogError, UsageError
from domain.questions.filters import Filter, parse_filter

logger = logging.getLogger(__name__)

POLL_MS = 25
_SEARCH_MS = 500
_AT_MOST_BUSY = 4
"""A slow catching up is followed by a pause of so many times its length: the GUI needs the CPU."""


class HistoryWorker(QObject):
    """Lives in the worker thread; every method runs there."""

    snapshot_ready = Signal(object)
    store_missing = Signal()
    facts_ready = Signal(int, object)
    account_ready = Signal(object)
    rows_ready = Signal(object)
    filter_refused = Signal(str)
    failed = Signal(str)

    def __init__(self, store: Path, cache_dir: Path | None) -> None:
        super().__init__()
        self.wanted_account: Asked | None = None
        """The newest question, set by the asking thread: older ones are passed over."""
        self._store = store
        self._cache_dir = cache_dir
        self._reader: Reader | None = None
        self._model: ReadModel | None = None
        self._book = LaneBook()
        self._accounts = AccountBook()
        self._index: TimelineIndex | None = None
        self._wanted = Filter()
        self._timer: QTimer | None = None
        self._not_before = 0.0

    def start(self) -> None:
        """Opens the store, and begins to look for what is new."""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._poll)
        self._open()

    def stop(self) -> None:
        """Closes everything; the thread can end after it."""
        if self._timer is not None:
            self._timer.stop()
        try:
            if self._model is not None:
                self._model.close()
        except (ShipslogError, OSError):
            logger.exception("The read model's cache was not saved.")
        if self._reader is not None:
            self._reader.close()
        self._model = self._reader = None

    def fetch(self, question: int, positions: list[int]) -> None:
        """Reads whole facts; the answer carries the question's number."""
        if self._reader is None:
            return
        try:
            self.facts_ready.emit(question, self._reader.at(positions))
        except ShipslogError as error:
            self.failed.emit(str(error))

    def tell(self, asked: Asked) -> None:
        """Works out what the store tells of an object, unless something else is asked by now."""
        if self._reader is None or self._model is None or asked != self.wanted_account:
            return
        try:
            for account in self._accounts.accounts(self._model.history, self._reader.at, asked):
                self.account_ready.emit(account)
                if asked != self.wanted_account:
                    return
        except ShipslogError as error:
            self.failed.emit(str(error))

    def choose(self, text: str) -> None:
        """Lets only the events through that a filter names, from now on."""
        try:
            self._wanted = parse_filter(text)
        except UsageError as error:
            self.filter_refused.emit(str(error))
            return
        if self._model is not None:
            self.rows_ready.emit(EventRows.of(self._model.history, self._wanted))

    def reread(self) -> None:
        """Looks for what is new at once, and again where reading had failed."""
        self._not_before = 0.0
        if self._timer is not None and not self._timer.isActive():
            self._timer.start(POLL_MS)
        self._poll()

    def _open(self) -> None:
        assert self._timer is not None
        try:
            self._reader = open_reader(self._store)
            self._model = ReadModel.open(self._reader, self._cache_dir)
        except StoreMissing:
            self.store_missing.emit()
            self._timer.start(_SEARCH_MS)
            return
        except ShipslogError as error:
            self._give_up(str(error))
            return
        self._hand_over()
        self._timer.start(POLL_MS)

    def _poll(self) -> None:
        if self._reader is None or self._model is None:
            self._open()
            return
        now = monotonic()
        if now < self._not_before:
            return
        try:
            if not self._reader.changed() or not self._model.catch_up():
                return
        except ShipslogError as error:
            self._give_up(str(error))
            return
        self._hand_over()
        self._not_before = monotonic() + min((monotonic() - now) * _AT_MOST_BUSY, 2.0)

    def _hand_over(self) -> None:
        assert self._model is not None
        history = self._model.history
        self._book.update(history)
        self._index = index_of(history, self._book, self._index)
        rows = EventRows.of(history, self._wanted)
        lanes = self._book.lane_of_object()
        self.snapshot_ready.emit(
            Snapshot(history, self._index, lanes, rows, overview_of(history, OVERVIEW_BINS))
        )

    def _give_up(self, reason: str) -> None:
        if self._timer is not None:
            self._timer.stop()
        self.failed.emit(reason)
