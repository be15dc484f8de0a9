"""The bar above the timeline: steps, play, speed, the moment itself, and following live."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontDatabase
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QWidget,
)

from app.desktop.actions import Actions
from app.desktop.plain_text import PlainLabel, explain
from app.desktop.replay_clock import SPEEDS, ReplayClock
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState


class TransportBar(QFrame):
    """Buttons are the window's actions; the field takes every way to write a moment."""

    moment_typed = Signal(str)

    def __init__(
        self,
        state: ViewState,
        clock: ReplayClock,
        actions: Actions,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._clock = clock
        self._theme = theme
        self._speed = QComboBox(self)
        self._moment = QLineEdit(self)
        self._problem = PlainLabel(parent=self)
        self._layout = QHBoxLayout(self)
        self._arrange(actions)
        self._connect()
        self._show_moment()

    def _arrange(self, actions: Actions) -> None:
        self._layout.setContentsMargins(10, 6, 10, 6)
        self._layout.setSpacing(4)
        for action in (actions.previous_event, actions.play, actions.next_event):
            self._layout.addWidget(self._button(action))
        for speed in SPEEDS:
            self._speed.addItem(speed.label)
        self._speed.setCurrentIndex(SPEEDS.index(self._clock.speed))
        self._speed.setAccessibleName(self.tr("Speed of the replay"))
        explain(self._speed, self.tr("Speed of the replay"))
        self._speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._layout.addSpacing(4)
        self._layout.addWidget(self._speed)
        self._layout.addWidget(self._button(actions.skip_quiet))
        self._layout.addSpacing(8)
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPointSizeF(self.font().pointSizeF() + 1.5)
        self._moment.setFont(mono)
        letters = "0000-00-00 00:00:00.000 +0000 "
        self._moment.setFixedWidth(self._moment.fontMetrics().horizontalAdvance(letters))
        self._moment.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._moment.setAccessibleName(self.tr("Moment shown; type another one to go there"))
        explain(
            self._moment,
            self.tr("Type a moment to go there: 2026-11-23T10:00:00Z, 10m or 1h30m ago, #position"),
        )
        self._layout.addWidget(self._moment)
        self._layout.addSpacing(8)
        self._layout.addWidget(self._button(actions.live, with_text=True))
        self._layout.addWidget(self._problem)
        self._layout.addStretch(1)
        for action in (actions.fit, actions.back, actions.mark_a, actions.mark_b):
            self._layout.addWidget(self._button(action))
        self._layout.addWidget(self._button(actions.utc, with_text=True))
        self._layout.addWidget(self._button(actions.theme))
        self._layout.addSpacing(8)

    def _button(self, action: QAction, *, with_text: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if with_text else style.ToolButtonIconOnly
        )
        return button

    def _connect(self) -> None:
        self._state.cursor_moved.connect(self._show_moment)
        self._state.zone_changed.connect(self._show_moment)
        self._clock.speed_changed.connect(self._show_speed)
        self._speed.activated.connect(self._choose_speed)
        self._moment.returnPressed.connect(self._go)

    def add_at_end(self, widget: QWidget) -> None:
        """Puts a widget at the right end."""
        self._layout.addWidget(widget)

    def tell(self, problem: str) -> None:
        """Says why a typed moment was not understood; empty when it was."""
        self._problem.setText(problem)
        self._problem.setStyleSheet(f"color: {self._theme.bad}")
        if not problem:
            self._moment.clearFocus()
            self._show_moment()

    def use_theme(self, theme: Theme) -> None:
        """Draws in another theme."""
        self._theme = theme

    def _show_moment(self) -> None:
        if not self._moment.hasFocus():
            self._moment.setText(self._state.zone.exact(self._state.cursor))

    def _show_speed(self) -> None:
        self._speed.setCurrentIndex(SPEEDS.index(self._clock.speed))

    def _choose_speed(self, index: int) -> None:
        self._clock.set_speed(SPEEDS[index])

    def _go(self) -> None:
        self.moment_typed.emit(self._moment.text())
