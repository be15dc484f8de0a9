"""How this machine's clocks went on: whether it slept meanwhile, and whether its clock was set."""

import sys
import time
from typing import NamedTuple


class Clocks(NamedTuple):
    """A look at three clocks at once, in nanoseconds."""

    wall: int
    """The time of day, which may be set."""
    awake: int
    """What has passed while the machine was awake."""
    always: int
    """What has passed, asleep or awake."""


class Passed(NamedTuple):
    """What lies between two looks, in nanoseconds."""

    slept: int
    stepped: int
    """How far the time of day went besides the time that passed; negative if it was set back."""


def read_clocks() -> Clocks:
    """Looks at the clocks. Where Windows' monotonic clock counts sleep, no sleep is seen."""
    return Clocks(time.time_ns(), time.monotonic_ns(), _always_ns())


def passed(before: Clocks, now: Clocks) -> Passed:
    """What has happened to the clocks between two looks."""
    always = now.always - before.always
    return Passed(always - (now.awake - before.awake), now.wall - before.wall - always)


def _always_ns() -> int:
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        # Unlike `time.monotonic` it goes on while the machine is asleep (clock_gettime(3)).
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return time.monotonic_ns()
