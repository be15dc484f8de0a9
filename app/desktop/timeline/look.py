"""How the timeline looks: measures in logical pixels, and colours as numbers for arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from app.desktop.theme import TONES, Theme, Tone
from app.desktop.timeline.lane_spans import NOTHING
from app.desktop.timeline.pixels import BAD, NOTABLE

Colors = npt.NDArray[np.uint32]

_PRIORITY: dict[Tone, int] = {
    Tone.DEAD: 9,
    Tone.FAILED: 8,
    Tone.UNHEALTHY: 7,
    Tone.RESTARTING: 6,
    Tone.PAUSED: 5,
    Tone.STARTING: 4,
    Tone.RUNNING: 3,
    Tone.CREATED: 2,
}


@dataclass(frozen=True, slots=True)
class Measures:
    """Sizes that follow the font."""

    row: int
    axis: int
    gutter: int
    bar_top: int
    bar: int
    strip_top: int
    strip: int

    @classmethod
    def of(cls, font_height: int, gutter: int) -> "Measures":
        """Measures for a font of a height."""
        row = font_height + 11
        bar = max(row - 11, 10)
        return cls(row, 2 * font_height + 12, gutter, 2, bar, bar + 3, row - bar - 6)


def priorities() -> npt.NDArray[np.uint8]:
    """For each tone how strongly it shows through where several share a pixel."""
    table = np.zeros(256, np.uint8)
    for code, tone in enumerate(TONES):
        table[code] = _PRIORITY.get(tone, 1)
    return table


def tone_colors(theme: Theme) -> Colors:
    """The colour of each tone as a premultiplied ARGB number; NOTHING is transparent."""
    table = np.zeros(256, np.uint32)
    for code, tone in enumerate(TONES):
        table[code] = theme.color(tone).rgba()
    table[NOTHING] = 0
    return table


def density_colors(theme: Theme) -> Colors:
    """Events per pixel as strength of the event colour, premultiplied."""
    color = QColor(theme.event)
    strength = np.arange(256, dtype=np.uint32)
    channels = [
        (np.uint32(channel) * strength // 255).astype(np.uint32)
        for channel in (color.red(), color.green(), color.blue())
    ]
    table = (strength << 24) | (channels[0] << 16) | (channels[1] << 8) | channels[2]
    table[0] = 0
    return table.astype(np.uint32)


def severity_colors(theme: Theme) -> dict[int, np.uint32]:
    """The colours that stand out of the density."""
    return {
        NOTABLE: np.uint32(QColor(theme.notable).rgba()),
        BAD: np.uint32(QColor(theme.bad).rgba()),
    }
