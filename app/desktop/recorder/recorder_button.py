"""Says whether somebody records, and starts or stops it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from app.desktop.icons import Icons
from app.desktop.plain_text import explain
from app.desktop.recorder.recorder_control import RecorderState
from app.desktop.theme import Theme


class RecorderButton(QToolButton):
    """A button whose text is what a click does, and whose glyph is how things are."""

    def __init__(
        self, action: QAction, theme: Theme, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._action = action
        self._state = RecorderState(recording=False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.use_theme(theme, icons)
        self.clicked.connect(action.trigger)

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._theme, self._icons = theme, icons
        self.show_state(self._state)

    def show_state(self, state: RecorderState) -> None:
        """Shows how the recorder fares."""
        self._state = state
        if state.recording:
            color = self._theme.bad if state.connected else self._theme.notable
            self.setText(self.tr("Stop recording"))
            self.setIcon(self._icons.icon("record", color))
        else:
            self.setText(self.tr("Start recording"))
            self.setIcon(self._icons.icon("record-off", self._theme.text_muted))
        self._action.setText(self.text())
        self.setAccessibleName(self.text())
        explain(self, *_lines(state))


def _lines(state: RecorderState) -> list[str]:
    if not state.recording:
        return [state.problem or "Nobody records into this history."]
    lines = [f"Recording (process {state.pid})"] if state.pid else ["Recording"]
    for engine in state.engines:
        how = "connected" if engine.connected else (engine.error or "not connected")
        lines.append(f"{engine.name or engine.endpoint}: {how}")
    return lines
