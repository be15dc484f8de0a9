"""The app's own icons, tinted in the colours of the theme."""

from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.desktop.theme import Theme, Tone

_FOLDER = resources.files("resources") / "icons"

STATE_ICON: dict[Tone, str] = {
    Tone.RUNNING: "state-running",
    Tone.CREATED: "state-created",
    Tone.PAUSED: "state-paused",
    Tone.RESTARTING: "state-restarting",
    Tone.EXITED: "state-exited",
    Tone.FAILED: "state-failed",
    Tone.DEAD: "state-dead",
    Tone.REMOVED: "state-removed",
    Tone.UNHEALTHY: "health-unhealthy",
    Tone.STARTING: "health-starting",
    Tone.UNKNOWN: "state-unknown",
}
"""A shape for each state, so that no state is told by colour alone."""


class Icons:
    """Draws the bundled SVGs; Qt paints their `currentColor` black unless it is replaced."""

    def __init__(self, theme: Theme, scale: float = 1.0) -> None:
        self._theme = theme
        self._scale = scale
        self._pixmaps: dict[tuple[str, str, int], QPixmap] = {}

    def icon(self, name: str, color: str | None = None) -> QIcon:
        """An icon in the colour of text, faint where its button is disabled."""
        icon = QIcon()
        for size in (16, 24):
            icon.addPixmap(self.pixmap(name, color or self._theme.text, size))
            faint = self.pixmap(name, self._theme.text_faint, size)
            icon.addPixmap(faint, QIcon.Mode.Disabled)
        return icon

    def state(self, tone: Tone, size: int = 14) -> QPixmap:
        """The glyph of a state, in a strength of its colour that reads on the tables' ground."""
        return self.pixmap(STATE_ICON[tone], self.ink(tone), size)

    def ink(self, tone: Tone) -> str:
        """A state's colour for glyphs: its tone, deepened in light and lifted in dark themes."""
        color = self._theme.color(tone)
        deepened = color.lighter(165) if self._theme.dark else color.darker(150)
        return deepened.name()

    def pixmap(self, name: str, color: str, size: int) -> QPixmap:
        """The icon in one colour and size."""
        key = (name, color, size)
        if key not in self._pixmaps:
            self._pixmaps[key] = _render(name, color, size, self._scale)
        return self._pixmaps[key]


def app_icon() -> QIcon:
    """The icon of the app itself."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(_render("shipslog", "#000000", size, 1.0))
    return icon


def _render(name: str, color: str, size: int, scale: float) -> QPixmap:
    source = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))
    pixmap = QPixmap(QSize(size, size) * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
