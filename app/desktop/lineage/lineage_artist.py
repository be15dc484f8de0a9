"""Computes lineages in a thread of its own; only the latest wish is answered."""

import logging

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from app.desktop.lineage.drawing import Drawing, Wanted, draw
from domain.errors import ShipslogError

logger = logging.getLogger(__name__)

_PATIENCE_MS = 5_000


class _Worker(QObject):
    drawn = Signal(object)

    def draw(self, wanted: Wanted) -> None:
        """Runs in the worker thread."""
        try:
            self.drawn.emit(draw(wanted))
        except ShipslogError:
            logger.exception("The lineage could not be found.")
            self.drawn.emit(None)


class LineageArtist(QObject):
    """Asks one question at a time; a newer wish replaces one that waits."""

    drawn = Signal(object)
    _wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("lineage")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._busy = False
        self._next: Wanted | None = None
        self._last: Wanted | None = None
        self._wanted.connect(self._worker.draw, Qt.ConnectionType.QueuedConnection)
        self._worker.drawn.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def want(self, wanted: Wanted) -> None:
        """Asks for a lineage, unless it is the one that was asked for last."""
        if wanted.same_as(self._last):
            return
        self._last = wanted
        if self._busy:
            self._next = wanted
            return
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)
        self._busy = True
        self._wanted.emit(wanted)

    def stop(self) -> None:
        """Ends the thread."""
        self._next = None
        self._thread.quit()
        if self._thread.isRunning() and not self._thread.wait(_PATIENCE_MS):
            logger.error("The thread that draws lineages did not end.")

    @Slot(object)
    def _take(self, drawing: Drawing | None) -> None:
        assert QThread.currentThread() is self.thread()
        self._busy = False
        if self._next is not None:
            wanted, self._next = self._next, None
            self._busy = True
            self._wanted.emit(wanted)
        if drawing is not None:
            self.drawn.emit(drawing)
