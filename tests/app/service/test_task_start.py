import os
import subprocess
import sys

from tests.app.cli.conftest import ROOT


def start(log, *words):
    return subprocess.run(
        [sys.executable, "-m", "app.service.task_start", str(log), *words],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )


def test_a_task_speaks_into_its_log_with_the_environment_that_it_was_given(tmp_path):
    log = tmp_path / "logs" / "recorder.log"
    store = tmp_path / "a=b.db"
    done = start(log, f"SHIPSLOG_STORE={store}", "--", "log", "--format", "jsonl")
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    assert str(store) in log.read_text()
    if os.name == "posix":
        assert log.stat().st_mode & 0o777 == 0o600

    log.write_text("before\n")
    assert start(log, "--", "--version").returncode == 0
    assert log.read_text().startswith("before\nshipslog ")
    log.write_bytes(b"x" * 1_000_001)
    start(log, "--", "--version")
    assert log.read_text().startswith("shipslog ")
