"""With which image version something got worse or better, and where that cannot be told."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

import msgspec

from domain.identity import REFERENCE
from domain.moments import HOUR, MINUTE
from domain.questions.health import Health, Trouble, health_of_versions
from domain.questions.history import History
from domain.questions.rates import rates_differ
from domain.questions.show import Reading
from domain.questions.writing import Json

ENOUGH = 0.01
"""Differences that chance alone makes in one of a hundred cases or less are taken for real.

Many versions are compared with each other, so one of twenty would cry wolf all the time.
"""


class Measure(StrEnum):
    """What is counted."""

    CRASHES = "crashes"
    OOM_KILLS = "oom_kills"
    UNHEALTHY_SPELLS = "unhealthy_spells"


_WORDS = {
    Measure.CRASHES: ("crash", "crashes"),
    Measure.OOM_KILLS: ("kill for want of memory", "kills for want of memory"),
    Measure.UNHEALTHY_SPELLS: ("unhealthy spell", "unhealthy spells"),
}


class Side(msgspec.Struct, frozen=True):
    """What was counted of one of the two versions."""

    version: int
    events: int
    incidents: int
    """A container that fails again within ten minutes is in the same incident."""
    hours: float
    containers: int


class Regression(msgspec.Struct, frozen=True):
    """A version held against the one before it that ran."""

    reference: str
    engine: str
    engine_name: str
    measure: str
    direction: str
    """`worse` or `better`."""
    before: Side
    after: Side
    p: float
    """How likely counts as uneven as these are, were the rates the same."""
    enough: bool
    """Whether there are enough of them to tell."""
    sentence: str


def regressions(
    history: History,
    reading: Reading,
    references: Sequence[int] | None = None,
    moment: int | None = None,
) -> list[Regression]:
    """What got worse or better with which version: the sure before the unsure, worse first.

    Versions that had no trouble of a kind are not compared in it.
    """
    asked = history.objects_of(REFERENCE) if references is None else references
    found = [each for one in asked for each in _of_reference(history, one, reading, moment)]
    return sorted(found, key=_rank)


def _rank(each: Regression) -> tuple[bool, bool, float, str, int]:
    return not each.enough, each.direction != "worse", each.p, each.reference, each.after.version


def _of_reference(
    history: History, reference: int, reading: Reading, moment: int | None
) -> list[Regression]:
    fared = health_of_versions(history, reading=reading, reference=reference, moment=moment)
    ran = [(number, fared[number]) for number in sorted(fared) if fared[number].ran > 0]
    found = []
    for (old, before), (new, after) in pairwise(ran):
        for measure in Measure:
            sides = _side(old, before, measure), _side(new, after, measure)
            if sides[0].events or sides[1].events:
                found.append(_compared(history, reference, measure, *sides))
    return found


def _side(number: int, health: Health, measure: Measure) -> Side:
    trouble: Trouble = getattr(health, measure.value)
    return Side(number, trouble.events, trouble.incidents, health.ran / HOUR, health.containers)


def _compared(
    history: History, reference: int, measure: Measure, before: Side, after: Side
) -> Regression:
    _, engine, name = history.identity_of(reference)
    p = rates_differ(before.incidents, before.hours, after.incidents, after.hours)
    worse = after.incidents * before.hours > before.incidents * after.hours
    return Regression(
        reference=name,
        engine=engine,
        engine_name=history.engine_name(engine),
        measure=measure.value,
        direction="worse" if worse else "better",
        before=before,
        after=after,
        p=p,
        enough=p < ENOUGH,
        sentence=_sentence(name, measure, before, after, worse=worse, p=p),
    )


def _sentence(
    name: str, measure: Measure, before: Side, after: Side, *, worse: bool, p: float
) -> str:
    counts = (
        f"{_counted(after, measure)} in {_hours(after.hours)} of running, "
        f"with #{before.version} {_counted(before, measure)} in {_hours(before.hours)}"
    )
    told = f"{'More' if worse else 'Fewer'} {_WORDS[measure][1]}"
    if p >= ENOUGH:
        told = f"Too few to tell whether it got {'worse' if worse else 'better'}"
    return f"{name} #{after.version}: {counts}. {told} (p = {_probability(p)})."


def _counted(side: Side, measure: Measure) -> str:
    one, many = _WORDS[measure]
    if not side.events:
        return f"no {one}"
    loops = f" in {side.incidents} loop" + ("s" if side.incidents > 1 else "")
    loops = loops if side.incidents < side.events else ""
    return f"{side.events} {one if side.events == 1 else many}{loops}"


def _hours(hours: float) -> str:
    if hours * HOUR < 2 * MINUTE:
        return f"{hours * 3600:.0f} s"
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.1f} h"


def _probability(p: float) -> str:
    return "less than 0.0001" if p < 0.0001 else f"{p:.2g}"


def to_json(answer: Sequence[Regression]) -> list[Json]:
    """The comparison as `shipslog regressions --format json` prints it."""
    return [
        {
            "reference": each.reference,
            "engine": each.engine,
            "engine_name": each.engine_name,
            "measure": each.measure,
            "direction": each.direction,
            "version": each.after.version,
            "before": each.before.version,
            "counts": {"before": _side_to_json(each.before), "after": _side_to_json(each.after)},
            "p": each.p,
            "sentence": each.sentence,
            "enough": each.enough,
        }
        for each in answer
    ]


def _side_to_json(side: Side) -> Json:
    return {
        "events": side.events,
        "incidents": side.incidents,
        "hours_run": side.hours,
        "containers": side.containers,
    }
