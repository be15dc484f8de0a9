"""Paints the time axis above the lanes."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from app.desktop.moment_text import Zone
from app.desktop.static_texts import StaticTexts
from app.desktop.theme import Theme
from app.desktop.timeline.look import Measures
from app.desktop.timeline.pixels import Window
from app.desktop.timeline.time_axis import Tick
from domain.moments import DAY


class AxisPainter:
    """Draws the axis: what the range is, and its ticks."""

    def __init__(self, theme: Theme, font: QFont, scale: float) -> None:
        self._theme = theme
        self._scale = scale
        self._font = QFont(font)
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._texts = StaticTexts(self._font)
        self._major_texts = StaticTexts(self._bold)

    def paint(
        self,
        painter: QPainter,
        window: Window,
        ticks: list[Tick],
        measures: Measures,
        zone: Zone,
    ) -> None:
        """Draws the axis over the whole width; the gutter's part names the zone and the day."""
        width = measures.gutter + window.width / self._scale
        painter.fillRect(QRectF(0, 0, width, measures.axis), QColor(self._theme.surface))
        painter.setPen(QColor(self._theme.border))
        painter.drawLine(QPointF(0, measures.axis - 1), QPointF(width, measures.axis - 1))
        self._corner(painter, window, measures, zone)
        painter.save()
        painter.setClipRect(QRectF(measures.gutter, 0, width - measures.gutter, measures.axis))
        half = measures.axis / 2
        for tick in ticks:
            x = round(measures.gutter + window.x(tick.moment) / self._scale)
            painter.fillRect(QRectF(x, half + 2, 1, half - 3), QColor(self._theme.border))
            texts = self._major_texts if tick.major else self._texts
            painter.setFont(texts.font)
            painter.setPen(QColor(self._theme.text if tick.major else self._theme.text_muted))
            texts.paint(painter, x + 5, half + (half - texts.height) / 2 - 1, tick.label)
        painter.restore()

    def _corner(self, painter: QPainter, window: Window, measures: Measures, zone: Zone) -> None:
        half = measures.axis / 2
        self._say(painter, self._major_texts, self._theme.text, 4, _days(window, zone))
        said = "UTC" if zone.utc else f"{zone.name(window.end)} time"
        self._say(painter, self._texts, self._theme.text_muted, half, said)

    def _say(
        self, painter: QPainter, texts: StaticTexts, color: str, top: float, text: str
    ) -> None:
        painter.setFont(texts.font)
        painter.setPen(QColor(color))
        texts.paint(painter, 12, top, text)


def _days(window: Window, zone: Zone) -> str:
    """The day or days that the range covers."""
    first, last = zone.at(max(window.start, 0)), zone.at(max(window.end - 1, 0))
    if first.date() == last.date():
        return f"{first:%a %d %b %Y}"
    if window.end - window.start < 300 * DAY:
        return f"{first:%d %b} – {last:%d %b %Y}"
    return f"{first:%b %Y} – {last:%b %Y}"
