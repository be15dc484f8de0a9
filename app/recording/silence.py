"""Whether an event stream still lives: a dead one may stand for ever and say nothing."""

from domain.engine_event import EngineEvent

_SILENT_WALKS = 2
"""So many looks in a row that find news of which the stream said nothing, and it is dead."""
_SILENT_WALKS_AGAIN = 15
"""Where the stream that was opened anew is silent too, the looks alone do better meanwhile."""


class Silence:
    """Holds what the engine remembers against what its stream said."""

    def __init__(self) -> None:
        self._newest: EngineEvent | None = None
        self._lines = 0
        self._silent = 0
        self._distrusted = False

    @property
    def is_suspected(self) -> bool:
        """Whether a look found news of which the stream said nothing, and it says nothing yet."""
        return self._silent > 0 or self._distrusted

    def is_dead(self, ring: tuple[EngineEvent, ...], lines: int) -> bool:
        """Takes note of a look: what the engine remembers, and how many lines had come by then."""
        newest = ring[-1] if ring else None
        silent = newest != self._newest and lines == self._lines
        self._silent = self._silent + 1 if silent else 0
        self._distrusted = self._distrusted and lines == self._lines
        self._newest, self._lines = newest, lines
        if self._silent < (_SILENT_WALKS_AGAIN if self._distrusted else _SILENT_WALKS):
            return False
        self._silent, self._distrusted = 0, True
        return True
