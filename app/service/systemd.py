"""The service kept by systemd's instance of this account."""

from pathlib import Path

import platformdirs

from app.service.description import ServiceDescription, this_program
from app.service.manager import Manager, NotInstalled, ServiceState, write_definition
from app.service.systemd_unit import command_of, unit_text
from app.service.tool import Run, ToolMissing, must
from domain.errors import ShipslogError

UNIT = "shipslog.service"

_SYSTEMCTL = ("systemctl", "--user")
_SHOWN = "LoadState,UnitFileState,SubState,MainPID,ExecMainCode,ExecMainStatus"
_KILLED = {"2", "3"}
"""How systemd counts the ways to end (SIGCHLD's si_code): killed, and dumped core."""


class NoUserInstance(ShipslogError):
    """No systemd looks after this account's services."""


def manager() -> Manager:
    """systemd, for this account."""
    return Manager(
        name="systemd",
        place=str(unit_file()),
        log=f"journalctl --user-unit {UNIT}",
        program=this_program,
        install=install,
        remove=remove,
        state=state,
        hint="It ends when you log out for the last time; `loginctl enable-linger` lets it run "
        "from the machine's start on, without a login.",
    )


def unit_file() -> Path:
    """Where this account's unit is."""
    return platformdirs.user_config_path() / "systemd" / "user" / UNIT


def install(description: ServiceDescription, run: Run) -> None:
    """Writes the unit, enables it and starts it anew.

    Raises:
        NoUserInstance: nothing was changed.
        ToolFailed: systemd refused.
    """
    text = unit_text(description)
    _reach(run)
    write_definition(unit_file(), text.encode())
    must(run, *_SYSTEMCTL, "daemon-reload")
    must(run, *_SYSTEMCTL, "enable", UNIT)
    must(run, *_SYSTEMCTL, "restart", UNIT)


def remove(run: Run) -> None:
    """Stops the service, and deletes its unit.

    Raises:
        NotInstalled: there is no unit.
        NoUserInstance: nothing was changed.
        ToolFailed: systemd refused.
    """
    if not unit_file().exists():
        raise NotInstalled
    _reach(run)
    must(run, *_SYSTEMCTL, "disable", "--now", UNIT)
    unit_file().unlink(missing_ok=True)
    must(run, *_SYSTEMCTL, "daemon-reload")
    # A unit that failed is kept in mind otherwise; one that did not is unknown by now.
    run((*_SYSTEMCTL, "reset-failed", UNIT))


def state(run: Run) -> ServiceState | None:
    """How the service fares.

    Raises:
        NoUserInstance: nobody could tell.
    """
    _reach(run)
    if not unit_file().exists():
        return None
    done = must(run, *_SYSTEMCTL, "show", UNIT, f"--property={_SHOWN}")
    told = dict(line.split("=", 1) for line in done.out.splitlines() if "=" in line)
    return ServiceState(
        enabled=told.get("UnitFileState") == "enabled",
        running=told.get("SubState") == "running",
        pid=int(told.get("MainPID", "0")) or None,
        last_exit=_exit_code(told.get("ExecMainCode", "0"), told.get("ExecMainStatus", "0")),
        command=command_of(unit_file().read_text(errors="replace")),
    )


def _reach(run: Run) -> None:
    try:
        done = run((*_SYSTEMCTL, "show", "--property=Version"))
        complaint = "" if done.code == 0 else done.complaint
    except ToolMissing as missing:
        complaint = str(missing)
    if complaint:
        raise NoUserInstance(
            f"No systemd looks after this account's services ({complaint.rstrip('.')}), as in a "
            "container, in WSL without systemd, or after `su`; log in as this account, or start "
            "`shipslog record` from what starts programs here, such as a crontab line with @reboot."
        )


def _exit_code(way: str, status: str) -> int | None:
    if way == "0":
        return None
    return 128 + int(status) if way in _KILLED else int(status)
