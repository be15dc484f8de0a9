"""The service as the property list of a launchd agent, and the command that such a list holds."""

import plistlib
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from app.service.description import ServiceDescription

LABEL = "shipslog.recorder"

_SECONDS_BETWEEN = 10


def agent_plist(description: ServiceDescription, log: Path) -> bytes:
    """The agent that starts the recorder at login, and again when it ends with a failure."""
    agent: dict[str, Any] = {
        "Label": LABEL,
        "ProgramArguments": list(description.command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": _SECONDS_BETWEEN,
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardOutPath": str(log),
        "StandardErrorPath": str(log),
    }
    if description.environment:
        agent["EnvironmentVariables"] = dict(description.environment)
    if description.program.folder is not None:
        agent["WorkingDirectory"] = str(description.program.folder)
    return plistlib.dumps(agent)


def command_of(plist: bytes) -> tuple[str, ...]:
    """The words of the command in an agent's list; none where it cannot be read."""
    try:
        return tuple(plistlib.loads(plist)["ProgramArguments"])
    except (plistlib.InvalidFileException, ExpatError, KeyError):
        return ()
