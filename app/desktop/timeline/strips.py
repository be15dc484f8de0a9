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
    """An image of rows that is written over in every frame.

    Each row has its full height in it: Qt copies an image as it is several times faster than
    it stretches one. The array lives as long as the image that Qt reads from.
    """

    def __init__(self, rows: int, height: int, width: int, scale: float) -> None:
        self._pixels = np.zeros((rows, height, width), np.uint32)
        self._height = height
        self._image = QImage(
            self._pixels.data,
            width,
            rows * height,
            width * 4,
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        self._image.setDevicePixelRatio(scale)

    def write(self, colors: npt.NDArray[np.uint32]) -> None:
        """Takes one line of colours per row."""
        self._pixels[: len(colors)] = colors[:, np.newaxis, :]

    def paint(self, painter: QPainter, row: int, top: float) -> None:
        """Copies one row to where its lane is."""
        source = QRect(0, row * self._height, self._pixels.shape[2], self._height)
        painter.drawImage(QPointF(0, top), self._image, source)


class StripColors:
    """Colours the pixel values of one theme; keeps its images from frame to frame."""

    def __init__(self, theme: Theme, scale: float) -> None:
        self._scale = scale
        self._tones = tone_colors(theme)
        self._density = density_colors(theme)
        self._severity = severity_colors(theme)
        self._strips: dict[str, tuple[tuple[int, ...], Strip]] = {}

    def states(self, tones: Grid, height: int, use: str) -> Strip:
        """The bars of states; `use` names the strip that is written over."""
        return self._strip(self._tones[tones], height, use)

    def events(self, events: EventPixels, height: int, use: str) -> Strip:
        """How much happened, with what is notable or bad in its own colour."""
        colors = self._density[events.density]
        for severity in (NOTABLE, BAD):
            colors[events.worst == severity] = self._severity[severity]
        return self._strip(colors, height, use)

    def alarms(self, events: EventPixels, height: int, use: str) -> Strip:
        """Only what is bad, wide enough to be seen."""
        bad = events.worst == BAD
        thickness = max(2, round(2 * self._scale))
        wide = bad.copy()
        for shift in range(1, thickness):
            wide[:, shift:] |= bad[:, :-shift]
        colors = np.zeros(bad.shape, np.uint32)
        colors[wide] = self._severity[BAD]
        return self._strip(colors, height, use)

    def _strip(self, colors: npt.NDArray[np.uint32], height: int, use: str) -> Strip:
        rows, width = colors.shape
        shape = (rows, max(round(height * self._scale), 1), width)
        known = self._strips.get(use)
        if known is None or known[0] != shape:
            known = self._strips[use] = (shape, Strip(*shape, self._scale))
        known[1].write(colors)
        return known[1]
