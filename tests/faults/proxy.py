"""A proxy on a Unix socket between a recorder and an engine, which injects faults on demand.

It works on bytes, but knows which connection is an event stream, and where in it a chunk and an
event begin, so that every fault falls where it hurts. (Linux only.)
"""

from __future__ import annotations

import socket
import threading
from collections import Counter, deque
from pathlib import Path
from typing import Self

from tests.faults.link import Link, Socket
from tests.faults.mishaps import Conditions, Mishap

__all__ = ["Conditions", "Mishap", "Proxy"]


class Proxy:
    """Listens at `socket` and speaks to the engine at `engine` while the context lasts.

    `conditions` hold until they are changed; mishaps wait in a queue, each for its event;
    `befallen` counts those that have happened. `opened` has the moments (monotonic, seconds) at
    which an event stream began.
    """

    def __init__(self, socket: Path, engine: Path) -> None:
        self.socket = socket
        self.engine = engine
        self.conditions = Conditions()
        self.befallen: Counter[Mishap] = Counter()
        self.opened: list[float] = []
        self._mishaps: deque[Mishap] = deque()
        self._links: set[Link] = set()
        self._lock = threading.Lock()
        self._listener: Socket | None = None

    @property
    def url(self) -> str:
        """What a recorder is told to record."""
        return f"unix://{self.socket}"

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()

    def listen(self) -> None:
        """Accepts connections again."""
        if self._listener is not None:
            return
        self.socket.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self.socket))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def refuse(self) -> None:
        """Refuses connections, and breaks all off that there are."""
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing alone would leave the thread in `accept`.
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.cut()

    def cut(self, *, reset: bool = False) -> None:
        """Breaks all connections off, either as one that was closed or as one that was reset."""
        with self._lock:
            links = list(self._links)
        for link in links:
            link.end(reset=reset)

    def happen(self, mishap: Mishap, times: int = 1) -> None:
        """Puts mishaps into the queue."""
        self._mishaps.extend([mishap] * times)

    def heal(self) -> None:
        """Takes back what lasts; streams that have gone silent stay so."""
        self._mishaps.clear()
        self.conditions = Conditions()
        self.listen()

    def _accept(self, listener: Socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            link = Link(self, client)
            with self._lock:
                self._links.add(link)
            threading.Thread(target=link.run, daemon=True).start()

    def forget(self, link: Link) -> None:
        """The connection is over."""
        with self._lock:
            self._links.discard(link)

    def next_mishap(self, *kinds: Mishap) -> Mishap | None:
        """Takes the next mishap from the queue, if it is one of these."""
        with self._lock:
            if not self._mishaps or self._mishaps[0] not in kinds:
                return None
            mishap = self._mishaps.popleft()
        self.befallen[mishap] += 1
        return mishap
