"""The service kept by launchd, for this account's sessions."""

import os
import re
import time
from pathlib import Path

from app.locations import recorder_log
from app.service.description import ServiceDescription, this_program
from app.service.launchd_agent import LABEL, agent_plist, command_of
from app.service.manager import Manager, NotInstalled, ServiceState, write_definition
from app.service.tool import Run, ToolFailed, must

_FIELD = re.compile(r"^\s*(state|pid|last exit code|last terminating signal) = (.*)$", re.MULTILINE)
_PATIENCE_SECONDS = 20.0
_PAUSE_SECONDS = 0.2


def manager() -> Manager:
    """launchd, for this account."""
    return Manager(
        name="launchd",
        place=str(agent_file()),
        log=str(recorder_log()),
        program=this_program,
        install=install,
        remove=remove,
        state=state,
    )


def agent_file() -> Path:
    """Where this account's agent is."""
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def install(description: ServiceDescription, run: Run) -> None:
    """Writes the agent and starts it anew.

    Raises:
        ToolFailed: launchd refused, such as without a session at the screen.
    """
    recorder_log().parent.mkdir(parents=True, exist_ok=True)
    write_definition(agent_file(), agent_plist(description, recorder_log()))
    _end(run)
    must(run, "launchctl", "enable", _target())
    must(run, "launchctl", "bootstrap", _domain(), str(agent_file()))


def remove(run: Run) -> None:
    """Stops the service, and deletes its agent.

    Raises:
        NotInstalled: there is no agent.
        ToolFailed: it did not end.
    """
    if not agent_file().exists():
        raise NotInstalled
    _end(run)
    agent_file().unlink()


def state(run: Run) -> ServiceState | None:
    """How the service fares."""
    if not agent_file().exists():
        return None
    done = run(("launchctl", "print", _target()))
    # What launchd prints may have the same words again further down, of something else.
    told = dict(reversed(_FIELD.findall(done.out)))
    pid = told.get("pid", "")
    return ServiceState(
        enabled=not _is_disabled(run),
        running=done.code == 0 and told.get("state") == "running",
        pid=int(pid) if pid.isdigit() else None,
        last_exit=_exit_code(told),
        command=command_of(agent_file().read_bytes()),
    )


def _end(run: Run) -> None:
    """Takes the agent out of launchd, which only begins to when it is told to."""
    run(("launchctl", "bootout", _target()))
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while run(("launchctl", "print", _target())).code == 0:
        if time.monotonic() >= deadline:
            raise ToolFailed(f"launchd does not end {LABEL}; `launchctl print {_target()}` tells.")
        time.sleep(_PAUSE_SECONDS)


def _is_disabled(run: Run) -> bool:
    told = run(("launchctl", "print-disabled", _domain())).out
    return re.search(rf'"{re.escape(LABEL)}" => (disabled|true)', told) is not None


def _exit_code(told: dict[str, str]) -> int | None:
    if signal := re.search(r"\d+$", told.get("last terminating signal", "")):
        return 128 + int(signal[0])
    code = re.match(r"\d+", told.get("last exit code", ""))
    return int(code[0]) if code else None


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _target() -> str:
    return f"{_domain()}/{LABEL}"
