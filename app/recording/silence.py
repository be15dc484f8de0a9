"""Whether an event stream still lives: a dead one may stand for ever and say nothing."""

from domain.engine_event import EngineEvent

_SILENT_WALKS = 2
"""So many looks in a row that find news of which the stream said nothing, and it is dead."""


class Silence:
    """Holds what the engine remembers against what its stream said."""

    def __init__(self) -> None:
        self._newest: EngineEvent | None = None
        self._lines = 0
        self._silent = 0

    @property
    def is_suspected(self) -> bool:
        """Whether the last look found news of which the stream said nothing."""
        return self._silent > 0

    def is_dead(self, ring: tuple[EngineEvent, ...], lines: int) -> bool:
        """Takes note of a look: what the engine remembers, and how many lines had come by then."""
        newest = ring[-1] if ring else None
        silent = newest != self._newest and lines == self._lines
        self._silent = self._silent + 1 if silent else 0
        self._newest, self._lines = newest, lines
        if self._silent < _SILENT_WALKS:
            return False
        self._silent = 0
        return True
