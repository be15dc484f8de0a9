"""Owns the worker thread; what it hands over arrives in the GUI thread."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from app.desktop.detail.account import Account, Asked
from app.desktop.events.event_rows import EventRows
from app.desktop.feed.history_worker import HistoryWorker
from app.desktop.feed.snapshot import Snapshot

logger = logging.getLogger(__name__)

_PATIENCE_MS = 5_000


class HistoryFeed(QObject):
    """Snapshots of the history as the recorder writes it, and whole facts on demand.

    Signals of the worker go to bound methods of this object only: Qt then delivers them in
    this object's thread; a lambda would run in the worker's.
    """

    snapshot_arrived = Signal(object)
    store_missing = Signal()
    facts_arrived = Signal(int, object)
    account_arrived = Signal(object)
    rows_arrived = Signal(object)
    filter_refused = Signal(str)
    failed = Signal(str)
    _start_wanted = Signal()
    _stop_wanted = Signal()
    _fetch_wanted = Signal(int, object)
    _account_wanted = Signal(object)
    _choice_wanted = Signal(str)
    _reread_wanted = Signal()

    def __init__(self, store: Path, cache_dir: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("history")
        self._worker = HistoryWorker(store, cache_dir)
        self._worker.moveToThread(self._thread)
        self._questions = 0
        self._connect()

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        self._start_wanted.connect(self._worker.start, queued)
        self._stop_wanted.connect(self._worker.stop, Qt.ConnectionType.BlockingQueuedConnection)
        self._fetch_wanted.connect(self._worker.fetch, queued)
        self._account_wanted.connect(self._worker.tell, queued)
        self._worker.account_ready.connect(self._take_account, queued)
        self._choice_wanted.connect(self._worker.choose, queued)
        self._reread_wanted.connect(self._worker.reread, queued)
        self._worker.rows_ready.connect(self._take_rows, queued)
        self._worker.filter_refused.connect(self.filter_refused, queued)
        self._worker.snapshot_ready.connect(self._take_snapshot, queued)
        self._worker.store_missing.connect(self.store_missing, queued)
        self._worker.facts_ready.connect(self._take_facts, queued)
        self._worker.failed.connect(self.failed, queued)

    def start(self) -> None:
        """Begins to read."""
        self._thread.start(QThread.Priority.LowPriority)
        self._start_wanted.emit()

    def stop(self) -> None:
        """Closes the store and ends the thread; returns when both are done."""
        if not self._thread.isRunning():
            return
        self._stop_wanted.emit()
        self._thread.quit()
        if not self._thread.wait(_PATIENCE_MS):
            logger.error("The thread that reads the history did not end.")

    @property
    def running(self) -> bool:
        """Whether the worker thread is alive."""
        return self._thread.isRunning()

    def fetch(self, positions: list[int]) -> int:
        """Asks for whole facts; `facts_arrived` answers with the number given here."""
        self._questions += 1
        self._fetch_wanted.emit(self._questions, positions)
        return self._questions

    def tell(self, asked: Asked) -> None:
        """Asks what the store tells of an object; `account_arrived` answers."""
        self._worker.wanted_account = asked
        self._account_wanted.emit(asked)

    def choose(self, text: str) -> None:
        """Lets only the events through that a filter names; `rows_arrived` has them."""
        self._choice_wanted.emit(text)

    def reread(self) -> None:
        """Looks for what is new at once."""
        self._reread_wanted.emit()

    @Slot(object)
    def _take_rows(self, rows: EventRows) -> None:
        assert QThread.currentThread() is self.thread()
        self.rows_arrived.emit(rows)

    @Slot(object)
    def _take_snapshot(self, snapshot: Snapshot) -> None:
        assert QThread.currentThread() is self.thread()
        self.snapshot_arrived.emit(snapshot)

    @Slot(object)
    def _take_account(self, account: Account) -> None:
        assert QThread.currentThread() is self.thread()
        self.account_arrived.emit(account)

    @Slot(int, object)
    def _take_facts(self, question: int, facts: object) -> None:
        assert QThread.currentThread() is self.thread()
        self.facts_arrived.emit(question, facts)
