"""What the window shows while there is no history: what this is, and what one can do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.desktop.icons import app_icon
from app.desktop.plain_text import PlainLabel, shown
from app.desktop.theme import Theme


class EmptyPage(QWidget):
    """Explains, and offers to record or to look at the sample."""

    recording_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, store: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = PlainLabel(parent=self)
        self._title = self._label(self.tr("No history yet"))
        self._about = self._label(
            self.tr(
                "Shipslog records every image version and every container's life on a Docker or "
                "Podman engine, and replays it here: what ran when, from which version of which "
                "image, and why it stopped. It only reads from the engine, and the history stays "
                "on this machine."
            )
        )
        self._store = self._label(self.tr("The history will be kept in {}").replace("{}", store))
        self._problem = self._label("")
        self._record = QPushButton(self.tr("Start recording"), self)
        self._sample = QPushButton(self.tr("Look at the sample history"), self)
        self._arrange()
        self._record.clicked.connect(self.recording_wanted)
        self._sample.clicked.connect(self.sample_wanted)
        self.use_theme(theme)

    def _label(self, text: str) -> PlainLabel:
        label = PlainLabel(shown(text, 1_000), self)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return label

    def _arrange(self) -> None:
        self._icon.setPixmap(app_icon().pixmap(96, 96))
        self._icon.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() + 8)
        font.setBold(True)
        self._title.setFont(font)
        self._record.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._record)
        buttons.addSpacing(8)
        buttons.addWidget(self._sample)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addStretch(2)
        for widget in (self._icon, self._title, self._about):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self._store)
        column.addWidget(self._problem)
        column.addStretch(3)
        for label in (self._about, self._store, self._problem):
            label.setMinimumWidth(560)
            label.setMaximumWidth(560)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

    def refuse(self, reason: str) -> None:
        """Says that there is a history which cannot be opened, and why."""
        self._title.setText(self.tr("This history cannot be opened"))
        self._about.setText(shown(reason, 1_000))
        self._record.setVisible(False)
        self._store.setVisible(False)

    def tell(self, problem: str) -> None:
        """Says why recording does not work."""
        self._problem.setText(shown(problem, 600))

    def use_theme(self, theme: Theme) -> None:
        """Draws in another theme."""
        self._about.setStyleSheet(f"color: {theme.text_muted}")
        self._store.setStyleSheet(f"color: {theme.text_faint}")
        self._problem.setStyleSheet(f"color: {theme.bad}")
