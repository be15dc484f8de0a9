"""Short words inside the bars that are wide enough for them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.desktop.theme import TONE_CODE, TONES, Tone
from app.desktop.timeline.frame import Frame
from app.desktop.timeline.source import NO_NOTE

VersionOf = Callable[[int], int | None]
"""The image version that a container is made from, by the container's number."""

_MOST = 120
_WORTH_REPEATING = 200
_RUNNING = TONE_CODE[Tone.RUNNING]
_WITH_VERSION = frozenset(TONE_CODE[tone] for tone in (Tone.RUNNING, Tone.STARTING, Tone.UNHEALTHY))
_PADDING = 4.0

_WORDS: dict[Tone, str] = {
    Tone.RUNNING: "▶",
    Tone.CREATED: "+ created",
    Tone.PAUSED: "❚❚ paused",
    Tone.RESTARTING: "↻ restarting",
    Tone.EXITED: "■ exited",
    Tone.FAILED: "✕ exited",
    Tone.DEAD: "✕ dead",
    Tone.UNHEALTHY: "▶ unhealthy",
    Tone.STARTING: "▶ starting",
    Tone.REMOVED: "removed",
    Tone.UNKNOWN: "? unknown",
}


@dataclass(frozen=True, slots=True)
class Caption:
    """A word in a bar; x in logical pixels."""

    row: int
    x: float
    text: str


def words(tone: Tone, note: int, version: int | None) -> str:
    """What a bar of a tone says: the state's glyph and word, exit code or version."""
    known = note != NO_NOTE
    if tone in (Tone.VERSION_ODD, Tone.VERSION_EVEN):
        return f"v{note}" if known else ""
    if tone in (Tone.EXITED, Tone.FAILED):
        return f"{_WORDS[tone]} {note}" if known else _WORDS[tone]
    text = _WORDS.get(tone, "")
    return f"{text} v{version}" if version is not None and text else text


def captions(frame: Frame, scale: float, letter: float, version_of: VersionOf) -> list[Caption]:
    """The captions of a frame, each cut to its bar; none where there are too many."""
    result: list[Caption] = []
    # Where a container goes on after an interruption its version is not said again.
    said: dict[int, int] = {}
    for part in frame.spans:
        left = np.maximum(part.spans.start, frame.window.start)
        right = np.minimum(part.spans.end, frame.window.end)
        widths = (right - left) / frame.window.step / scale
        wide = np.flatnonzero(widths > 4 * letter + 2 * _PADDING)
        if len(wide) > _MOST:
            wide = np.sort(wide[np.argsort(-widths[wide], kind="stable")[:_MOST]])
        for place in wide.tolist():
            span = part.spans.one(place)
            row = int(part.rows[place])
            again = said.get(row) == span.object
            if again and widths[place] < _WORTH_REPEATING and span.tone == _RUNNING:
                continue
            text = words(TONES[span.tone], span.note, version_of(span.object))
            room = int((float(widths[place]) - 2 * _PADDING) / letter)
            if len(text) > room:
                text = text.split(" ")[0]
            elif span.tone in _WITH_VERSION:
                said[row] = span.object
            x = frame.window.x(int(left[place])) / scale + _PADDING
            result.append(Caption(row, x, text))
    return result
