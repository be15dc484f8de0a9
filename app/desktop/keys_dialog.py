"""The list of keys (F1), made from the actions themselves."""

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from app.desktop.plain_text import PlainLabel

_POINTER = (
    ("Wheel", "Zoom the timeline (over the names: scroll)"),
    ("Shift+wheel, drag", "Move the timeline along"),
    ("Click", "Select, and go to that moment"),
    ("Drag the cursor or the axis", "Scrub"),
    ("Double click", "Zoom in there"),
    ("Up, Down, Enter", "Step through lanes, fold a heading"),
)


class KeysDialog(QDialog):
    """Shows every action with its keys, and what the pointer does."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        lines = [(_keys(action), action.text()) for action in actions]
        for number, (keys, what) in enumerate([*lines, *_POINTER]):
            column = 0 if number < (len(lines) + len(_POINTER) + 1) // 2 else 2
            row = number if column == 0 else number - (len(lines) + len(_POINTER) + 1) // 2
            for place, text in enumerate((keys, what)):
                label = PlainLabel(text, self)
                font = label.font()
                font.setBold(place == 0)
                label.setFont(font)
                grid.addWidget(label, row, column + place)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(buttons)


def _keys(action: QAction) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(form) for keys in action.shortcuts())
