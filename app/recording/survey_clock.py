"""When an engine is looked at as a whole, and when the result may be believed."""

from app.recording.desk import Desk
from app.recording.messages import Surveyed
from domain.moments import MINUTE, SECOND

_SURVEY_EVERY = MINUTE
# Engines whose builds and tags leave no event are looked at often; a look takes 3 ms of the
# engine at four images and 72 ms at 250 tags, so the interval grows with what the look takes.
_SURVEY_SILENT_ENGINES_EVERY = 5 * SECOND
_SURVEY_SHARE = 100
# An event that happened before a look may arrive shortly after its result.
_SURVEY_REST = 3 * SECOND // 10


class SurveyClock:
    """Keeps the time between the surveys of one engine, by a clock that nobody sets.

    All moments but those of messages are of such a clock, in nanoseconds.
    """

    def __init__(self) -> None:
        self._started: int | None = None
        self._last: int | None = None
        self._took = 0
        self._held: Surveyed | None = None
        self._held_at = 0

    def due(self, now: int, desk: Desk, *, asked: bool) -> bool:
        """Whether to look now; `asked` is whether something calls for it."""
        if self._started is not None or self._held is not None:
            return False
        every = _SURVEY_SILENT_ENGINES_EVERY if desk.builds_are_silent else _SURVEY_EVERY
        every = max(every, self._took * _SURVEY_SHARE)
        return asked or self._last is None or now - self._last >= every

    def began(self, now: int) -> None:
        """A look has begun."""
        self._started = now

    def hold(self, survey: Surveyed, now: int) -> None:
        """The look has ended; its result waits until it is ripe."""
        self._took = now - (now if self._started is None else self._started)
        self._held, self._held_at = survey, now
        self._started, self._last = None, now

    def failed(self, now: int) -> None:
        """The look told nothing."""
        self._started, self._last = None, now

    def forget(self) -> None:
        """What waits says nothing any more."""
        self._held = None

    def ripe(self, now: int) -> Surveyed | None:
        """The result, once every event has come that happened before the look."""
        if self._held is None or now - self._held_at < _SURVEY_REST:
            return None
        held, self._held = self._held, None
        return held
