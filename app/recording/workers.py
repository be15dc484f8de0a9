"""Threads for requests that take a while."""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

log = logging.getLogger(__name__)

Work = Callable[[], None]


class Workers:
    """A few threads that do what they are given, in order.

    Unlike those of a `ThreadPoolExecutor` they keep no process from ending: an engine that does
    not answer is waited for 20 seconds.
    """

    def __init__(self, count: int, name: str) -> None:
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._count = count
        for _ in range(count):
            threading.Thread(target=self._run, name=name, daemon=True).start()

    def do(self, work: Work) -> None:
        """Has it done as soon as a thread is free; not at all after `stop`."""
        if not self._stopping.is_set():
            self._work.put(work)

    def stop(self) -> None:
        """Forgets what waits, and ends the threads as soon as they are free."""
        self._stopping.set()
        for _ in range(self._count):
            self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            if self._stopping.is_set():
                return
            try:
                work()
            except Exception:
                # A mistake of ours in one look must not end all looks.
                log.exception("a look at an engine failed")
