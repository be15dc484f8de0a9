"""The shape of the window, kept from one start to the next."""

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QSplitter, QWidget


class WindowMemory:
    """Knows where the window and its dividers were."""

    def __init__(
        self, settings: QSettings, window: QWidget, splitters: dict[str, QSplitter]
    ) -> None:
        self._settings = settings
        self._window = window
        self._splitters = splitters

    def restore(self) -> None:
        """Puts everything where it was, as far as that is known."""
        geometry = self._settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        for name, splitter in self._splitters.items():
            kept = self._settings.value(f"window/{name}")
            if isinstance(kept, QByteArray):
                splitter.restoreState(kept)

    def keep(self) -> None:
        """Remembers where everything is."""
        self._settings.setValue("window/geometry", self._window.saveGeometry())
        for name, splitter in self._splitters.items():
            self._settings.setValue(f"window/{name}", splitter.saveState())

    def flag(self, key: str, otherwise: bool) -> bool:
        """A setting that is on or off."""
        return bool(self._settings.value(key, otherwise, type=bool))
