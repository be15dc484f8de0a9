"""Lines of label and value, laid out; a label may go to the event that shows its line."""

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeyEvent, QMouseEvent, QTextOption
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.detail.particulars import Particular
from app.desktop.icons import Icons
from app.desktop.plain_text import PAGE_LIMIT, PlainLabel, explain, shown
from app.desktop.theme import Theme

_MOST_TEXT_LINES = 9


class LinkLabel(PlainLabel):
    """A word that can be clicked, or chosen with the keyboard."""

    chosen = Signal()

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setStyleSheet(
            f"QLabel {{ color: {theme.accent} }} QLabel:hover, QLabel:focus "
            "{ text-decoration: underline }"
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So do Return and the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)


class ParticularsForm(QWidget):
    """Shows lines; where only values differ from the last ones the widgets stay."""

    event_wanted = Signal(int)
    object_wanted = Signal(int)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._lines: list[Particular] = []
        self._grid = QGridLayout()
        self.setObjectName("portrait")
        self._grid.setContentsMargins(12, 4, 12, 12)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._grid)
        whole.addStretch(1)

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme from the next lines on."""
        self._theme, self._icons = theme, icons
        self._lines = []

    def show_lines(self, lines: list[Particular]) -> None:
        """Takes other lines."""
        before, self._lines = self._lines, lines
        if [each.shape for each in before] == [each.shape for each in lines]:
            for number, (old, new) in enumerate(zip(before, lines, strict=True)):
                if old.value != new.value:
                    self._change(number, new)
            return
        self.setUpdatesEnabled(False)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, line in enumerate(lines):
            self._lay(number, line)
        self.setUpdatesEnabled(True)

    def _change(self, number: int, line: Particular) -> None:
        item = self._grid.itemAtPosition(number, 1 if line.label else 0)
        widget = item.widget() if item is not None else None
        text = shown(line.value, PAGE_LIMIT)
        if isinstance(widget, PlainLabel):
            widget.setText(text)
        elif isinstance(widget, QLineEdit):
            widget.setText(text)
            widget.setCursorPosition(0)

    def _lay(self, number: int, line: Particular) -> None:
        if line.heading:
            self._grid.addWidget(self._heading(line), number, 0, 1, 2)
        elif line.copied:
            self._grid.addWidget(self._copied(line), number, 0, 1, 2)
        elif not line.label:
            self._grid.addWidget(self._value(line), number, 0, 1, 2)
        else:
            self._grid.addWidget(self._name(line), number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self._value(line), number, 1)

    def _heading(self, line: Particular) -> PlainLabel:
        heading = PlainLabel(shown(line.label))
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        heading.setContentsMargins(0, 10, 0, 2)
        return heading

    def _name(self, line: Particular) -> PlainLabel:
        text = shown(line.label)
        if line.event:
            link = LinkLabel(text, self._theme)
            explain(link, self.tr("Go to event #{0}").format(line.event))
            link.setAccessibleName(f"{text}: {shown(line.value)}")
            link.chosen.connect(partial(self.event_wanted.emit, line.event))
            return link
        if line.subject >= 0:
            link = LinkLabel(text, self._theme)
            link.setAccessibleName(f"{text}: {shown(line.value)}")
            link.chosen.connect(partial(self.object_wanted.emit, line.subject))
            return link
        name = PlainLabel(text)
        name.setStyleSheet(f"color: {self._theme.text_muted}")
        return name

    def _value(self, line: Particular) -> QWidget:
        text = shown(line.value, PAGE_LIMIT)
        if line.fixed_width:
            # An id has no place to break; a field shows its beginning and gives all of it.
            field = QLineEdit(text)
            field.setReadOnly(True)
            field.setCursorPosition(0)
            mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            mono.setPointSizeF(self.font().pointSizeF())
            field.setFont(mono)
            field.setAccessibleName(line.label)
            return field
        value = PlainLabel(text)
        value.setWordWrap(True)
        if line.strong:
            font = value.font()
            font.setBold(True)
            value.setFont(font)
        # What has no place to break is cut rather than widening the pane.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        value.setSizePolicy(policy)
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return value

    def _copied(self, line: Particular) -> QWidget:
        text = "\n".join(shown(each, PAGE_LIMIT) for each in line.value.split("\n"))
        field = CopiedText(text)
        button = QToolButton()
        button.setIcon(self._icons.icon("copy", self._theme.text_muted))
        button.setAutoRaise(True)
        explain(button, self.tr("Copy"))
        button.setAccessibleName(self.tr("Copy the command"))
        # What is copied is exact; what is shown has hidden characters as symbols.
        button.clicked.connect(partial(_copy, line.value))
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(field, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return both


class CopiedText(QPlainTextEdit):
    """A command, broken anywhere, as high as it needs up to some lines."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setReadOnly(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setTabChangesFocus(True)
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPointSizeF(self.font().pointSizeF())
        self.setFont(mono)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fits the height after the width has changed."""
        done = super().event(event)
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return done

    def _fit(self) -> None:
        lines = min(max(round(self.document().size().height()), 1), _MOST_TEXT_LINES)
        height = lines * self.fontMetrics().lineSpacing() + 2 * self.frameWidth() + 10
        if height != self.height():
            self.setFixedHeight(height)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
