from pathlib import Path

import pytest

from app.cli.main import desktop
from app.desktop import bootstrap
from app.locations import default_store


@pytest.fixture
def opened(monkeypatch):
    """What the desktop app was asked to open; no window is opened."""
    asked = []
    monkeypatch.setattr(bootstrap, "run", lambda store: asked.append(store) or 0)
    monkeypatch.setattr(bootstrap, "run_sample", lambda: asked.append("sample") or 0)
    return asked


def test_without_a_command_the_window_opens_on_the_persons_own_store(shipslog, opened):
    assert shipslog().code == 0
    assert opened == [default_store()]


def test_the_window_opens_on_the_store_that_is_named(shipslog, opened):
    shipslog("--store", "ci.db")
    assert opened == [Path("ci.db")]


def test_demo_opens_the_sample(shipslog, opened):
    assert shipslog("demo").code == 0
    assert opened == ["sample"]


def test_the_program_without_a_terminal_opens_the_window(opened):
    assert desktop() == 0
    assert opened == [default_store()]


def test_without_a_display_a_sentence_says_what_works(process, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = process()
    assert done.returncode == 1
    assert b"display" in done.stderr
    assert b"Traceback" not in done.stderr
