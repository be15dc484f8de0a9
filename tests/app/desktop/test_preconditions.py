"""The app says in one sentence why it cannot start, before Qt ends the process."""

import subprocess
import sys

import pytest

from app.desktop.preconditions import no_display, unsound_qt


def test_a_qt_that_dies_on_old_pythons_is_refused_there():
    assert "crashes on Python 3.11" in (unsound_qt("6.12.0", (3, 11)) or "")


@pytest.mark.parametrize(
    ("qt", "python"), [("6.11.3", (3, 11)), ("6.12.0", (3, 12)), ("7.0", (3, 13))]
)
def test_a_sound_pair_is_accepted(qt, python):
    assert unsound_qt(qt, python) is None


def test_a_missing_qt_is_named():
    assert "pip install" in (unsound_qt(None, (3, 11)) or "")


def test_linux_without_a_display_is_refused():
    assert "no display" in (no_display({}, "linux") or "")


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_any_way_to_a_screen_is_enough(variable):
    assert no_display({variable: "x"}, "linux") is None
    assert no_display({}, "darwin") is None


def test_without_a_display_there_is_a_sentence_and_exit_code_1():
    code = "from app.desktop.bootstrap import run; raise SystemExit(run(None))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": ""}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("There is no display")
    assert done.stderr.count("\n") == 1


def test_importing_the_entry_point_does_not_import_qt():
    code = "import sys, app.desktop.bootstrap; raise SystemExit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
