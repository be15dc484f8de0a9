"""Which sockets the real program connects to, as the kernel sees it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app import poisoned

ROOT = Path(__file__).parents[2]
FOLDERS = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@pytest.fixture
def traced(tmp_path):
    """Runs a command line; gives its exit code and the system calls that it made."""

    def run(*words, calls="connect", seconds=60, **environment):
        trace = tmp_path / "trace"
        command = ["strace", "-f", "-qq", "-y", "-e", f"trace={calls}", "-o", str(trace)]
        command += [sys.executable, "-m", "app.cli", *map(str, words)]
        folders = {name: str(tmp_path / name.lower()) for name in FOLDERS}
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("DOCKER_", "DBUS_"))}
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=clean | folders | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                said, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                said, _ = process.communicate()
        return process.returncode, trace.read_text(errors="replace"), said.decode()

    return run


def sockets(trace: str) -> set[str]:
    """What was connected to: paths of sockets, and whatever is none of these in whole."""
    calls = [line for line in trace.splitlines() if "connect(" in line]
    named = [re.search(r'sun_path=@?"([^"]*)"', line) for line in calls]
    return {match[1] if match else line for match, line in zip(named, calls, strict=True)}


def test_recording_connects_to_the_engine_and_nowhere_else(traced, fake_engine, tmp_path):
    fake_engine.create("web")
    store = tmp_path / "log.db"
    code, trace, said = traced(
        "--store", store, "record", "--engine", fake_engine.url, "--for", "1s"
    )
    assert code == 0, said
    assert len([line for line in trace.splitlines() if "connect(" in line]) > 3
    # gRPC comes in by a door of its own, where the engine has a history of builds.
    strange = {place for place in sockets(trace) if "/shipslog-grpc-" not in place}
    assert strange == {str(fake_engine.socket)}


@pytest.mark.parametrize(
    "words",
    [("log",), ("state",), ("report", "-o", "-"), ("verify",)],
    ids=lambda words: words[0],
)
def test_looking_back_connects_to_nothing(traced, tmp_path, words):
    store = poisoned.write(tmp_path)
    code, trace, said = traced("--store", store, *words)
    assert code == 0, said
    assert sockets(trace) == set()


def test_the_window_loads_nothing_that_a_name_speaks_of(traced, tmp_path):
    store = poisoned.write(tmp_path)
    offscreen = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"}
    _, trace, said = traced("--store", store, calls="connect,openat", seconds=3, **offscreen)
    assert "poisoned.db" in trace, said
    assert "/etc/hostname" not in trace
    assert sockets(trace) == set()
