"""What keeps services on a platform."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.service.description import Program, ServiceDescription
from app.service.tool import Run
from domain.errors import ShipslogError


class NotInstalled(ShipslogError):
    """There is no service to remove."""

    def __init__(self) -> None:
        super().__init__("No service is installed; `shipslog service install` makes one.")


class ServiceState(NamedTuple):
    """How an installed service fares."""

    enabled: bool
    """Whether it starts at login."""
    running: bool
    pid: int | None
    last_exit: int | None
    """The exit code of the last run that has ended; 128 and the signal's number where one ended
    it; None where none has ended, or the platform does not tell."""
    command: tuple[str, ...]


class Manager(NamedTuple):
    """One platform's keeper of services."""

    name: str
    place: str
    """Where the definition is, for people."""
    log: str
    """Where the recorder speaks to: a file, or the command that shows it."""
    program: Callable[[str], Program]
    """How this Shipslog is run, from the first word of its command line."""
    install: Callable[[ServiceDescription, Run], None]
    """Writes the definition, replacing an older one, and starts the service anew."""
    remove: Callable[[Run], None]
    """Stops and deletes it; NotInstalled where it is not there."""
    state: Callable[[Run], ServiceState | None]
    """How it fares; None where it is not installed."""
    hint: str = ""
    """What else a person may want to know after installing."""


def write_definition(path: Path, text: bytes) -> None:
    """Writes a service's definition for this account alone, in one step."""
    from adapters.store.private_files import write_private

    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, text, replace=True)
