"""The cards and the lines of a lineage."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from app.desktop.icons import STATE_ICON, Icons
from app.desktop.lineage.folding import FOLDED
from app.desktop.plain_text import explain, shown
from app.desktop.tables.container_tones import tone_of
from app.desktop.theme import Theme
from domain.identity import CONTAINER, IMAGE, REFERENCE, short_id
from domain.questions.lineage import Edge, EdgeKind, Node

CARD = QRectF(0, 0, 210, 44)
_PLAIN_BELOW = 0.45
"""Zoomed out farther than this nobody can read: cards are painted as plain boxes."""

_KIND_ICON = {IMAGE: "image", REFERENCE: "reference", CONTAINER: "container", FOLDED: "container"}


class NodeItem(QGraphicsItem):
    """A card: what it is, its name, and its id or state."""

    def __init__(self, node: Node, theme: Theme, icons: Icons, font: QFont) -> None:
        super().__init__()
        self.node = node
        self._theme = theme
        self._font = font
        self._chosen = False
        self._title = QFontMetricsF(font).elidedText(
            shown(node.label), Qt.TextElideMode.ElideMiddle, CARD.width() - 44
        )
        self._line = shown(_second_line(node))
        self._picture = _picture(node, theme, icons)
        explain(self, node.label, node.id, f"engine {node.engine_name}")
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable, False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def boundingRect(self) -> QRectF:
        """The card with its border."""
        return CARD.adjusted(-2, -2, 4, 4)

    @property
    def chosen(self) -> bool:
        """Whether the object is the selected one."""
        return self._chosen

    def choose(self, chosen: bool) -> None:
        """Marks the card of the selected object."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draws the card; from afar only its box."""
        theme = self._theme
        ground = QColor(theme.accent_soft if self._chosen else theme.surface)
        border = QColor(theme.accent if self._chosen else theme.border)
        pen = QPen(border, 2.0 if self._chosen else 1.0)
        if self.node.removed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.node.kind == FOLDED:
            # A second edge below says that there are more behind it.
            painter.drawRoundedRect(CARD.translated(3, 3).adjusted(0, 0, -2, -2), 6, 6)
        painter.drawRoundedRect(CARD, 6, 6)
        if painter.worldTransform().m11() < _PLAIN_BELOW:
            return
        painter.drawPixmap(QPointF(10, 13), self._picture)
        font = QFont(self._font)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(theme.text_muted if self.node.removed else theme.text))
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(36, 4, CARD.width() - 42, 19), left, self._title)
        font = QFont(self._font)
        font.setPointSizeF(font.pointSizeF() - 1)
        painter.setFont(font)
        painter.setPen(QColor(theme.text_muted))
        painter.drawText(QRectF(36, 22, CARD.width() - 42, 17), left, self._line)


class EdgeItem(QGraphicsPathItem):
    """A line from the older thing to the one that came of it; dashed where it is not certain."""

    def __init__(self, edge: Edge, start: QPointF, end: QPointF, theme: Theme) -> None:
        super().__init__()
        bend = max(abs(end.x() - start.x()) / 2, 30)
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        self.setPath(path)
        color = {
            EdgeKind.VERSION: theme.mark_a,
            EdgeKind.INSTANCE: theme.good,
            EdgeKind.COMMIT: theme.notable,
            EdgeKind.BASE: theme.text_muted,
        }[edge.kind]
        pen = QPen(QColor(color), 1.4)
        uncertain = edge.evidence in ("ambiguous", "label", "typed")
        if uncertain or edge.current is False:
            pen.setStyle(Qt.PenStyle.DashLine)
        self.setPen(pen)
        self.setZValue(-1)
        explain(self, _edge_words(edge))


def edge_label(edge: Edge) -> str:
    """The word on a line."""
    if edge.kind is EdgeKind.VERSION and edge.number is not None:
        return f"v{edge.number}"
    return "" if edge.kind is EdgeKind.INSTANCE else f"{edge.kind.value}: {edge.evidence}"


def _edge_words(edge: Edge) -> str:
    words = {
        EdgeKind.BASE: "base image, known by",
        EdgeKind.VERSION: f"version {edge.number} of the reference,",
        EdgeKind.INSTANCE: "container made from the image,",
        EdgeKind.COMMIT: "image made from the container,",
    }[edge.kind]
    text = f"{words} {edge.evidence}"
    if edge.candidates:
        text += f"; may be any of {', '.join(map(short_id, edge.candidates[:5]))}"
    return text


def _second_line(node: Node) -> str:
    if node.kind == CONTAINER:
        return f"{node.state or 'unknown'}  {short_id(node.id)}"
    if node.kind == FOLDED:
        return node.state or ""
    if node.kind == IMAGE:
        return f"{short_id(node.id)}{'  removed' if node.removed else ''}"
    return node.engine_name


def _picture(node: Node, theme: Theme, icons: Icons) -> QPixmap:
    if node.kind == CONTAINER and node.state:
        tone = tone_of(node.state, None, None)
        return icons.pixmap(STATE_ICON[tone], icons.ink(tone), 18)
    return icons.pixmap(_KIND_ICON.get(node.kind, "engine"), theme.accent, 18)
