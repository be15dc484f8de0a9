"""The small numbers by which the columns name topics, origins, states and the like."""

from typing import Final

import numpy as np

from domain.facts import FACTS, Fact, Origin
from domain.facts.container import ContainerState
from domain.facts.image import How
from domain.moments import FOREVER
from domain.questions.effects import HEALTHS

NONE: Final = -(2**31)
"""The value of an event that has none, and an exit code that is not known."""
UNKNOWN: Final = -1
"""The code of a state, a health or an object that is not known."""
NEVER: Final = -(2**63)
"""The moment that is not known, in columns of moments."""

ORIGINS: Final = tuple(Origin)
ORIGIN_CODE: Final = {origin: code for code, origin in enumerate(ORIGINS)}
CONTAINER_STATES: Final = tuple(ContainerState)
STATE_CODE: Final = {state: code for code, state in enumerate(CONTAINER_STATES)}
HEALTH_CODE: Final = {health: code for code, health in enumerate(HEALTHS)}
HOWS: Final = tuple(How)
HOW_CODE: Final = {how: code for code, how in enumerate(HOWS)}
TOPIC_CODE: Final[dict[type[Fact], int]] = {fact: code for code, fact in enumerate(FACTS)}
TOPICS: Final = tuple(fact.TOPIC for fact in FACTS)


def topic_set(*kinds: type[Fact]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """A table for columns of topics: `topic_set(A, B)[topic]` is whether it is one of them."""
    table = np.zeros(256, np.bool_)
    table[[TOPIC_CODE[kind] for kind in kinds]] = True
    return table


def exit_code(code: int | None) -> int:
    """An exit code as a column keeps it; Windows' codes go up to 2**32 - 1 and wrap."""
    if code is None or not -(2**31) < code < 2**32:
        return NONE
    return code - 2**32 if code >= 2**31 else code


def exit_code_of(kept: int) -> int | None:
    """The exit code that a column keeps; -1 is one that engines themselves give."""
    if kept == NONE:
        return None
    return kept + 2**32 if kept < -1 else kept


def moment(value: int | None) -> int:
    """A moment as a column keeps it; a hostile one outside 64 bits becomes the nearest."""
    if value is None:
        return NEVER
    return min(max(value, NEVER + 1), FOREVER - 1)


def moment_of(kept: int) -> int | None:
    """The moment that a column keeps."""
    return None if kept == NEVER else kept
