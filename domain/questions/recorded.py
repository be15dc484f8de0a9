"""When each engine was recorded: only then does no event mean that nothing happened."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from domain.facts.engine import RecordingStarted, RecordingStopped
from domain.moments import FOREVER
from domain.questions.gaps import gaps_by_engine
from domain.questions.history import DAWN, History, Stretch


class Coverage(NamedTuple):
    """How much of the time since an engine's first recording is recorded."""

    since: int
    recorded_ns: int
    share: float


def coverage(
    history: History, now: int, alive_until: int, proven: Collection[int] = ()
) -> dict[str, Coverage]:
    """By engine key, for the engines that were recorded before `now`.

    `alive_until` is the last moment at which the recorder of an open recording is known to have
    lived; `proven` as in `recorded_stretches`.
    """
    found = {}
    for engine, stretches in recorded_stretches(history, now, proven).items():
        since = next((each.start for each in stretches if each.start > DAWN), now)
        recorded = shared(stretches, since, max(since, min(now, alive_until)))
        if since < now:
            found[engine] = Coverage(since, recorded, recorded / (now - since))
    return found


def recorded_stretches(
    history: History, until: int, proven: Collection[int] = ()
) -> dict[str, list[Stretch]]:
    """By engine key: the stretches up to the moment that were recorded, without gaps.

    An engine of which no recording is known was recorded all the time but for its gaps. `proven`
    are the positions of the beginnings before which nothing was missed since the recording before.
    """
    begun: dict[str, int] = {}
    found: defaultdict[str, list[Stretch]] = defaultdict(list)
    for event in history.events_of((RecordingStarted, RecordingStopped)):
        engine = history.identity_of(event.subject).engine
        if event.kind is RecordingStarted:
            before = found[engine].pop() if found[engine] and event.position in proven else None
            begun.setdefault(engine, before.start if before else event.moment)
        elif engine in begun:
            found[engine].append(Stretch(begun.pop(engine), event.moment))
    for engine, start in begun.items():
        found[engine].append(Stretch(start, FOREVER))
    gaps = gaps_by_engine(history)
    engines = {*found, *gaps}
    return {
        engine: _within(
            until,
            _without(
                found.get(engine, [Stretch(DAWN, FOREVER)]),
                [Stretch(gap.start, gap.end) for gap in gaps.get(engine, [])],
            ),
        )
        for engine in engines
    }


def shared(stretches: Iterable[Stretch], start: int, end: int) -> int:
    """How much of the time from start to end lies in the stretches."""
    return sum(max(0, min(each.end, end) - max(each.start, start)) for each in stretches)


def _without(stretches: Sequence[Stretch], holes: Sequence[Stretch]) -> list[Stretch]:
    left = []
    for each in stretches:
        start = each.start
        for hole in sorted(holes, key=lambda hole: hole.start):
            if hole.end <= start or hole.start >= each.end:
                continue
            if hole.start > start:
                left.append(Stretch(start, hole.start))
            start = max(start, hole.end)
        if start < each.end:
            left.append(Stretch(start, each.end))
    return left


def _within(until: int, stretches: Iterable[Stretch]) -> list[Stretch]:
    cut = (Stretch(each.start, min(each.end, until)) for each in stretches)
    return [each for each in cut if each.start < each.end]
