"""The service under a real systemd, recording a fake engine."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.store.lock import hold, holder
from app.recording.status import read_status
from tests.app.cli.conftest import ROOT
from tests.app.service.user_instance import UserInstance

_PATIENCE = 30.0
# A pause of ten seconds says nothing that one of a moment does not.
_SOON = "[Service]\nRestartSec=200ms\n"


class Installed:
    """The command line inside the instance, on one store."""

    def __init__(self, instance: UserInstance, store: Path, engine: str) -> None:
        self.instance = instance
        self.store = store
        self.engine = engine

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app.cli", f"--store={self.store}", *words]
        return self.instance.run(*command, PYTHONPATH=str(ROOT), SHIPSLOG_KEEP_ENV="TZ")

    def install(self) -> None:
        done = self("service", "install", f"--engine={self.engine}")
        assert (done.returncode, done.stderr) == (0, "")

    def state(self) -> dict[str, Any]:
        done = self("service", "status", "--format", "json")
        answer = json.loads(done.stdout)
        assert done.returncode == (0 if answer["running"] else 1)
        return answer

    def recording(self, *, other_than: int | None = None) -> int:
        """The process of the recorder, once it says itself that it is connected."""

        def records() -> bool:
            status = read_status(self.store)
            return bool(
                status
                and status.pid != other_than
                and str(status.pid) == self.property("MainPID")
                and all(engine.connected for engine in status.engines)
            )

        self.until(records)
        return self.process()

    def process(self, *, other_than: int | None = None) -> int:
        """The recorder's process, once it has the store."""

        def has_it() -> bool:
            pid = self.property("MainPID")
            return pid != str(other_than) and f"process {pid}," in (holder(self.store) or "")

        self.until(has_it)
        return int(self.property("MainPID"))

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.state()
            time.sleep(0.05)

    def property(self, name: str) -> str:
        words = ("systemctl", "--user", "show", "shipslog.service", f"--property={name}", "--value")
        return self.instance.run(*words).stdout.strip()


@pytest.fixture
def service(instance, fake_engine, tmp_path):
    """Shipslog with a store whose name has to be quoted; removed at the end."""
    service = Installed(instance, tmp_path / "100% my store.db", fake_engine.url)
    yield service
    service("service", "remove")


@pytest.fixture
def soon(units):
    """Lets the service be started again at once."""
    folder = units / "shipslog.service.d"
    folder.mkdir()
    (folder / "soon.conf").write_text(_SOON)
    yield
    shutil.rmtree(folder)


@pytest.mark.usefixtures("soon")
def test_a_service_records_from_its_installation_to_its_removal(service, units, fake_engine):
    service.install()
    pid = service.recording()
    state = service.state()
    assert (state["pid"], state["enabled"], state["last_exit"]) == (pid, True, None)
    assert (state["store"], state["engines"]) == (str(service.store), [fake_engine.url])
    assert state["definition"] == str(units / "shipslog.service")
    assert state["since"] is not None

    fake_engine.start(fake_engine.create("web-1"))
    service.instance.run("kill", "-KILL", str(pid))
    restarted = service.process(other_than=pid)
    assert service.property("NRestarts") == "1"

    service.install()
    again = service.recording(other_than=restarted)
    service.instance.run("kill", "-TERM", str(again))
    service.until(lambda: service.property("ActiveState") == "inactive")
    ended = service.state()
    assert (ended["running"], ended["installed"], ended["last_exit"]) == (False, True, 0)
    events = service("log", "--format", "jsonl", "--filter", "container=web-1").stdout
    assert events.count('"container.started"') == 1

    done = service("service", "remove")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (units / "shipslog.service").exists()
    gone = service.state()
    assert not (gone["installed"] or gone["enabled"] or gone["running"])
    none = service("service", "remove")
    assert none.returncode == 1
    assert none.stderr.startswith("shipslog: No service is installed")


def test_a_service_that_finds_the_store_held_waits_before_it_tries_again(service):
    with hold(service.store, now=time.time_ns()):
        service.install()
        service.until(lambda: service.property("SubState") == "auto-restart")
        assert service.property("NRestarts") == "0"
        assert service.property("RestartUSec") == "10s"
        state = service.state()
        assert (state["running"], state["last_exit"], state["pid"]) == (False, 1, None)
