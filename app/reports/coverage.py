"""How much of a period was recorded, and what was missed."""

from adapters.readmodel import History
from adapters.reports.document import EngineCoverage, Gap, Listing
from adapters.store.reader import Reader
from app.reports.period import Period
from domain.facts import Fact
from domain.facts.engine import GapDeclared
from domain.moments import FOREVER
from domain.questions.history import DAWN

_MOST_GAPS = 2000

Stretches = list[tuple[int, int]]


def engines(history: History, period: Period) -> tuple[EngineCoverage, ...]:
    """Each engine known in the period, with the stretches of it that were recorded."""
    found = []
    for engine in history.engines_at(period.until):
        missed = _clipped(
            [
                (gap.start, gap.end)
                for gap in history.gaps
                if history.identity_of(gap.engine).engine == engine.key
            ],
            period,
        )
        watched = without(_clipped(_recordings(history, engine.key), period), missed)
        found.append(
            EngineCoverage(
                name=engine.name,
                key=engine.key,
                endpoint=engine.endpoint,
                flavour=engine.flavour,
                version=engine.version,
                watched=tuple(watched),
                watched_ns=sum(end - start for start, end in watched),
                period_ns=period.until - period.since,
            )
        )
    return tuple(found)


def gaps(reader: Reader, history: History, period: Period) -> Listing[Gap]:
    """The gaps that lie in the period or reach into it."""
    inside = [gap for gap in history.gaps if gap.end > period.since and gap.start < period.until]
    listed = inside[:_MOST_GAPS]
    facts = {one.position: one.fact for one in reader.at([gap.position for gap in listed])}
    rows = tuple(
        Gap(
            engine=history.engine_name(history.identity_of(gap.engine).engine),
            start=None if gap.start == DAWN else gap.start,
            end=period.until if gap.end == FOREVER else gap.end,
            cause=gap.cause,
            evidence=_evidence(facts.get(gap.position)),
        )
        for gap in listed
    )
    return Listing(rows, len(inside))


def _evidence(fact: Fact | None) -> str:
    return fact.evidence if isinstance(fact, GapDeclared) else ""


def without(stretches: Stretches, holes: Stretches) -> Stretches:
    """The stretches with the holes cut out; both in the order of their starts."""
    left: Stretches = []
    for start, end in _united(stretches):
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if hole_start > start:
                left.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            left.append((start, end))
    return left


def _united(stretches: Stretches) -> Stretches:
    united: Stretches = []
    for start, end in sorted(stretches):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _recordings(history: History, key: str) -> Stretches:
    spans = history.engine_spans
    return [
        (start, end)
        for subject, start, end in zip(
            spans.object.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True
        )
        if history.identity_of(subject).engine == key
    ]


def _clipped(stretches: Stretches, period: Period) -> Stretches:
    cut = [(max(start, period.since), min(end, period.until)) for start, end in stretches]
    return sorted((start, end) for start, end in cut if start < end)
