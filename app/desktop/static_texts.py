"""Short texts laid out once: the same few words are painted in every frame."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText, QTransform

_MOST = 2_000


class StaticTexts:
    """Paints texts in one font."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        metrics = QFontMetricsF(font)
        self.height = metrics.height()
        self.ascent = metrics.ascent()
        self.letter = metrics.averageCharWidth()
        self._texts: dict[str, QStaticText] = {}

    def paint(self, painter: QPainter, x: float, top: float, text: str) -> None:
        """Paints a text; the painter must have this font set."""
        laid = self._texts.get(text)
        if laid is None:
            if len(self._texts) >= _MOST:
                self._texts.clear()
            laid = QStaticText(text)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.prepare(QTransform(), self.font)
            self._texts[text] = laid
        painter.drawStaticText(QPointF(x, top), laid)
