"""Paints the time axis above the lanes."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.desktop.moment_text import Zone
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
        self._metrics = QFontMetricsF(font)

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
            painter.setPen(QColor(self._theme.border))
            painter.drawLine(QPointF(x, half + 2), QPointF(x, measures.axis - 1))
            painter.setFont(self._bold if tick.major else self._font)
            painter.setPen(QColor(self._theme.text if tick.major else self._theme.text_muted))
            painter.drawText(
                QRectF(x + 5, half, 160, half - 2),
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
                tick.label,
            )
        painter.restore()

    def _corner(self, painter: QPainter, window: Window, measures: Measures, zone: Zone) -> None:
        painter.setFont(self._bold)
        painter.setPen(QColor(self._theme.text))
        box = QRectF(12, 4, measures.gutter - 20, measures.axis / 2 - 2)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(box, left, _days(window, zone))
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.text_muted))
        box.moveTop(measures.axis / 2)
        painter.drawText(box, left, f"{zone.name(window.end)} time" if not zone.utc else "UTC")


def _days(window: Window, zone: Zone) -> str:
    """The day or days that the range covers."""
    first, last = zone.at(max(window.start, 0)), zone.at(max(window.end - 1, 0))
    if first.date() == last.date():
        return f"{first:%a %d %b %Y}"
    if window.end - window.start < 300 * DAY:
        return f"{first:%d %b} – {last:%d %b %Y}"
    return f"{first:%b %Y} – {last:%b %Y}"
