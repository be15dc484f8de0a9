"""The service kept by the Windows task scheduler."""

import csv
import getpass
import os
import sys
import tempfile
from pathlib import Path

from app.locations import recorder_log
from app.service.description import Program, ServiceDescription, as_module
from app.service.manager import Manager, NotInstalled, ServiceState
from app.service.tool import Done, Run, must
from app.service.windows_task import command_of, is_enabled, task_xml

TASK = "Shipslog recorder"

_LAST_RESULT = 6
"""The column of `schtasks /Query /V`; its headings and words differ from language to language."""
_RUNS_NOW = 0x41301
_NEVER_RAN = 0x41303


def manager() -> Manager:
    """The task scheduler, for this account."""
    return Manager(
        name="task scheduler",
        place=f"the task {TASK!r}",
        log=str(recorder_log()),
        program=program,
        install=install,
        remove=remove,
        state=state,
    )


def program(_started_as: str) -> Program:
    """Shipslog as a module of the Python that opens no window."""
    windowless = Path(sys.executable).with_name("pythonw.exe")
    return as_module(str(windowless) if windowless.is_file() else sys.executable)


def install(description: ServiceDescription, run: Run) -> None:
    """Makes the task anew, and starts it.

    Raises:
        ToolFailed: the task scheduler refused.
    """
    text = task_xml(description, recorder_log(), _account())
    run(("schtasks", "/End", "/TN", TASK))
    with tempfile.TemporaryDirectory(prefix="shipslog-") as folder:
        file = Path(folder) / "task.xml"
        file.write_bytes(text)
        must(run, "schtasks", "/Create", "/TN", TASK, "/XML", str(file), "/F")
    must(run, "schtasks", "/Run", "/TN", TASK)


def remove(run: Run) -> None:
    """Stops the task, and deletes it.

    Raises:
        NotInstalled: there is no such task.
        ToolFailed: the task scheduler refused.
    """
    if _definition(run).code != 0:
        raise NotInstalled
    run(("schtasks", "/End", "/TN", TASK))
    must(run, "schtasks", "/Delete", "/TN", TASK, "/F")


def state(run: Run) -> ServiceState | None:
    """How the task fares; the task scheduler does not tell its process."""
    definition = _definition(run)
    if definition.code != 0:
        return None
    table = must(run, "schtasks", "/Query", "/TN", TASK, "/V", "/NH", "/FO", "CSV").out
    row = next((row for row in csv.reader(table.splitlines()) if len(row) > _LAST_RESULT), None)
    result = int(row[_LAST_RESULT]) if row else _NEVER_RAN
    return ServiceState(
        enabled=is_enabled(definition.out),
        running=result == _RUNS_NOW,
        pid=None,
        last_exit=None if result in (_RUNS_NOW, _NEVER_RAN) else result,
        command=command_of(definition.out),
    )


def _definition(run: Run) -> Done:
    return run(("schtasks", "/Query", "/TN", TASK, "/XML"))


def _account() -> str:
    domain = os.environ.get("USERDOMAIN")
    return f"{domain}\\{getpass.getuser()}" if domain else getpass.getuser()
