"""Draws a lineage on a scene that can be moved and zoomed; a click selects."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
    QGraphicsView,
    QWidget,
)

from app.desktop.icons import Icons
from app.desktop.lineage.drawing import Drawing
from app.desktop.lineage.folding import image_of
from app.desktop.lineage.lineage_items import CARD, EdgeItem, NodeItem, edge_label
from app.desktop.theme import Theme

_COLUMN = CARD.width() + 90
_ROW = CARD.height() + 14
_MOST_LABELS = 300
_STEP = 1.2
_LEAST_SCALE = 0.7
"""Smaller than this names cannot be read; the rest is reached by moving the view."""


class LineageView(QGraphicsView):
    """A scene of cards and lines."""

    object_chosen = Signal(int)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self._nodes: dict[int, NodeItem] = {}
        self._drawing: Drawing | None = None
        self._pressed = QPointF()
        self._looked_at: tuple[int | None, int] | None = None
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setAccessibleName(self.tr("Lineage"))
        self.use_theme(theme, icons)

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._theme, self._icons = theme, icons
        self.setBackgroundBrush(QColor(theme.window))
        if self._drawing is not None:
            self.show_drawing(self._drawing)

    def show_drawing(self, drawing: Drawing, chosen: int = -1) -> None:
        """Shows a lineage; the view stays where it was as long as the same things are asked."""
        self._drawing = drawing
        self._scene.clear()
        self._nodes = {}
        for node in drawing.lineage.nodes:
            item = NodeItem(node, self._theme, self._icons, self.font())
            place = drawing.places[node.subject]
            item.setPos(place.x * _COLUMN, place.y * _ROW)
            self._scene.addItem(item)
            self._nodes[node.subject] = item
        self.mark(chosen)
        self._draw_edges(drawing)
        self._scene.setSceneRect(self._scene.itemsBoundingRect().adjusted(-40, -40, 40, 40))
        looked_at = (drawing.wanted.subject, len(self._nodes) // 8)
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            self.fit()

    def _draw_edges(self, drawing: Drawing) -> None:
        labels = 0
        for edge in drawing.lineage.edges:
            older, newer = self._nodes.get(edge.from_), self._nodes.get(edge.to)
            if older is None or newer is None:
                continue
            start = older.pos() + QPointF(CARD.right(), CARD.center().y())
            end = newer.pos() + QPointF(CARD.left(), CARD.center().y())
            self._scene.addItem(EdgeItem(edge, start, end, self._theme))
            text = edge_label(edge)
            if text and labels < _MOST_LABELS:
                labels += 1
                self._add_label(text, (start + end) / 2)

    def _add_label(self, text: str, at: QPointF) -> None:
        label = QGraphicsSimpleTextItem(text)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() - 1.5)
        label.setFont(font)
        label.setBrush(QColor(self._theme.text_muted))
        box = label.boundingRect()
        label.setPos(at - QPointF(box.width() / 2, box.height() + 1))
        self._scene.addItem(label)

    def mark(self, subject: int) -> None:
        """Marks the card of an object."""
        for number, item in self._nodes.items():
            item.choose(number == subject)

    def fit(self) -> None:
        """Shows everything, but never larger than life."""
        rect = self._scene.sceneRect()
        room = self.viewport().size()
        wanted = min(room.width() / max(rect.width(), 1), room.height() / max(rect.height(), 1))
        scale = min(max(wanted, _LEAST_SCALE), 1.0)
        self.resetTransform()
        self.scale(scale, scale)
        chosen = next((item for item in self._nodes.values() if item.chosen), None)
        if chosen is not None:
            self.centerOn(chosen)
        else:
            self.centerOn(rect.center().x(), rect.top())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remembers where a click began."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Chooses the card under a click that did not move."""
        super().mouseReleaseEvent(event)
        if (event.position() - self._pressed).manhattanLength() <= 4:
            item = self.itemAt(event.position().toPoint())
            if isinstance(item, NodeItem):
                number = item.node.subject
                self.object_chosen.emit(number if number >= 0 else image_of(number))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms."""
        factor = _STEP ** (event.angleDelta().y() / 120)
        scale = self.transform().m11() * factor
        if 0.05 < scale < 3:
            self.scale(factor, factor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zooms by keys."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.scale(_STEP, _STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self.scale(1 / _STEP, 1 / _STEP)
        else:
            super().keyPressEvent(event)
