"""When which container's file system is compared with its image."""

from collections.abc import Callable, Iterable

from domain.moments import HOUR, SECOND

_EVERY = HOUR
# The engine's work for it stays below one hundredth of a processor.
_SHARE = 100
_LEAST_REST = 5 * SECOND
_LONGEST_WAIT = 10 * 60 * SECOND


class DriftClock:
    """Chooses the running container that has not been looked at for longest, at its time."""

    def __init__(self) -> None:
        self._looked: dict[str, int] = {}
        self._next = 0

    def due(self, running_now: Callable[[], Iterable[str]], now: int) -> str | None:
        """The container to look at now, if any. A new one is first looked at after an hour."""
        if now < self._next:
            return None
        running = set(running_now())
        self._looked = {name: at for name, at in self._looked.items() if name in running}
        for container_id in running:
            self._looked.setdefault(container_id, now)
        waiting = [name for name, at in self._looked.items() if now - at >= _EVERY]
        if not waiting:
            self._next = now + _LEAST_REST
            return None
        chosen = min(waiting, key=self._looked.__getitem__)
        self._looked[chosen] = now
        # Until the answer tells how long it took.
        self._next = now + _LONGEST_WAIT
        return chosen

    def took(self, duration: int, now: int) -> None:
        """An answer has come, for which the engine worked that long (nanoseconds)."""
        self._next = now + max(_LEAST_REST, duration * _SHARE)
