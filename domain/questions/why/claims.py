"""Claims: what is said of a container, how sure it is, and the events that show it."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from domain.moments import SECOND, rfc3339
from domain.questions.gaps import cause_in_words
from domain.questions.history import DAWN, Event, Gap


class Certainty(StrEnum):
    """How sure a claim is."""

    CERTAIN = "certain"
    """The engine said so."""
    LIKELY = "likely"
    """It fits what the engine said, and nothing else that is known does."""
    NOT_KNOWN = "not_known"
    """Nothing that was recorded tells."""


class Claim(msgspec.Struct, frozen=True):
    """One link of an explanation."""

    what: str
    """What kind of claim it is: `ended`, `signalled`, `out_of_memory`, `replaced` and so on."""
    sentence: str
    certainty: str
    at: int | None
    events: list[int]
    """The positions of the events that show it."""


def claim(
    what: str,
    sentence: str,
    events: Iterable[Event] = (),
    *,
    certainty: Certainty = Certainty.CERTAIN,
    at: int | None = None,
) -> Claim:
    """A claim that these events show; its moment is that of the first of them."""
    shown = list(events)
    moment = min((each.moment for each in shown), default=None) if at is None else at
    return Claim(what, sentence, certainty.value, moment, sorted({e.position for e in shown}))


def clock(moment: int) -> str:
    """The moment as sentences have it, to the second."""
    text = rfc3339(moment)
    return f"{text[:19].replace('T', ' ')}Z" if text.endswith("Z") else text


def seconds(nanoseconds: int) -> str:
    """A short length of time as sentences have it."""
    if nanoseconds < 10 * SECOND:
        return f"{nanoseconds / SECOND:.1f} s"
    if nanoseconds < 600 * SECOND:
        return f"{nanoseconds // SECOND} s"
    return f"{nanoseconds // (60 * SECOND)} min"


def unrecorded(gap: Gap) -> Claim:
    """That a stretch was not recorded, or not wholly: what happened in it may not be known."""
    since = "the beginning" if gap.start <= DAWN + 1 else clock(gap.start)
    return Claim(
        "unrecorded",
        f"Not all is recorded from {since} to {clock(gap.end)} ({cause_in_words(gap.cause)}): what "
        "happened then is known only as far as the engine told of it afterwards.",
        Certainty.CERTAIN.value,
        None if gap.start <= DAWN + 1 else gap.start,
        [gap.position],
    )
