"""The application object: theme, settings, and one set of parts per window."""

import logging
import signal
import sys
import tempfile
from pathlib import Path

import platformdirs
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from adapters.readmodel import default_cache_dir
from app.desktop.faults import Faults
from app.desktop.feed.history_feed import HistoryFeed
from app.desktop.icons import app_icon
from app.desktop.lineage.lineage_artist import LineageArtist
from app.desktop.main_window import MainWindow
from app.desktop.recorder.recorder_control import RecorderControl
from app.desktop.replay_clock import ReplayClock
from app.desktop.sample import copy_sample
from app.desktop.style import sheet
from app.desktop.theme import Theme, named_theme, system_theme
from app.desktop.view_state import ViewState
from app.locations import APPLICATION, fault_log
from domain.errors import ShipslogError

logger = logging.getLogger(__name__)

_SIGNAL_MS = 200


class Application:
    """Owns what all windows share and wires the parts of each."""

    def __init__(self, arguments: list[str]) -> None:
        self._qt = QApplication(arguments)
        self._qt.setApplicationName(APPLICATION)
        self._qt.setApplicationDisplayName("Shipslog")
        self._qt.setDesktopFileName("io.github.shipslog.Shipslog")
        self._qt.setStyle("Fusion")
        self._qt.setWindowIcon(app_icon())
        folder = platformdirs.user_config_path(APPLICATION, appauthor=False)
        self._settings = QSettings(str(folder / "desktop.ini"), QSettings.Format.IniFormat)
        self._windows: list[MainWindow] = []
        self._scratch = tempfile.TemporaryDirectory(prefix="shipslog-sample-")
        self._faults = Faults()
        self._log_to_file()
        self._faults.install()
        self._theme = named_theme(str(self._settings.value("view/theme", "")))
        self._use_theme(self._theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def run(self) -> int:
        """Runs until the last window is closed."""
        # Python sees a signal only between two of its own instructions, so it needs some.
        signal.signal(signal.SIGINT, self._quit)
        signal.signal(signal.SIGTERM, self._quit)
        pulse = QTimer(interval=_SIGNAL_MS)
        pulse.timeout.connect(_do_nothing)
        pulse.start()
        try:
            return self._qt.exec()
        finally:
            self._scratch.cleanup()

    def open_store(self, store: Path) -> MainWindow:
        """Opens a window on a store; its recorder can be started from there."""
        messages = fault_log().with_name("recorder.log")
        recorder = RecorderControl(store, messages)
        window = self._open(f"{store.name} – Shipslog", store, default_cache_dir(), recorder)
        recorder.setParent(window)
        recorder.watch()
        return window

    def open_sample(self) -> MainWindow | None:
        """Opens a window on a copy of the sample; None where there is no sample."""
        try:
            store = copy_sample(Path(self._scratch.name))
        except ShipslogError as error:
            print(error, file=sys.stderr)
            if not self._windows:
                QTimer.singleShot(0, self._fail)
            return None
        return self._open("Sample history – Shipslog", store, None, None)

    def _open(
        self, title: str, store: Path, cache: Path | None, recorder: RecorderControl | None
    ) -> MainWindow:
        state = ViewState()
        feed = HistoryFeed(store, cache)
        # It reads while the window is built; what it has to say waits for the event loop.
        feed.start()
        window = MainWindow(
            title,
            str(store),
            state,
            ReplayClock(state),
            feed,
            recorder,
            LineageArtist(),
            self._settings,
            self._theme,
        )
        window.sample_wanted.connect(self.open_sample)
        window.theme_wanted.connect(self._toggle_theme)
        self._faults.happened.connect(window.status.tell)
        self._windows.append(window)
        window.show()
        return window

    def _toggle_theme(self) -> None:
        name = "light" if self._theme.dark else "dark"
        self._settings.setValue("view/theme", name)
        self._use_theme(named_theme(name))

    def _follow_system(self) -> None:
        if not self._settings.value("view/theme", ""):
            self._use_theme(system_theme())

    def _use_theme(self, theme: Theme) -> None:
        # Platforms without a theme of their own ignore a wished colour scheme, so the palette
        # is always the app's.
        self._theme = theme
        self._qt.setPalette(theme.palette())
        self._qt.setStyleSheet(sheet(theme))
        for window in self._windows:
            window.use_theme(theme)

    def _log_to_file(self) -> None:
        path = fault_log().with_name("desktop.log")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            logging.basicConfig(
                filename=path,
                filemode="w",
                level=logging.INFO,
                format="%(asctime)s %(levelname)s %(name)s %(message)s",
            )
        except OSError:
            logging.basicConfig(level=logging.WARNING)

    def _quit(self, _number: int, _frame: object) -> None:
        for window in self._windows:
            window.close()
        self._qt.quit()

    def _fail(self) -> None:
        self._qt.exit(1)


def _do_nothing() -> None:
    """Lets Python run."""
