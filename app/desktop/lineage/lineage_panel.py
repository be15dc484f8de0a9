"""The lineage of everything that is there, or of the selected object, at the cursor."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from adapters.readmodel import History
from app.desktop.icons import Icons
from app.desktop.lineage.drawing import Drawing, Wanted
from app.desktop.lineage.lineage_artist import LineageArtist
from app.desktop.lineage.lineage_view import LineageView
from app.desktop.plain_text import PlainLabel
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState
from domain.identity import CONTAINER, IMAGE, REFERENCE

_CALM_MS = 60
"""While the cursor moves the lineage follows in such steps: it is read, not watched."""


class LineagePanel(QWidget):
    """Asks for lineages while it is in sight, and shows them."""

    def __init__(
        self,
        state: ViewState,
        artist: LineageArtist,
        theme: Theme,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._artist = artist
        self._history: History | None = None
        self._view = LineageView(theme, icons, self)
        self._all = QPushButton(self.tr("Everything"), self)
        self._one = QPushButton(self.tr("Selected object"), self)
        self._note = PlainLabel(parent=self)
        self._soon = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        group = QButtonGroup(self)
        for button in (self._all, self._one):
            button.setCheckable(True)
            button.setFlat(True)
            button.setAutoDefault(False)
            group.addButton(button)
        self._one.setChecked(True)
        fit = QPushButton(self.tr("Fit"), self)
        fit.setFlat(True)
        fit.clicked.connect(self._view.fit)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.addWidget(self._all)
        top.addWidget(self._one)
        top.addSpacing(12)
        top.addWidget(self._note)
        top.addStretch(1)
        top.addWidget(fit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._view, 1)

    def _connect(self) -> None:
        self._soon.timeout.connect(self._ask)
        self._state.cursor_moved.connect(self._ask_soon)
        self._state.selection_changed.connect(self._follow_selection)
        self._all.toggled.connect(self._ask_soon)
        self._view.object_chosen.connect(self._state.select)
        self._artist.drawn.connect(self._show_drawing)

    def show_history(self, history: History) -> None:
        """Answers from a newer history."""
        self._history = history
        self._ask_soon()

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._view.use_theme(theme, icons)

    def showEvent(self, event: object) -> None:
        """Asks now that it is in sight."""
        self._ask_soon()

    def _ask_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _follow_selection(self, selected: int) -> None:
        self._view.mark(selected)
        if self._one.isChecked():
            self._ask_soon()

    def _ask(self) -> None:
        if self._history is None or not self.isVisible():
            return
        subject = self._subject() if self._one.isChecked() else None
        self._artist.want(Wanted(self._history, subject, self._state.cursor))

    def _subject(self) -> int | None:
        selected = self._state.selection
        if self._history is None or not 0 <= selected < self._history.count:
            return None
        kind = self._history.identity_of(selected).kind
        return selected if kind in (CONTAINER, IMAGE, REFERENCE) else None

    def _show_drawing(self, drawing: Drawing) -> None:
        self._view.show_drawing(drawing, self._state.selection)
        kinds = [node.kind for node in drawing.whole.nodes]
        counts = [(kind, kinds.count(kind)) for kind in (REFERENCE, IMAGE, CONTAINER)]
        self._note.setText(
            ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts)
        )
