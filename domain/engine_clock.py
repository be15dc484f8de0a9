"""An engine's clock, held against this machine's and against itself.

Moments are the engine's, in nanoseconds, except where this machine's are named. Clocks are set by
people, by time servers, and by machines that wake up.
"""

from typing import NamedTuple

import msgspec

from domain.moments import SECOND

LEAST_STEP = 2 * SECOND
"""Less than that is what clocks do by themselves, and what an answer may take."""


class EngineClock(msgspec.Struct, frozen=True):
    """What is known of an engine's clock."""

    offset: int | None = None
    """It, less this machine's clock; None before the first look."""
    newest: int | None = None
    """The moment of the event that the stream brought last."""
    floor: int | None = None
    """The last moment before it was set back; until it has passed that, its order is wrong."""
    slept: tuple[int, int] | None = None
    """From when to when this machine was asleep last."""


class Noted(NamedTuple):
    """The clock after a look at it, and whether it was set meanwhile."""

    clock: EngineClock
    step: int = 0
    """How far it was set, against this machine's clock; 0 where it was not."""
    set_back: bool = False
    """Whether it tells an earlier moment now than before."""


def engine_time(clock: EngineClock, moment: int) -> int:
    """A moment of this machine's clock on the engine's, where the two are not the same."""
    offset = clock.offset or 0
    return moment + offset if abs(offset) >= LEAST_STEP else moment


def note_offset(clock: EngineClock, offset: int) -> Noted:
    """A look at both clocks."""
    step = offset - (clock.offset or 0)
    after = msgspec.structs.replace(clock, offset=offset)
    return Noted(after, step, step < 0) if abs(step) >= LEAST_STEP else Noted(after)


def note_event(clock: EngineClock, moment: int, at: int) -> Noted:
    """An event that the stream has just brought, `at` a moment of this machine.

    The stream of an engine is in order, but for milliseconds.
    """
    before = clock.newest
    after = msgspec.structs.replace(clock, newest=moment)
    if before is None or before - moment < LEAST_STEP:
        return Noted(after)
    after = msgspec.structs.replace(after, floor=max(before, clock.floor or 0))
    step = moment - at - (clock.offset or 0)
    if abs(step) < LEAST_STEP:
        return Noted(after, set_back=True)
    return Noted(msgspec.structs.replace(after, offset=(clock.offset or 0) + step), step, True)


def not_before(clock: EngineClock, moment: int) -> int | None:
    """After what something must have happened that the engine says happened at the moment."""
    return clock.floor if clock.floor is not None and moment < clock.floor else None


def note_sleep(clock: EngineClock, duration: int, at: int) -> EngineClock:
    """This machine was asleep for so long until `at`, a moment of its own."""
    now = engine_time(clock, at)
    return msgspec.structs.replace(clock, slept=(now - duration, now))


def has_slept_since(clock: EngineClock, moment: int | None) -> bool:
    """Whether this machine was asleep after the moment."""
    return clock.slept is not None and moment is not None and moment < clock.slept[1]
