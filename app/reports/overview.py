"""What a report's drawn timeline shows: activity, and a lane for each of the busiest services."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from adapters.readmodel import History
from adapters.readmodel.codes import STATE_CODE
from adapters.readmodel.columns import Array
from adapters.reports.document import Lane, Overview, Segment
from app.reports.period import Indices, Period
from domain.facts.container import ContainerState
from domain.questions.severity import Severity

_PARTS = 160
_MOST_LANES = 24
_FINEST = 1000
"""Parts of the period that can be told apart on the drawing."""
_UP = (ContainerState.RUNNING, ContainerState.PAUSED, ContainerState.RESTARTING)

LaneKey = tuple[str, str, str]


def overview(history: History, events: Indices, period: Period) -> Overview:
    """The drawing's content."""
    severity = history.severity[events]
    moments = history.occurred_at[events]
    lanes = _lanes(history, period)
    chosen = sorted(lanes, key=lambda key: -lanes[key][0])[:_MOST_LANES]
    return Overview(
        quiet=_counts(moments[severity < Severity.NOTABLE], period),
        notable=_counts(moments[severity == Severity.NOTABLE], period),
        bad=_counts(moments[severity == Severity.BAD], period),
        lanes=tuple(
            Lane(_label(key), tuple(_segments(history, lanes[key][1], period)))
            for key in sorted(chosen)
        ),
        lanes_left_out=len(lanes) - len(chosen),
    )


def _counts(moments: Array, period: Period) -> tuple[int, ...]:
    edges = np.linspace(period.since, max(period.until, period.since + 1), _PARTS + 1)
    counts, _ = np.histogram(moments, bins=edges)
    return tuple(counts.tolist())


def _lanes(history: History, period: Period) -> dict[LaneKey, tuple[int, list[int]]]:
    """By lane: for how long its containers were there in the period, and their spans' rows."""
    spans = history.container_spans
    rows = np.flatnonzero((spans.start <= period.until) & (spans.end >= period.since))
    rows = rows[np.argsort(spans.start[rows], kind="stable")]
    ends = np.minimum(spans.end[rows], period.until)
    lengths = ends - np.maximum(spans.start[rows], period.since)
    lane_of: dict[int, LaneKey] = {}
    time: dict[LaneKey, int] = defaultdict(int)
    members: dict[LaneKey, list[int]] = defaultdict(list)
    subjects = spans.object[rows].tolist()
    for row, subject, length in zip(rows.tolist(), subjects, lengths.tolist(), strict=True):
        key = lane_of.get(subject)
        if key is None:
            key = lane_of[subject] = history.lane_of(subject)
        time[key] += length
        members[key].append(row)
    return {key: (time[key], members[key]) for key in members}


def _label(key: LaneKey) -> str:
    _, project, service = key
    return f"{project} / {service}" if project else service


def _segments(history: History, rows: Iterable[int], period: Period) -> list[Segment]:
    """The spans as segments: standing ones first, so that running ones are drawn over them."""
    finest = max((period.until - period.since) // _FINEST, 1)
    joined: dict[tuple[int, bool], Segment] = {}
    done: list[Segment] = []
    for subject, running, segment in _spans(history, rows):
        last = joined.get((subject, running))
        if last is not None and segment.start - last.end <= finest:
            joined[subject, running] = Segment(
                last.start, max(last.end, segment.end), last.color, running, last.label
            )
            continue
        if last is not None:
            done.append(last)
        joined[subject, running] = segment
    done += joined.values()
    shown = [one for one in done if one.running or one.end - one.start > finest]
    return sorted(shown, key=lambda one: (one.running, one.start))


def _spans(history: History, rows: Iterable[int]) -> Iterator[tuple[int, bool, Segment]]:
    """The spans one by one; each further image of the lane has the next colour."""
    spans = history.container_spans
    up = {STATE_CODE[state] for state in _UP}
    colors: dict[int, int] = {}
    known: dict[int, tuple[int, str]] = {}
    for row in rows:
        subject = int(spans.object[row])
        if subject not in known:
            image = history.bound_of(subject)[0]
            known[subject] = colors.setdefault(image, len(colors)), _name(history, subject)
        color, name = known[subject]
        running = int(spans.state[row]) in up
        label = name if running else f"{name}, not running"
        segment = Segment(int(spans.start[row]), int(spans.end[row]), color, running, label)
        yield subject, running, segment


def _name(history: History, container: int) -> str:
    return f"{image_name(history, container)}, {history.name_of(container)}"


def image_name(history: History, container: int) -> str:
    """The image version that a container is made from, `shop/web:1 #2`."""
    image, reference, number = history.bound_of(container)
    if reference >= 0 and number > 0:
        return f"{history.name_of(reference)} #{number}"
    return "image unknown" if image < 0 else history.short(image)
