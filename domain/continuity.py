"""Whether anything was missed: what the engine still remembers, held against what is recorded.

Docker keeps its last 256 events in memory (20.10 to 29); Podman keeps a log.
"""

from collections.abc import Collection, Sequence
from enum import Enum, auto

import msgspec

from domain.facts.engine import GapCause

RING_SIZE = 256

_LEFT_OUT = 32
"""The ring is read until the moment of asking; so many that came after it may have taken room."""


def may_have_forgotten(remembered: int) -> bool:
    """Whether an engine that tells so many events may have had more since it was started."""
    return remembered >= RING_SIZE - _LEFT_OUT


class Continuity(Enum):
    """The judgement on what lies between the last recorded event and the oldest remembered."""

    PROVEN = auto()
    """An event that is recorded is still remembered, so all since are known."""
    FIRST_CONTACT = auto()
    BROKEN = auto()
    """Nothing that is recorded is remembered: events in between may be lost."""
    UNPROVEN = auto()
    """What is both recorded and remembered is all from a time in which the stream may have left
    events out, and of that time not all is remembered."""


def judge(
    remembered: Sequence[tuple[int, bytes]],
    recorded: Collection[tuple[int, bytes]],
    *,
    recorded_before: bool,
    heard_until: int | None = None,
    last_seen: tuple[int, bytes] | None = None,
) -> Continuity:
    """Compares fingerprints (time in nanoseconds, digest) of the ring and of the store.

    Until the moment `heard_until`, and until the event `last_seen` at the last look, all events
    are known to be recorded. A ring that is not full has forgotten nothing.
    """
    known = [key for key in remembered if key in recorded]
    if not known:
        return Continuity.BROKEN if recorded_before else Continuity.FIRST_CONTACT
    if not may_have_forgotten(len(remembered)) or heard_until is None or last_seen in known:
        return Continuity.PROVEN
    reaches_back = any(time_ns <= heard_until for time_ns, _ in known)
    return Continuity.PROVEN if reaches_back else Continuity.UNPROVEN


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
    if not may_have_forgotten(remembered):
        return GapCause.ENGINE_RESTARTED
    if between.slept:
        return GapCause.MACHINE_ASLEEP
    if not between.was_connected:
        return GapCause.RECORDER_OFF
    return GapCause.ENGINE_UNREACHABLE if between.was_unreachable else GapCause.RING_OVERFLOW
