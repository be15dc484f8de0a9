"""Zooming and moving along the time axis, as plain arithmetic."""

from app.desktop.view_state import Range

_MARGIN = 0.03
_SHORTEST = 1_000_000
_EMPTY = 3_600_000_000_000


def fitted(start: int, end: int) -> Range:
    """A range that shows everything with a margin."""
    if end <= start:
        return Range(end - _EMPTY // 2, end + _EMPTY // 2)
    margin = int((end - start) * _MARGIN) + 1
    return Range(start - margin, end + margin)


def zoomed(shown: Range, around: int, factor: float, whole: Range) -> Range:
    """The range made `factor` times as long, with one moment staying where it is on screen.

    It gets no longer than thrice the whole history, so that nobody is lost in empty time.
    """
    longest = max(3 * whole.length, _EMPTY)
    length = int(min(max(shown.length * factor, _SHORTEST), longest))
    part = (around - shown.start) / max(shown.length, 1)
    start = around - int(length * part)
    return Range(start, start + length)


def moved(shown: Range, by: int, whole: Range) -> Range:
    """The range moved along, with at least a tenth of it still over the history."""
    tenth = shown.length // 10
    start = min(max(shown.start + by, whole.start - shown.length + tenth), whole.end - tenth)
    return Range(start, start + shown.length)


def brought_into(shown: Range, moment: int) -> Range:
    """The range moved just so far that the moment is on screen, with some room beside it."""
    room = shown.length // 12
    if moment < shown.start:
        start = moment - room
    elif moment > shown.end:
        start = moment + room - shown.length
    else:
        return shown
    return Range(start, start + shown.length)
