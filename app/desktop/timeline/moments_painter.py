"""Paints the cursor and the marks A and B over the lanes."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from app.desktop.theme import Theme
from app.desktop.timeline.look import Measures
from app.desktop.timeline.pixels import Window
from app.desktop.view_state import ViewState


def paint_moments(
    painter: QPainter,
    state: ViewState,
    theme: Theme,
    window: Window,
    measures: Measures,
    letters: QFontMetrics,
) -> None:
    """Draws a line with a flag for each moment that is in the window."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    first, second = state.marks
    for moment, color, label in (
        (first, theme.mark_a, "A"),
        (second, theme.mark_b, "B"),
        (state.cursor, theme.accent, f"{state.zone.at(state.cursor):%H:%M:%S}"),
    ):
        if moment is None:
            continue
        x = measures.gutter + window.x(moment)
        if -1 <= x - measures.gutter <= window.width + 1:
            width = letters.horizontalAdvance(label) + 12
            right = measures.gutter + window.width
            left = min(max(x - width / 2, measures.gutter), right - width)
            box = QRectF(left, 3, width, measures.axis / 2 - 2)
            _paint_line(painter, x, box, measures, QColor(color))
            painter.setPen(QColor(theme.on_accent))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), label)


def _paint_line(
    painter: QPainter, x: float, box: QRectF, measures: Measures, color: QColor
) -> None:
    painter.setPen(QPen(color, 1.5))
    painter.drawLine(QPointF(x, measures.axis - 6), QPointF(x, painter.viewport().height()))
    painter.setBrush(color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(box, 3, 3)
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(x - 5, box.bottom()),
                QPointF(x + 5, box.bottom()),
                QPointF(x, box.bottom() + 6),
            ]
        )
    )
    painter.drawRect(QRectF(x - 0.75, box.bottom(), 1.5, measures.axis - box.bottom()))
