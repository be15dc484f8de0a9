"""What happens on an engine and on the line to it within half a second, made from a seed."""

from __future__ import annotations

import random
from enum import StrEnum
from typing import NamedTuple

from tests.faults.proxy import Mishap

SECONDS = 0.4
"""How long a scenario lasts."""


class Deed(StrEnum):
    """What is done at a moment; `measure` says how much of it, in the words behind each."""

    LIVE = "live"
    """Containers are created, started, ended and removed: how many."""
    BEGIN = "begin"
    """Containers are created and started, and go on: how many."""
    FINISH = "finish"
    """A container that goes on ends: which."""
    REMOVE = "remove"
    """A container that goes on ends and is removed: which."""
    TAG = "tag"
    """A reference comes to point to an image: which."""
    BURST = "burst"
    """A volume is mounted as quickly as possible: how many times."""
    RESTART = "restart the engine"
    """It forgets its events; a container that goes on ends without a word: which."""
    MISHAP = "mishap"
    """`mishap` befalls the next events: how many."""
    CUT = "cut"
    RESET = "reset"
    REFUSE = "refuse"
    STATUS = "status"
    """Every request is answered with this status."""
    UNANSWERED = "unanswered"
    STALL = "stall"
    STALL_STREAMS = "stall the streams"
    LATENCY = "latency"
    """Milliseconds."""
    BANDWIDTH = "bandwidth"
    """Bytes a second."""
    SLICES = "slices"
    """Bytes."""
    HEAL = "heal"


class Step(NamedTuple):
    """A deed, the moment for it in seconds after the beginning, and how much of it."""

    at: float
    deed: Deed
    measure: int = 0
    mishap: Mishap | None = None

    def __str__(self) -> str:
        words = [f"{self.at:.3f} s {self.deed}", self.mishap, self.measure or None]
        return " ".join(str(word) for word in words if word is not None)


class Scenario(NamedTuple):
    """The steps in order of time."""

    seed: int
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        steps = "\n".join(f"  {step}" for step in self.steps)
        return f"{steps}\nAgain: pytest tests/faults/test_scenarios.py --seed {self.seed}"

    @property
    def faults(self) -> tuple[Step, ...]:
        """The steps that do harm to the line or to the engine's memory."""
        return tuple(step for step in self.steps if step.deed in FAULTS)


_LASTING = (
    *(Deed.REFUSE, Deed.STATUS, Deed.UNANSWERED, Deed.STALL, Deed.STALL_STREAMS),
    *(Deed.LATENCY, Deed.BANDWIDTH, Deed.SLICES),
)
FAULTS = frozenset({Deed.MISHAP, Deed.CUT, Deed.RESET, Deed.RESTART, *_LASTING})
_LIFE = (
    *[(Deed.LIVE, 1, 6)] * 4,
    *[(Deed.BEGIN, 1, 3)] * 3,
    *[(Deed.FINISH, 0, 9), (Deed.REMOVE, 0, 9)] * 2,
    *[(Deed.TAG, 0, 9)] * 2,
)
_MEASURES = {
    Deed.STATUS: (403, 503),
    Deed.LATENCY: (1, 5, 30),
    Deed.BANDWIDTH: (20_000, 100_000),
    Deed.SLICES: (1, 2, 7, 100),
}


def scenario(seed: int, *, faults: bool = True) -> Scenario:
    """The scenario of a seed; without `faults`, only what happens on the engine in it."""
    chance = random.Random(seed)
    steps = _life(chance)
    if faults:
        for _ in range(chance.randint(1, 5)):
            steps += _fault(chance)
    return Scenario(seed, tuple(sorted(steps, key=lambda step: step.at)))


def _moment(chance: random.Random) -> float:
    return round(chance.uniform(0, SECONDS), 3)


def _life(chance: random.Random) -> list[Step]:
    steps = []
    for _ in range(chance.randint(5, 20)):
        deed, least, most = chance.choice(_LIFE)
        steps.append(Step(_moment(chance), deed, chance.randint(least, most)))
    if chance.random() < 0.3:
        steps.append(Step(_moment(chance), Deed.BURST, chance.randint(200, 400)))
    return steps


def _fault(chance: random.Random) -> list[Step]:
    at = _moment(chance)
    kind = chance.random()
    if kind < 0.5:
        mishap = chance.choice(list(Mishap))
        many = mishap in (Mishap.DROP, Mishap.DOUBLE, Mishap.SWAP)
        times = chance.choice([1, 2, 10, 300]) if many else 1
        return [Step(at, Deed.MISHAP, times, mishap)]
    if kind < 0.7:
        return [Step(at, chance.choice([Deed.CUT, Deed.RESET]))]
    if kind < 0.78:
        return [Step(at, Deed.RESTART, chance.randint(0, 9))]
    deed = chance.choice(_LASTING)
    measure = chance.choice(_MEASURES.get(deed, (0,)))
    return [Step(at, deed, measure), Step(round(at + chance.uniform(0.02, 0.2), 3), Deed.HEAL)]
