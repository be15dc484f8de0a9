import os
import signal
import subprocess
import sys
import time

import pytest

from app.cli import main as command_line
from app.cli.faults import tell_own_fault
from app.locations import fault_log
from tests.app.cli.conftest import ROOT


def _failing(monkeypatch, error):
    def run(arguments):
        raise error

    monkeypatch.setattr(command_line, "_run", run)


def test_an_unexpected_fault_is_one_sentence_and_its_traceback_is_kept(shipslog, monkeypatch):
    _failing(monkeypatch, ZeroDivisionError("by zero\x1b[2J"))
    told = shipslog("log")
    assert told.code == 1
    assert told.err.count("\n") == 1
    assert "A fault of Shipslog itself" in told.err
    assert "ZeroDivisionError: by zero\\x1b[2J" in told.err
    assert str(fault_log()) in told.err
    assert "Traceback" in fault_log().read_text()


@pytest.mark.skipif(os.name != "posix", reason="POSIX rights")
def test_the_kept_traceback_is_for_this_account_only(shipslog, monkeypatch):
    _failing(monkeypatch, ZeroDivisionError())
    shipslog("log")
    assert fault_log().stat().st_mode & 0o077 == 0


def test_the_kept_tracebacks_do_not_grow_for_ever(monkeypatch):
    fault_log().parent.mkdir(parents=True)
    fault_log().write_bytes(b"x" * 1_000_001)
    tell_own_fault(ValueError("once more"))
    assert fault_log().stat().st_size < 10_000


def test_a_traceback_is_shown_only_when_asked_for(shipslog, monkeypatch):
    _failing(monkeypatch, ZeroDivisionError())
    assert "Traceback" not in shipslog("log").err
    monkeypatch.setenv("SHIPSLOG_DEBUG", "1")
    assert "Traceback" in shipslog("log").err


def test_a_fault_is_told_even_where_its_log_cannot_be_written(shipslog, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    _failing(monkeypatch, ZeroDivisionError())
    assert "SHIPSLOG_DEBUG=1 shows" in shipslog("log").err


def test_what_the_system_refuses_is_one_sentence(shipslog, monkeypatch):
    _failing(monkeypatch, PermissionError(13, "Permission denied", "/root/\x1b[2Jx"))
    told = shipslog("log")
    assert (told.code, told.err) == (
        1,
        "shipslog: The system says: Permission denied: /root/\\x1b[2Jx.\n",
    )


def test_an_interruption_ends_quietly_with_the_usual_code(shipslog, monkeypatch):
    _failing(monkeypatch, KeyboardInterrupt())
    assert shipslog("log") == (130, "", "")


def test_a_reader_that_goes_away_is_no_fault(told):
    command = f"{sys.executable} -m app.cli --store {told} log --format jsonl | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, timeout=60
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_a_reader_that_is_gone_from_the_start_is_no_fault(told):
    reading, writing = os.pipe()
    os.close(reading)
    for words in (["log"], ["--help"], ["state", "--format", "json"]):
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "--store", str(told), *words],
            cwd=ROOT,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b""), words
    os.close(writing)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")  # noqa: PTH110
def test_a_full_disk_under_the_output_is_one_sentence(told):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "--store", str(told), "log"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"shipslog: The system says: No space left on device")
    assert done.stderr.count(b"\n") == 1


def test_a_process_without_standard_output_runs(told):
    command = f"{sys.executable} -m app.cli --store {told} log >&-"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_any_letter_can_be_printed_whatever_the_encoding_of_the_terminal(process):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = process("state", env=environment)
    assert done.returncode == 0
    done.stdout.decode("ascii")


def test_following_the_log_ends_with_ctrl_c_without_a_traceback(told):
    following = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "--store", str(told), "log", "--follow"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert following.stdout is not None
    following.stdout.readline()
    time.sleep(0.3)
    following.send_signal(signal.SIGINT)
    _, err = following.communicate(timeout=20)
    assert (following.returncode, err) == (130, b"")
