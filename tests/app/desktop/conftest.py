"""What the desktop's tests share: no screen, folders of their own, a small real history."""

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from adapters.readmodel import History, ReadModel
from adapters.store.opening import open_reader
from app.desktop.icons import Icons
from app.desktop.theme import LIGHT
from app.desktop.view_state import ViewState
from tests.app.desktop import fleet
from tests.app.story import story


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps settings, caches and logs out of the person's own folders."""
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings in a file of this test."""
    return QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)


@pytest.fixture(scope="session")
def fleet_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two engines for two days, with deployments, crashes and gaps."""
    return fleet.write(tmp_path_factory.mktemp("fleet") / "fleet.db", days=2)


@pytest.fixture(scope="session")
def fleet_history(fleet_store: Path) -> Iterator[History]:
    """The fleet's history."""
    reader = open_reader(fleet_store)
    yield ReadModel.open(reader, None).history
    reader.close()


@pytest.fixture
def story_store(tmp_path: Path) -> Path:
    """A small history with a container whose name is hostile."""
    return story().write(tmp_path / "story.db")


@pytest.fixture
def story_history(story_store: Path) -> Iterator[History]:
    """The small history."""
    reader = open_reader(story_store)
    yield ReadModel.open(reader, None).history
    reader.close()


@pytest.fixture
def state(qapp: QApplication) -> ViewState:
    """A fresh shared state."""
    return ViewState()


@pytest.fixture
def icons(qapp: QApplication) -> Icons:
    """The icons in the light theme."""
    return Icons(LIGHT)
