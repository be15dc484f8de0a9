"""The service as the text of a systemd unit, and the command that such a text holds.

The rules of quoting are those of systemd.service(5), "Command lines", and systemd.syntax(7).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from app.service.description import NAME, ServiceDescription, Unwritable

SECONDS_BETWEEN = 10
"""Before the recorder is started again: one that finds the store held or no engine ends with 1
within a second, and systemd knows no other way to keep that from becoming a busy loop."""

_UNIT = """\
# Written by `shipslog service install`, which writes it anew.
[Unit]
Description={name}
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={command}
{settings}Restart=on-failure
RestartSec={seconds}
RestartPreventExitStatus=2
TimeoutStopSec=30
SyslogIdentifier=shipslog
UMask=0077

[Install]
WantedBy=default.target
"""
_COMMAND = "ExecStart="
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def unit_text(description: ServiceDescription) -> str:
    """The unit that starts the recorder at login, and again when it fails.

    Exit code 2, wrong usage, is not tried again: the same words are wrong the next time, too. A
    recorder that does not end when it is told to is killed after half a minute, which loses
    nothing, and is less than whoever removes the service has patience for.

    Raises:
        Unwritable: Shipslog is in a folder that systemd cannot start anything from.
    """
    return _UNIT.format(
        name=NAME,
        command=" ".join([_program(description.command[0]), *map(_word, description.command[1:])]),
        settings="".join(f"{line}\n" for line in _settings(description)),
        seconds=SECONDS_BETWEEN,
    )


def command_of(unit: str) -> tuple[str, ...]:
    """The words of the command in a unit that `unit_text` wrote; none where there is none."""
    for line in unit.split("\n"):
        if line.startswith(_COMMAND):
            return tuple(map(_unquoted, _QUOTED.findall(line)))
    return ()


def _settings(description: ServiceDescription) -> Iterator[str]:
    for name, value in description.environment:
        yield f"Environment={_quoted(f'{name}={value}')}"
    if description.program.folder is not None:
        yield f"WorkingDirectory={_unspecified(_ended(description.program.folder))}"


def _program(path: str) -> str:
    if any(letter in path for letter in "$\"'\\"):
        raise Unwritable(
            f"systemd starts no program whose path holds $, quotes or backslashes, as {path} does; "
            "install Shipslog in another folder."
        )
    return _quoted(path)


def _word(text: str) -> str:
    return _quoted(text.replace("$", "$$"))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_unspecified(escaped)}"'


def _unspecified(text: str) -> str:
    return text.replace("%", "%%")


def _ended(folder: Path) -> str:
    """The folder with a slash, since a space or a backslash at the end of a line means nothing."""
    return f"{folder}/"


def _unquoted(text: str) -> str:
    plain = re.sub(r"\\(.)", r"\1", text)
    return plain.replace("%%", "%").replace("$$", "$")
