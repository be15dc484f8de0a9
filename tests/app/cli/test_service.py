import os
import shlex
import sys
from pathlib import Path

import pytest

from adapters.store.lock import hold
from app.cli.main import parser
from app.cli.service import SERVICE
from app.recording.status import RecorderStatus, write_status
from app.service import platforms
from app.service.description import Program
from app.service.manager import Manager, NotInstalled, ServiceState


class Keeper:
    """A platform's keeper that remembers what it was told."""

    def __init__(self) -> None:
        self.described = None
        self.state = None

    def install(self, described, _run):
        self.described = described

    def remove(self, _run):
        if self.state is None:
            raise NotInstalled
        self.state = None

    def manager(self, _system):
        return Manager(
            name="keeper",
            place="/units/shipslog",
            log="/logs/recorder.log",
            program=lambda _started_as: Program(("/opt/ship log",)),
            install=self.install,
            remove=self.remove,
            state=lambda _run: self.state,
            hint="It sleeps at night.",
        )


@pytest.fixture
def keeper(monkeypatch):
    keeper = Keeper()
    monkeypatch.setattr(platforms, "manager_of", keeper.manager)
    return keeper


def test_installing_says_what_was_done_and_where(shipslog, keeper, monkeypatch, tmp_path):
    monkeypatch.setenv("SHIPSLOG_STORE", str(tmp_path / "s.db"))
    monkeypatch.setenv("SHIPSLOG_KEEP_ENV", "TZ")
    told = shipslog("service", "install", "--engine", "tcp://a:1", "--engine", "tcp://b:2")
    assert (told.code, told.err) == (0, "")
    assert keeper.described.arguments == (
        f"--store={tmp_path}/s.db",
        "record",
        "--engine=tcp://a:1",
        "--engine=tcp://b:2",
    )
    assert keeper.described.environment == (("SHIPSLOG_KEEP_ENV", "TZ"),)
    for words in ("/units/shipslog", "'/opt/ship log' ", "SHIPSLOG_KEEP_ENV=TZ", "at night"):
        assert words in told.out


def test_installing_tells_of_another_recorder_on_the_store(shipslog, keeper, tmp_path):
    words = ("--store", tmp_path / "s.db", "service", "install")
    keeper.state = ServiceState(True, True, 4711, None, ())
    with hold(tmp_path / "s.db", now=1):
        assert (
            f"writes into the store already (process {os.getpid()}, since" in shipslog(*words).out
        )
        keeper.state = keeper.state._replace(pid=os.getpid())
        assert "already" not in shipslog(*words).out
    assert "already" not in shipslog(*words).out


def test_the_store_that_is_named_wins(shipslog, keeper, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    shipslog("--store", "my.db", "service", "install")
    shipslog_first = keeper.described.arguments[0]
    shipslog("service", "install", "--store", "my.db")
    assert keeper.described.arguments[0] == shipslog_first == f"--store={tmp_path}/my.db"


def test_a_store_in_postgresql_is_declined_without_its_password(shipslog, keeper):
    told = shipslog("--store", "postgresql://me:secret@host/db", "service", "install")
    assert told.code == 1
    assert "secret" not in told.err
    assert keeper.described is None


def test_the_state_of_a_service_that_runs(shipslog, keeper, tmp_path):
    store = tmp_path / "s.db"
    command = ("/opt/shipslog", f"--store={store}", "record", "--engine=ci")
    keeper.state = ServiceState(True, True, 4711, 1, command)
    with hold(store, now=1):
        write_status(store, RecorderStatus(4711, 1_795_420_800_000_000_000, "1", 0, ()))
        told = shipslog("service", "status", "--format", "json")
        assert told.code == 0
        assert told.json == {
            "installed": True,
            "enabled": True,
            "running": True,
            "pid": 4711,
            "since": "2026-11-23T08:00:00.000000000Z",
            "last_exit": 1,
            "store": str(store),
            "engines": ["ci"],
            "manager": "keeper",
            "definition": "/units/shipslog",
            "log": "/logs/recorder.log",
        }
        table = shipslog("service", "status").out
        assert "  running    yes\n" in table
        assert "  engines    ci\n" in table


def test_a_status_file_of_another_recorder_tells_nothing_of_the_service(shipslog, keeper, tmp_path):
    store = tmp_path / "s.db"
    keeper.state = ServiceState(True, True, 4711, None, ("x", f"--store={store}"))
    with hold(store, now=1):
        write_status(store, RecorderStatus(4712, 1, "1", 0, ()))
        told = shipslog("service", "status", "--format", "json").json
    assert (told["pid"], told["since"]) == (4711, None)


def test_a_platform_that_tells_no_process_is_helped_by_the_recorder(shipslog, keeper, tmp_path):
    store = tmp_path / "s.db"
    keeper.state = ServiceState(True, True, None, None, ("x", f"--store={store}"))
    with hold(store, now=1):
        write_status(store, RecorderStatus(4712, 1, "1", 0, ()))
        assert shipslog("service", "status", "--format", "json").json["pid"] == 4712
    assert shipslog("service", "status", "--format", "json").json["pid"] is None


def test_the_state_of_no_service_is_an_exit_code_of_1(shipslog, keeper):
    told = shipslog("service", "status", "--format", "json")
    assert told.code == 1
    assert (told.json["installed"], told.json["running"], told.json["store"]) == (
        False,
        False,
        None,
    )
    assert "  installed  no\n" in shipslog("service", "status").out


def test_removing_says_what_was_done_and_twice_that_there_is_none(shipslog, keeper):
    keeper.state = ServiceState(True, True, 1, None, ())
    first = shipslog("service", "remove")
    assert (first.code, first.err) == (0, "")
    assert "/units/shipslog is deleted" in first.out
    again = shipslog("service", "remove")
    assert (again.code, again.out) == (1, "")
    assert again.err == (
        "shipslog: No service is installed; `shipslog service install` makes one.\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "install, remove or status"), (["instal"], "did you mean 'install'")],
)
def test_a_part_that_is_missing_or_unknown_is_wrong_usage(shipslog, words, said):
    told = shipslog("service", *words)
    assert told.code == 2
    assert said in told.err


@pytest.mark.parametrize("part", SERVICE.parts, ids=lambda part: part.name)
def test_every_part_explains_itself_with_examples_that_are_understood(shipslog, part):
    told = shipslog("service", part.name, "--help")
    assert told.code == 0
    assert f"usage: shipslog service {part.name}" in told.out
    for line, _ in part.examples:
        assert f"shipslog {line}" in told.out
        assert parser().parse_args(shlex.split(line)).part == part.name


@pytest.mark.skipif(sys.platform != "linux", reason="another platform's keeper is always there")
def test_without_a_systemd_of_the_account_one_sentence_says_so(shipslog, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    told = shipslog("service", "install", "--engine", "tcp://a:1")
    assert told.code == 1
    assert told.out == ""
    assert told.err.startswith("shipslog: No systemd looks after this account's services")
    assert told.err.count("\n") == 1
    assert not (Path(tmp_path) / "xdg_config_home").exists()
