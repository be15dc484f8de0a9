"""What an engine remembers of its events, as Docker does (20.10 to 29)."""

from __future__ import annotations

import threading
from collections import deque
from queue import SimpleQueue
from typing import NamedTuple

RING_SIZE = 256


class Remembered(NamedTuple):
    """An event as it goes over the wire, without the line end, and its time."""

    time_ns: int
    line: bytes


Delivery = SimpleQueue["Remembered | None"]


class Memory:
    """The last 256 events of all kinds, and those who listen for more."""

    def __init__(self, size: int | None = RING_SIZE) -> None:
        self._ring: deque[Remembered] = deque(maxlen=size)
        self._listeners: list[Delivery] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._ring)

    def say(self, event: Remembered) -> None:
        """Remembers an event and hands it to all listeners."""
        with self._lock:
            self._ring.append(event)
            for listener in self._listeners:
                listener.put(event)

    def listen(self, since: int | None, until: int | None) -> tuple[list[Remembered], Delivery]:
        """What is remembered between two moments, and a queue that all further events go to.

        Both in one step, so that no event falls between. Without `since` nothing is remembered.
        """
        delivery: Delivery = SimpleQueue()
        with self._lock:
            self._listeners.append(delivery)
            return ([] if since is None else self._between(since, until)), delivery

    def _between(self, since: int, until: int | None) -> list[Remembered]:
        found: list[Remembered] = []
        for event in reversed(self._ring):
            # An older event hides all that are before it in the ring, whatever their time.
            if event.time_ns < since:
                break
            if until is None or event.time_ns <= until:
                found.insert(0, event)
        return found

    def leave(self, delivery: Delivery) -> None:
        """Listens no longer."""
        with self._lock:
            if delivery in self._listeners:
                self._listeners.remove(delivery)

    def waiting(self) -> int:
        """How many events wait for a listener to take them."""
        with self._lock:
            return sum(listener.qsize() for listener in self._listeners)

    def end(self) -> None:
        """Ends all streams, and forgets everything, as an engine does that stops."""
        with self._lock:
            for listener in self._listeners:
                listener.put(None)
            self._listeners.clear()
            self._ring.clear()
