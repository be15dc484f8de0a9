"""Whether anything was missed: what the engine still remembers, held against what is recorded.

Docker keeps its last 256 events in memory (20.10 to 29); Podman keeps a log.
"""

from collections.abc import Collection, Sequence
from enum import Enum, auto

from domain.facts.engine import GapCause

RING_SIZE = 256


class Continuity(Enum):
    """The judgement on what lies between the last recorded event and the oldest remembered."""

    PROVEN = auto()
    """An event that is recorded is still remembered, so all since are known."""
    FIRST_CONTACT = auto()
    BROKEN = auto()
    """Nothing that is recorded is remembered: events in between may be lost."""


def judge(
    remembered: Sequence[tuple[int, bytes]],
    recorded: Collection[tuple[int, bytes]],
    *,
    recorded_before: bool,
) -> Continuity:
    """Compares fingerprints (time in nanoseconds, digest) of the ring and of the store."""
    if any(key in recorded for key in remembered):
        return Continuity.PROVEN
    return Continuity.BROKEN if recorded_before else Continuity.FIRST_CONTACT


def cause_of_gap(remembered: int, *, was_connected: bool) -> GapCause:
    """Why events may have been lost, as far as the number of remembered events tells.

    A ring that is not full holds all events since the engine's start; where what is recorded is
    not among them, the engine was started in between. `was_connected`: the recorder had been
    running and listening until the connection broke.
    """
    if remembered < RING_SIZE:
        return GapCause.ENGINE_RESTARTED
    return GapCause.RING_OVERFLOW if was_connected else GapCause.RECORDER_OFF
