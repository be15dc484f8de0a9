"""What was run inside a container, probed, changed and opened to the host, told by `show`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.engines.recorder import Shipslog, log_of, until
from tests.engines.running import DockerError, RunningEngine

# Minutes on each engine: run by `make long`.
pytestmark = pytest.mark.long

SECRET = "hunter2hunter2"


def test_a_container_is_told_with_all_that_was_done_to_it(
    engine: RunningEngine, tmp_path: Path
) -> None:
    engine.clear()
    shipslog = Shipslog(tmp_path / "inner.db")
    base = engine.base_image()
    with shipslog.recording(engine.url):
        engine.docker(
            *("run", "--detach", "--name", "box", "--network", "none"),
            *("--security-opt", "seccomp=unconfined"),
            *("--health-cmd", "test -e /healthy", "--health-interval", "300ms"),
            *("--memory", "64m", base, "sleep", "1000"),
        )
        engine.docker("exec", "box", "sh", "-c", f"echo --password {SECRET}")
        _exec_that_fails(engine)
        engine.docker("exec", "box", "sh", "-c", "echo new > /added; rm /etc/passwd || true")
        time.sleep(1)
        looked_at = shipslog.json("show", "box", "--look")["drift"]["added"]
        assert "/added" in [each["path"] for each in looked_at]
        engine.docker("update", "--memory", "128m", "--memory-swap", "256m", "box")
        engine.docker("stop", "--time", "0", "box")
        until(
            lambda: bool(_box(shipslog)["drift"]),
            lambda: f"no drift was seen: {log_of(shipslog.store)}",
        )
        engine.docker("rm", "box")
        until(
            lambda: _box(shipslog)["there"][-1]["to"] is not None,
            lambda: f"it was not removed: {log_of(shipslog.store)}",
        )
    told = _box(shipslog)

    sessions = told["exec_sessions"]
    assert [each["exit_code"] for each in sessions] == [0, 3, 0]
    assert all(each["lasted_ns"] > 0 for each in sessions)
    assert SECRET not in str(told)
    assert "redacted" in sessions[0]["command"]

    assert told["probes"]["probes"] > 0
    assert told["probes"]["failed"] == told["probes"]["probes"]

    assert "/added" in [each["path"] for each in told["drift"]["added"]]
    assert told["configuration"]["memory_bytes"] == 128 * 1024 * 1024
    seccomp = _finding(told, "5.22")
    assert (seccomp["from"], seccomp["to"]) == tuple(told["there"][-1].values())
    assert _finding(told, "5.11") is None
    engine.clear()


def _exec_that_fails(engine: RunningEngine) -> None:
    try:
        engine.docker("exec", "box", "sh", "-c", "exit 3")
    except DockerError as error:
        assert error.returncode == 3


def _finding(told: dict[str, Any], cis: str) -> Any:
    return next((each for each in told["isolation"]["findings"] if each["cis"] == cis), None)


def _box(shipslog: Shipslog) -> Any:
    return shipslog.json("show", "box")
