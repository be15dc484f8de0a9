"""The window starts, shows and stops a recorder that is a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.recorder.recorder_control import RecorderControl, RecorderState
from app.desktop.status_line import StatusLine
from app.desktop.theme import LIGHT

_HOLDING = """
import signal, sys, threading, time
from pathlib import Path
from adapters.store.lock import hold
from app.recording.status import EngineStatus, RecorderStatus, write_status
import os
store = Path(sys.argv[1])
stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
with hold(store, now=time.time_ns()):
    engine = EngineStatus("laptop", "a" * 12, "unix:///x", True, 12_000_000, 1, None, "")
    write_status(store, RecorderStatus(os.getpid(), 1, "test", time.time_ns(), (engine,)))
    print("holding", flush=True)
    stopping.wait(60)
"""


@pytest.fixture
def control(tmp_path: Path, qtbot: QtBot) -> RecorderControl:
    """Looks after the recorder of a store that is not there yet."""
    return RecorderControl(tmp_path / "history.db", tmp_path / "logs" / "recorder.log")


def test_a_recorder_that_cannot_reach_an_engine_says_why(control, qtbot, monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    control.start()
    control.watch()
    qtbot.waitUntil(lambda: bool(control.state.problem), timeout=30_000)
    assert not control.state.recording
    assert "nobody.sock" in control.state.problem


def test_a_recorder_started_elsewhere_is_shown_and_can_be_stopped(
    control, qtbot, tmp_path, state, icons
):
    store = tmp_path / "history.db"
    line = StatusLine(state, LIGHT, icons)
    qtbot.addWidget(line)
    control.state_changed.connect(line.show_recorder)
    command = [sys.executable, "-c", _HOLDING, str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "holding\n"
        control.look()
        assert control.state.connected
        assert control.state.pid == other.pid
        assert "laptop, lag 12 ms" in line._recorder.text()
        control.stop()
        assert other.wait(timeout=30) == 0
    qtbot.waitUntil(lambda: not control.state.recording, timeout=5_000)
    assert line._recorder.text() == "Not recording"


def test_a_store_that_cannot_be_written_is_told(state, icons, qtbot):
    line = StatusLine(state, LIGHT, icons)
    qtbot.addWidget(line)
    line.show_recorder(RecorderState(True, 1, (), "The disk is full."))
    assert line._recorder.text() == "What happens waits: The disk is full."


def test_a_status_file_without_a_holder_is_not_believed(control, tmp_path):
    (tmp_path / "history.db.recorder.json").write_text(
        f'{{"pid":{os.getpid()},"since":1,"version":"x","alive_at":1,"engines":[]}}'
    )
    control.look()
    assert not control.state.recording
    control.stop()


def test_a_recorder_of_a_real_engine_connects_and_is_stopped(
    control, qtbot, monkeypatch, docker_engine, tmp_path
):
    monkeypatch.setenv("DOCKER_HOST", docker_engine.url)
    control.start()
    control.watch()
    qtbot.waitUntil(lambda: control.state.connected or bool(control.state.problem), timeout=60_000)
    assert control.state.problem == ""
    assert control.state.connected
    assert (tmp_path / "history.db").is_file()
    control.stop()
    qtbot.waitUntil(lambda: not control.state.recording, timeout=30_000)
    assert control.state.problem == ""
