"""The service as the XML of a Windows scheduled task, and the command that such a text holds.

A task has neither an environment nor a log, so `app.service.task_start` gives it both.
"""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from app.service.description import NAME, ServiceDescription

_SCHEMA = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_MINUTE = "PT1M"
_RESTARTS = "999"
_PART = re.compile(r'(?P<slashes>\\*)(?P<quote>")|(?P<space>[ \t]+)|[^ \t"\\]+|\\+')


def task_xml(description: ServiceDescription, log: Path, account: str) -> bytes:
    """The task that starts the recorder when the account logs on, and again when it fails.

    Args:
        description: the service; its program is a Python with `-m`.
        log: the file that takes what the recorder says.
        account: whose logon counts, as DOMAIN\\NAME.
    """
    task = ElementTree.Element("Task", {"version": "1.2", "xmlns": _SCHEMA})
    _fill(task, "RegistrationInfo", {"Description": NAME})
    trigger = _fill(ElementTree.SubElement(task, "Triggers"), "LogonTrigger", {"Enabled": "true"})
    # A program that ends with a failure is no failed task to every Windows. The trigger comes
    # again each minute, and is ignored while the recorder runs.
    _fill(trigger, "Repetition", {"Interval": _MINUTE, "StopAtDurationEnd": "false"})
    ElementTree.SubElement(trigger, "UserId").text = account
    principal = _fill(
        ElementTree.SubElement(task, "Principals"),
        "Principal",
        {"UserId": account, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"},
    )
    principal.set("id", "Author")
    settings = _fill(task, "Settings", _SETTINGS)
    _fill(settings, "RestartOnFailure", {"Interval": _MINUTE, "Count": _RESTARTS})
    actions = ElementTree.SubElement(task, "Actions", {"Context": "Author"})
    _fill(actions, "Exec", _action(description, log))
    # In UTF-16, as the task scheduler itself writes them: it declines others.
    text: bytes = ElementTree.tostring(task, encoding="utf-16")
    return text


def command_of(xml: str) -> tuple[str, ...]:
    """The words of the command in a task's XML; none where it has no command."""
    action = ElementTree.fromstring(xml).find(f".//{{{_SCHEMA}}}Exec")
    if action is None:
        return ()
    command = action.findtext(f"{{{_SCHEMA}}}Command", "")
    return (command, *split_line(action.findtext(f"{{{_SCHEMA}}}Arguments", "")))


def is_enabled(xml: str) -> bool:
    """Whether the task with this XML starts by itself."""
    path = f"{{{_SCHEMA}}}Settings/{{{_SCHEMA}}}Enabled"
    return ElementTree.fromstring(xml).findtext(path, "true") == "true"


def split_line(line: str) -> tuple[str, ...]:
    """The words of a Windows command line, by the rules of Microsoft's C runtime."""
    words: list[str] = []
    word: str | None = None
    quoted = False
    for part in _PART.finditer(line):
        if part["quote"]:
            slashes = len(part["slashes"])
            literal = slashes % 2 == 1
            quoted ^= not literal
            word = (word or "") + "\\" * (slashes // 2) + ('"' if literal else "")
        elif part["space"] and not quoted:
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + part[0]
    return tuple(words if word is None else [*words, word])


_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",
    "Enabled": "true",
    "ExecutionTimeLimit": "PT0S",
}


def _action(description: ServiceDescription, log: Path) -> dict[str, str]:
    settings = [f"{name}={value}" for name, value in description.environment]
    words = ["-m", "app.service.task_start", str(log), *settings, "--", *description.arguments]
    action = {
        "Command": description.program.words[0],
        "Arguments": subprocess.list2cmdline(words),
    }
    if description.program.folder is not None:
        action["WorkingDirectory"] = str(description.program.folder)
    return action


def _fill(parent: ElementTree.Element, name: str, contents: dict[str, str]) -> ElementTree.Element:
    added = ElementTree.SubElement(parent, name)
    for key, value in contents.items():
        ElementTree.SubElement(added, key).text = value
    return added
