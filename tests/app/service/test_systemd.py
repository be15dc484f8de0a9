"""systemd's side without a systemd; what it does with one is in test_systemd_for_real."""

import sys

import pytest

from app.service import systemd
from app.service.description import Program, ServiceDescription
from app.service.manager import NotInstalled
from app.service.platforms import manager_of
from app.service.systemd import NoUserInstance
from app.service.tool import Done, ToolFailed, ToolMissing
from domain.errors import ShipslogError

DESCRIPTION = ServiceDescription(Program(("/opt/shipslog",)), ("--store=/s.db", "record"))


def unreachable(_words):
    return Done(1, "", "Failed to connect to bus: No medium found\n")


def missing(words):
    raise ToolMissing(f"There is no {words[0]} on this machine.")


@pytest.mark.parametrize(
    ("run", "reason"),
    [(unreachable, "bus: No medium found"), (missing, "no systemctl on this machine")],
)
def test_without_a_user_instance_nothing_is_written_and_a_way_is_shown(run, reason):
    with pytest.raises(NoUserInstance, match=f"{reason}.*@reboot"):
        systemd.install(DESCRIPTION, run)
    assert not systemd.unit_file().parent.exists()
    with pytest.raises(NoUserInstance):
        systemd.state(run)
    with pytest.raises(NotInstalled):
        systemd.remove(run)


def test_what_systemd_refuses_is_told():
    def run(words):
        return Done(1, "", "Unit is masked.") if "enable" in words else Done(0, "", "")

    with pytest.raises(ToolFailed, match=r"enable shipslog\.service` failed: Unit is masked\."):
        systemd.install(DESCRIPTION, run)


@pytest.mark.parametrize(
    ("code", "status", "told"), [("0", "0", None), ("1", "2", 2), ("2", "9", 137), ("3", "11", 139)]
)
def test_the_last_exit_counts_signals_from_128_on(code, status, told):
    def run(_words):
        shown = {"SubState": "dead", "MainPID": "0", "ExecMainCode": code, "ExecMainStatus": status}
        return Done(0, "".join(f"{key}={value}\n" for key, value in shown.items()), "")

    systemd.install(DESCRIPTION, run)
    state = systemd.state(run)
    assert state == (False, False, None, told, DESCRIPTION.command)


@pytest.mark.parametrize(
    ("system", "name"), [("linux", "systemd"), ("darwin", "launchd"), ("win32", "task scheduler")]
)
def test_every_platform_has_its_keeper(system, name):
    manager = manager_of(system)
    assert manager.name == name
    if system == sys.platform:
        assert manager.program("shipslog").words


def test_a_platform_without_a_keeper_is_told():
    with pytest.raises(ShipslogError, match="no way to install services on sunos5"):
        manager_of("sunos5")
