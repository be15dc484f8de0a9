"""Pixel values turned into images of one line per row, which the painter stretches."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPainter

from app.desktop.theme import Theme
from app.desktop.timeline.look import (
    density_colors,
    severity_colors,
    tone_colors,
)
from app.desktop.timeline.pixels import BAD, NOTABLE, EventPixels, Grid


class Strip:
    """An image over an array; it keeps the array alive as long as Qt reads from it.

    Each row has its full height in the array: Qt copies an image as it is several times
    faster than it stretches one.
    """

    def __init__(self, pixels: npt.NDArray[np.uint32], height: int, scale: float) -> None:
        self._pixels = np.repeat(pixels, height, axis=0)
        self._height = height
        lines, self._width = self._pixels.shape
        self._image = QImage(
            self._pixels.data,
            self._width,
            lines,
            self._width * 4,
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        self._image.setDevicePixelRatio(scale)

    def paint(self, painter: QPainter, row: int, top: float) -> None:
        """Copies one row of the strip to where its lane is."""
        source = QRect(0, row * self._height, self._width, self._height)
        painter.drawImage(QPointF(0, top), self._image, source)


class StripColors:
    """Colours the pixel values of one theme."""

    def __init__(self, theme: Theme, scale: float) -> None:
        self._scale = scale
        self._tones = tone_colors(theme)
        self._density = density_colors(theme)
        self._severity = severity_colors(theme)

    def states(self, tones: Grid, height: int) -> Strip:
        """The bars of states."""
        return self._strip(self._tones[tones], height)

    def events(self, events: EventPixels, height: int) -> Strip:
        """How much happened, with what is notable or bad in its own colour."""
        colors = self._density[events.density]
        for severity in (NOTABLE, BAD):
            colors[events.worst == severity] = self._severity[severity]
        return self._strip(colors, height)

    def alarms(self, events: EventPixels, height: int) -> Strip:
        """Only what is bad, wide enough to be seen."""
        bad = events.worst == BAD
        thickness = max(2, round(2 * self._scale))
        wide = bad.copy()
        for shift in range(1, thickness):
            wide[:, shift:] |= bad[:, :-shift]
        colors = np.zeros(bad.shape, np.uint32)
        colors[wide] = self._severity[BAD]
        return self._strip(colors, height)

    def _strip(self, colors: npt.NDArray[np.uint32], height: int) -> Strip:
        return Strip(colors, max(round(height * self._scale), 1), self._scale)
