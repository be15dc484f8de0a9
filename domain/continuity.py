"""Whether anything was missed: what the engine still remembers, held against what is recorded.

Docker keeps its last 256 events in memory (20.10 to 29); Podman keeps a log.
"""

from collections.abc import Collection, Sequence
from enum import Enum, auto

import msgspec

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


class Break(msgspec.Struct, frozen=True):
    """What is known of the time between two connections to an engine."""

    was_connected: bool = False
    """The recorder had been listening until the connection broke."""
    was_unreachable: bool = False
    """It tried in vain to connect again."""
    slept: bool = False
    """The machine of the recorder was asleep in it."""


def cause_of_gap(remembered: int, between: Break) -> GapCause:
    """Why events may have been lost, as far as the number of remembered events tells.

    A ring that is not full holds all events since the engine's start; where what is recorded is
    not among them, the engine was started in between.
    """
    if remembered < RING_SIZE:
        return GapCause.ENGINE_RESTARTED
    if between.slept:
        return GapCause.MACHINE_ASLEEP
    if not between.was_connected:
        return GapCause.RECORDER_OFF
    return GapCause.ENGINE_UNREACHABLE if between.was_unreachable else GapCause.RING_OVERFLOW
