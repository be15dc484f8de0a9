"""The one test with a real window: the app as a person starts it, on an X server of its own.

Needs Debian's `xvfb` and `xdotool` and Qt's xcb libraries; without them it is skipped. The
screenshot stays in pytest's temporary folder.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

pytestmark = pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("xdotool") is None,
    reason="needs Xvfb and xdotool",
)

_SHOOT = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
assert app.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


class Screen:
    """An X server without a monitor."""

    def __init__(self, display: str, folder: Path) -> None:
        self._folder = folder
        self.environment = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            **{f"XDG_{each}_HOME": str(folder / each) for each in ("CONFIG", "CACHE", "STATE")},
        }

    def focus_window(self, title: str) -> None:
        """Waits for a window and gives the keyboard to it."""
        found = self._xdotool("search", "--sync", "--onlyvisible", "--name", title)
        window = found.split()[0]
        self._xdotool("windowfocus", "--sync", window)

    def press(self, *keys: str) -> None:
        """Presses keys in the window that has the keyboard."""
        self._xdotool("key", *keys)

    def shoot(self, name: str) -> QImage:
        """What is on the screen now."""
        path = self._folder / f"{name}.png"
        command = [sys.executable, "-c", _SHOOT, str(path)]
        subprocess.run(command, env=self.environment, check=True, timeout=60)
        return QImage(str(path))

    def shoot_until_different(self, name: str, before: QImage) -> QImage:
        """What is on the screen as soon as it is not the same any more."""
        deadline = time.monotonic() + 20
        while (now := self.shoot(name)) == before:
            assert time.monotonic() < deadline, "nothing changed on the screen"
        return now

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            check=True,
            timeout=60,
            capture_output=True,
            text=True,
        )
        return done.stdout


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """A screen that nobody else uses."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        display = f":{answer.readline().strip()}"
    yield Screen(display, tmp_path)
    server.terminate()
    server.wait(timeout=30)


def colors_of(image: QImage) -> set[str]:
    """The colours on a coarse grid of the screen."""
    return {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 7)
        for y in range(0, image.height(), 7)
    }


def test_the_app_opens_replays_by_keys_and_closes(screen: Screen, fleet_store: Path):
    command = [sys.executable, "-m", "app.cli", "--store", str(fleet_store)]
    with subprocess.Popen(command, env=screen.environment) as app:
        screen.focus_window("fleet.db")
        deadline = time.monotonic() + 30
        while "#4fb491" not in colors_of(opened := screen.shoot("opened")):
            assert time.monotonic() < deadline, "no running container was ever painted"
        screen.press("Left", "Left", "Left")
        stepped = screen.shoot_until_different("stepped", opened)
        screen.press("ctrl+t")
        dark = screen.shoot_until_different("dark", stepped)
        assert "#2f8f6f" in colors_of(dark)
        screen.press("ctrl+q")
        assert app.wait(timeout=30) == 0
