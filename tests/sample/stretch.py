"""Minutes stretched to a week: which moment of the sample a real moment stands for."""

from __future__ import annotations

import time
from bisect import bisect_right

from domain.moments import MINUTE, parse_moment, rfc3339

_DAYS = {
    "Mon": "2026-11-02",
    "Tue": "2026-11-03",
    "Wed": "2026-11-04",
    "Thu": "2026-11-05",
    "Fri": "2026-11-06",
    "Sat": "2026-11-07",
    "Sun": "2026-11-08",
}


def planned_moment(text: str) -> int:
    """The moment of `Mon 09:04:11` of the sample's week, or of `2026-09-21 10:12:30`."""
    day, clock = text.split()
    return parse_moment(f"{_DAYS.get(day, day)}T{clock}Z", now=0)


class Stretch:
    """Maps moments piece by piece: a piece is as long as it really was and begins as planned."""

    def __init__(self) -> None:
        self._real: list[int] = []
        self._planned: list[int] = []

    def begin(self, planned: int) -> None:
        """What happens from now on happens from the planned moment on.

        Raises:
            ValueError: what happened until now has taken longer than planned.
        """
        real = time.time_ns()
        if self._real and self.at(real) >= planned:
            raise ValueError(f"too late for {rfc3339(planned)}: it is {rfc3339(self.at(real))}")
        self._planned.append(planned)
        self._real.append(real)

    def at(self, real: int) -> int:
        """The moment of the sample for a real one since shortly before the first piece."""
        piece = max(0, bisect_right(self._real, real) - 1)
        return self._planned[piece] + real - self._real[piece]

    def covers(self, moment: int) -> bool:
        """Whether it is a real moment of this run, and not yet one of the sample."""
        return self._real[0] - MINUTE <= moment <= time.time_ns() + MINUTE

    def now(self) -> int:
        """The sample's clock."""
        return self.at(time.time_ns())
