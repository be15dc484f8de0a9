"""The drawn timeline of a report: activity, what was recorded, and one lane for each service.

Plain SVG inside the page; its colours are the style sheet's, so that it follows light and dark.
"""

from collections.abc import Iterator, Sequence

from adapters.reports.document import EngineCoverage, Gap, Lane, Overview, Scope, Segment
from adapters.reports.html_text import length, short_moment, text
from adapters.reports.visible import shortened, visible
from domain.moments import DAY, HOUR, MINUTE, SECOND
from domain.questions.gaps import cause_in_words

_WIDTH = 1160
_LEFT = 190
_RIGHT = 12
_ACTIVITY_HEIGHT = 70
_BAND_HEIGHT = 20
_LANE_HEIGHT = 22
_TOP = 8
_COLORS = 8
_LONGEST_LABEL = 26
_LETTER = 6.2
"""About the width of a small letter, to tell whether a label fits into its segment."""

_STEPS = (
    SECOND,
    5 * SECOND,
    15 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
)


class _Axis:
    """Where moments of the period lie on the drawing."""

    def __init__(self, since: int, until: int) -> None:
        self.since = since
        self.until = max(until, since + 1)
        self._scale = (_WIDTH - _LEFT - _RIGHT) / (self.until - self.since)

    def x(self, moment: int) -> float:
        """The horizontal place of a moment, kept inside the drawing."""
        inside = min(max(moment, self.since), self.until)
        return _LEFT + (inside - self.since) * self._scale

    def ticks(self) -> Iterator[int]:
        """Round moments, at most nine of them."""
        span = self.until - self.since
        step = next((step for step in _STEPS if span // step <= 9), span // 8)
        first = -(-self.since // step) * step
        yield from range(first, self.until + 1, step)


def timeline(
    scope: Scope, overview: Overview, engines: Sequence[EngineCoverage], gaps: Sequence[Gap]
) -> Iterator[str]:
    """The drawing, piece by piece."""
    axis = _Axis(scope.since, scope.until)
    bands = _TOP + _ACTIVITY_HEIGHT + 10
    lanes = bands + len(engines) * _BAND_HEIGHT + 10
    bottom = lanes + len(overview.lanes) * _LANE_HEIGHT
    yield (
        f'<svg viewBox="0 0 {_WIDTH} {bottom + 30}" width="{_WIDTH}" height="{bottom + 30}" '
        'role="img" aria-label="Timeline of the period">\n'
        '<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/>'
        "</pattern></defs>\n"
    )
    yield from _axis_lines(axis, bottom)
    yield from _activity(overview)
    for index, engine in enumerate(engines):
        yield from _coverage_band(axis, engine, gaps, bands + index * _BAND_HEIGHT)
    for index, lane in enumerate(overview.lanes):
        yield from _lane(axis, lane, lanes + index * _LANE_HEIGHT)
    yield "</svg>\n"


def _axis_lines(axis: _Axis, bottom: int) -> Iterator[str]:
    with_clock = axis.until - axis.since < 20 * DAY
    for tick in axis.ticks():
        x = axis.x(tick)
        label = short_moment(tick)
        shown = label[5:16] if with_clock else label[:10]
        if axis.until - axis.since < 10 * MINUTE:
            shown = label[11:]
        yield (
            f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom + 4}"/>'
            f'<text class="soft" x="{x:.1f}" y="{bottom + 18}" '
            f'text-anchor="{"end" if x > _WIDTH - 50 else "middle"}">{shown}</text>\n'
        )


def _activity(overview: Overview) -> Iterator[str]:
    highest = max(
        (sum(parts) for parts in zip(overview.quiet, overview.notable, overview.bad, strict=True)),
        default=0,
    )
    yield _label("Events", _TOP + _ACTIVITY_HEIGHT - 4)
    if not highest:
        return
    yield (
        f'<text class="soft" x="{_LEFT - 10}" y="{_TOP + 10}" text-anchor="end">'
        f"{highest:,} at most</text>\n"
    )
    wide = (_WIDTH - _LEFT - _RIGHT) / len(overview.quiet)
    series = (("bad", overview.bad), ("notable", overview.notable), ("quiet", overview.quiet))
    for index in range(len(overview.quiet)):
        floor = float(_TOP + _ACTIVITY_HEIGHT)
        for kind, counts in series:
            if counts[index]:
                # Even one bad event among thousands must be seen.
                tall = max(1.5, counts[index] / highest * _ACTIVITY_HEIGHT)
                floor = max(floor - tall, _TOP)
                yield _box(kind, _LEFT + index * wide, floor, max(wide - 0.5, 0.8), tall)
        yield "\n"


def _coverage_band(
    axis: _Axis, engine: EngineCoverage, gaps: Sequence[Gap], top: int
) -> Iterator[str]:
    yield _label(engine.name, top + 13, f"{engine.name}, {engine.endpoint}")
    yield _box("lane", _LEFT, top + 3, _WIDTH - _LEFT - _RIGHT, 12)
    for start, end in engine.watched:
        x = axis.x(start)
        note = f"recorded {short_moment(start)} to {short_moment(end)}"
        yield _box("covered", x, top + 3, max(axis.x(end) - x, 1), 12, note)
    for gap in gaps:
        if gap.engine != engine.name or gap.end < axis.since:
            continue
        start = axis.since if gap.start is None else gap.start
        x = axis.x(start)
        wide = max(axis.x(gap.end) - x, 2)
        note = f"not recorded for {length(gap.end - start)}: {cause_in_words(gap.cause)}"
        yield (
            f'<rect fill="url(#gap)" x="{x:.1f}" y="{top + 3}" width="{wide:.1f}" height="12">'
            f"<title>{text(note)}</title></rect>"
        )
    yield "\n"


def _lane(axis: _Axis, lane: Lane, top: int) -> Iterator[str]:
    yield _label(lane.label, top + 14, lane.label)
    yield _box("lane", _LEFT, top + 3, _WIDTH - _LEFT - _RIGHT, 15)
    inside = [one for one in lane.segments if one.end >= axis.since and one.start <= axis.until]
    for segment in inside:
        x = axis.x(segment.start)
        wide = max(axis.x(segment.end) - x, 1)
        kind = f"v{segment.color % _COLORS}" + ("" if segment.running else " idle")
        yield _box(kind, x, top + 3, wide, 15, segment.label)
    yield from _names(axis, [one for one in inside if one.running], top)
    yield "\n"


def _names(axis: _Axis, running: Sequence[Segment], top: int) -> Iterator[str]:
    """The image versions of running segments, as far as there is room: `web:1 #2`, or `#2`."""
    starts = [axis.x(one.start) for one in running]
    for segment, x, next_x in zip(running, starts, [*starts[1:], float(_WIDTH)], strict=False):
        room = min(axis.x(segment.end), next_x) - x - 8
        name = segment.label.partition(",")[0]
        for shown in (shortened_label(name), f"#{name.rpartition('#')[2]}"):
            if len(shown) * _LETTER < room:
                yield f'<text class="on" x="{x + 4:.1f}" y="{top + 14}">{text(shown)}</text>'
                break


def shortened_label(name: str) -> str:
    """A name that fits beside a lane or into a box."""
    shown = visible(name[:_LONGEST_LABEL])
    fits = len(name) <= _LONGEST_LABEL >= len(shown)
    return shown if fits else f"{shown[: _LONGEST_LABEL - 1]}…"


def _label(name: str, y: float, hint: str = "") -> str:
    title = f"<title>{text(shortened(hint, 200))}</title>" if hint else ""
    return (
        f'<text x="{_LEFT - 10}" y="{y}" text-anchor="end">'
        f"{title}{text(shortened_label(name))}</text>\n"
    )


def _box(kind: str, x: float, y: float, wide: float, tall: float, hint: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    if not hint:
        return f'<rect class="{kind}" {place}/>'
    return f'<rect class="{kind}" {place}><title>{text(shortened(hint, 200))}</title></rect>'
