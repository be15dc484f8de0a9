"""Every action of the window with its key, in one table that menus, buttons and help show."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.desktop.icons import Icons
from app.desktop.plain_text import explain
from app.desktop.theme import Theme


@dataclass(frozen=True, slots=True)
class _Spec:
    name: str
    text: str
    keys: tuple[str, ...]
    icon: str
    checkable: bool = False


_SPECS = (
    _Spec("play", "Play or pause", ("Space",), "play"),
    _Spec("previous_event", "Previous event", ("Left",), "previous"),
    _Spec("next_event", "Next event", ("Right",), "next"),
    _Spec("first", "First moment", ("Home",), "previous"),
    _Spec("last", "Last moment", ("End",), "next"),
    _Spec("live", "Live", ("L",), "live", True),
    _Spec("skip_quiet", "Skip quiet stretches while playing", ("Q",), "skip", True),
    _Spec("fit", "Show the whole history", ("0",), "fit"),
    _Spec("back", "Back to the last range or filter", ("Alt+Left",), "back"),
    _Spec("zoom_in", "Zoom in", ("+", "="), "search"),
    _Spec("zoom_out", "Zoom out", ("-",), "search"),
    _Spec("mark_a", "Mark moment A", ("A",), "flag"),
    _Spec("mark_b", "Mark moment B and compare", ("B",), "changes"),
    _Spec("unmark", "Clear the marks", ("Esc",), "flag"),
    _Spec("utc", "UTC", ("U",), "clock", True),
    _Spec("theme", "Light or dark", ("Ctrl+T",), "sun"),
    _Spec("filter", "Filter events", ("Ctrl+F",), "search"),
    _Spec("events", "Go to the list of events", ("Ctrl+L",), "event"),
    _Spec("refresh", "Read the history again", ("F5",), "back"),
    _Spec("palette", "Find an action", ("Ctrl+K",), "menu"),
    _Spec("shortcuts", "Keys", ("F1",), "help"),
    _Spec("record", "Start or stop recording", ("Ctrl+R",), "record"),
    _Spec("quit", "Quit", ("Ctrl+Q",), "stop"),
)


class Actions(QObject):
    """The actions, by name as attributes."""

    play: QAction
    previous_event: QAction
    next_event: QAction
    first: QAction
    last: QAction
    live: QAction
    skip_quiet: QAction
    fit: QAction
    back: QAction
    zoom_in: QAction
    zoom_out: QAction
    mark_a: QAction
    mark_b: QAction
    unmark: QAction
    utc: QAction
    theme: QAction
    filter: QAction
    events: QAction
    refresh: QAction
    palette: QAction
    shortcuts: QAction
    record: QAction
    quit: QAction

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.all: list[QAction] = []
        self._icons: dict[QAction, str] = {}
        for spec in _SPECS:
            text = QCoreApplication.translate("Actions", spec.text)
            action = QAction(text, window)
            action.setObjectName(spec.name)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.checkable)
            explain(action, f"{text} ({spec.keys[0]})")
            window.addAction(action)
            setattr(self, spec.name, action)
            self.all.append(action)
            self._icons[action] = spec.icon

    def use_icons(self, theme: Theme, icons: Icons) -> None:
        """Draws the icons in a theme."""
        for action, icon in self._icons.items():
            action.setIcon(icons.icon(icon))
        self.theme.setIcon(icons.icon("sun" if theme.dark else "moon"))
        self.mark_a.setIcon(icons.icon("flag", theme.mark_a))

    def show_playing(self, playing: bool, icons: Icons) -> None:
        """Makes the play action look like what it would do."""
        self.play.setIcon(icons.icon("pause" if playing else "play"))
