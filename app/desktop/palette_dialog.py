"""The palette (Ctrl+K): every action by a part of its name."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget


class PaletteDialog(QDialog):
    """Type, choose with Up and Down, Enter runs."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find an action"))
        self.setMinimumSize(420, 320)
        self._actions = actions
        self._box = QLineEdit(self)
        self._box.setPlaceholderText(self.tr("What do you want to do?"))
        self._box.setAccessibleName(self.tr("Part of an action's name"))
        self._list = QListWidget(self)
        layout = QVBoxLayout(self)
        layout.addWidget(self._box)
        layout.addWidget(self._list)
        self._box.installEventFilter(self)
        self._box.textChanged.connect(self._fill)
        self._box.returnPressed.connect(self._run)
        self._list.itemActivated.connect(self._run)
        self._fill("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets Up and Down move through the list while typing."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step:
                row = self._list.currentRow() + step
                self._list.setCurrentRow(min(max(row, 0), self._list.count() - 1))
                return True
        return super().eventFilter(watched, event)

    def _fill(self, text: str) -> None:
        self._list.clear()
        wanted = text.casefold().split()
        for number, action in enumerate(self._actions):
            if action.isEnabled() and all(part in action.text().casefold() for part in wanted):
                keys = action.shortcut().toString()
                item = QListWidgetItem(action.icon(), f"{action.text()}   {keys}")
                item.setData(Qt.ItemDataRole.UserRole, number)
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _run(self) -> None:
        item = self._list.currentItem()
        self.accept()
        if item is not None:
            self._actions[int(item.data(Qt.ItemDataRole.UserRole))].trigger()
