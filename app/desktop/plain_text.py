"""Foreign text made safe to show: no markup, no hidden characters, no megabytes.

Names, labels and messages come from images and containers that anybody may have made. Qt guesses
whether a text is markup, and loads the files that it names; so labels and tooltips are made here.
"""

import html

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGraphicsItem, QLabel, QToolTip, QWidget

from adapters.reports.visible import visible

CELL_LIMIT = 200
TOOLTIP_LIMIT = 1_000
PAGE_LIMIT = 4_000


def shown(text: str, limit: int = CELL_LIMIT) -> str:
    """The text on one line: hidden characters as symbols, clamped to `limit` characters."""
    return visible(text if len(text) <= limit else text[: limit - 1] + "…")


def tooltip(*lines: str) -> str:
    """Lines for a tooltip: forced to be one known kind of markup, with nothing live in it."""
    escaped = "<br>".join(html.escape(shown(line, TOOLTIP_LIMIT)) for line in lines if line)
    return f'<p style="white-space: pre-wrap">{escaped}</p>' if escaped else ""


def explain(part: QWidget | QAction | QGraphicsItem, *lines: str) -> None:
    """Gives a part of the window a tooltip."""
    part.setToolTip(tooltip(*lines))


def explain_at(place: QPoint, widget: QWidget, *lines: str) -> None:
    """Shows a tooltip at a place of the screen; without lines none."""
    QToolTip.showText(place, tooltip(*lines), widget)


class PlainLabel(QLabel):
    """A label that takes no markup: what is set is shown letter by letter, up to a page."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Sets what is shown."""
        super().setText(shown(text, PAGE_LIMIT))
