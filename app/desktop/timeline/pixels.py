"""What to draw: events and states of the visible lanes as one value per row and pixel."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.desktop.timeline.lane_spans import NOTHING, VisibleSpans
from app.desktop.timeline.time_pyramid import Slice

Grid = npt.NDArray[np.uint8]

BAD = 3
NOTABLE = 2


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that a painted width shows."""

    start: int
    end: int
    width: int

    @property
    def step(self) -> float:
        """Nanoseconds in a pixel."""
        return (self.end - self.start) / max(self.width, 1)

    def x(self, moment: int) -> float:
        """Where a moment lies, in pixels; far away moments are kept near enough to paint."""
        return max(-1e6, min(1e6, (moment - self.start) / self.step))

    def moment(self, x: float) -> int:
        """The moment at a pixel."""
        return self.start + round(x * self.step)

    def columns(self, moments: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """The pixel of each moment, held within the width."""
        scaled = (moments - self.start) * (1.0 / self.step)
        columns: npt.NDArray[np.int32] = np.clip(scaled, 0, self.width - 1).astype(np.int32)
        return columns


_DENSITY = np.zeros(1024, np.uint8)
_DENSITY[1:] = np.minimum(70 + 45 * np.log2(np.arange(1, 1024)), 255)


@dataclass(frozen=True, slots=True)
class EventPixels:
    """How much happened, and how bad, per row and pixel."""

    density: Grid
    """0 for nothing, else 1 to 255 by the logarithm of the count."""
    worst: Grid

    def row(self, number: int) -> "EventPixels":
        """One of the rows."""
        only = slice(number, number + 1)
        return EventPixels(self.density[only], self.worst[only])


def event_pixels(parts: list[Slice], rows: int, window: Window) -> EventPixels:
    """Counts and worst severities of slices, which all number the same rows."""
    size = rows * window.width
    counts = np.zeros(size, np.int32)
    worst = np.zeros(size, np.uint8)
    for part in parts:
        if not len(part.rows):
            continue
        flat = part.rows * np.int32(window.width) + window.columns(part.times)
        counts += np.bincount(flat, weights=part.counts, minlength=size).astype(np.int32)
        # Ascending, so that the worst stays; what is ordinary is told by the density alone.
        for severity in range(NOTABLE, BAD + 1):
            hit = flat[part.worst == severity]
            worst[hit] = np.maximum(worst[hit], severity)
    density = _DENSITY[np.minimum(counts, len(_DENSITY) - 1)]
    shape = (rows, window.width)
    return EventPixels(density.reshape(shape), worst.reshape(shape))


def span_pixels(parts: list[VisibleSpans], rows: int, window: Window, priority: Grid) -> Grid:
    """The tone of each row and pixel; NOTHING where a lane has no state.

    A span narrower than a pixel shows where its tone's `priority` is not below that of what
    covers the pixel, so that a short crash is seen in a long life.
    """
    tones = np.full(rows * window.width, NOTHING, np.uint8)
    for part in parts:
        if not len(part.rows):
            continue
        base = part.rows.astype(np.int64) * window.width
        first = base + window.columns(part.spans.start)
        # columns() holds moments within the width; what goes on past the end covers all of it.
        past = part.spans.end >= window.end
        last = base + np.where(past, window.width, window.columns(part.spans.end))
        _fill(tones, base, first, last, part.spans.tone)
        short = last <= first
        _overlay(tones, first[short], part.spans.tone[short], priority)
    return tones.reshape(rows, window.width)


def _fill(
    tones: Grid,
    base: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    tone: Grid,
) -> None:
    """Covers each span's pixels: the latest begun span of a row holds a pixel until its end."""
    wide = np.flatnonzero(last > first)
    if not len(wide):
        return
    # Rows may come in any order; what begins later in the flat grid must come later here.
    wide = wide[np.argsort(base[wide], kind="stable")]
    begun = np.zeros(len(tones), np.int64)
    begun[first[wide]] = np.arange(1, len(wide) + 1)
    holder = np.maximum.accumulate(begun) - 1
    pixels = np.arange(len(tones))
    held = (holder >= 0) & (pixels < last[wide][holder])
    tones[held] = tone[wide][holder[held]]


def _overlay(tones: Grid, first: npt.NDArray[np.int64], tone: Grid, priority: Grid) -> None:
    order = np.argsort(priority[tone], kind="stable")
    first, tone = first[order], tone[order]
    shown = priority[tone] >= priority[tones[first]]
    tones[first[shown]] = tone[shown]
