"""What the service is: the recorder's command, its environment and its folder, as a value."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import app
from domain.errors import ShipslogError

NAME = "Shipslog recorder"

CARRIED = (
    "SHIPSLOG_KEEP_ENV",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
    "BUILDX_CONFIG",
)
"""The variables that decide what is recorded; a service begins with an environment of its own."""

_FOLDERS = {"DOCKER_CONFIG", "DOCKER_CERT_PATH", "BUILDX_CONFIG"}
# What neither XML nor a unit can hold: controls, lone surrogates, and what is no character.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_STORE = "--store="
_ENGINE = "--engine="


class Unwritable(ShipslogError):
    """A word of the command cannot be written into a service's definition."""


class Program(NamedTuple):
    """How this Shipslog is run: the words of its command, and the folder that it needs."""

    words: tuple[str, ...]
    folder: Path | None = None


class ServiceDescription(NamedTuple):
    """The service, whatever the platform."""

    program: Program
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """All words of the command."""
        return (*self.program.words, *self.arguments)


class Recorded(NamedTuple):
    """What a service records, as its command says."""

    store: str | None
    engines: tuple[str, ...]


def describe(
    store: Path, engines: Sequence[str], program: Program, environment: Mapping[str, str]
) -> ServiceDescription:
    """The service that records the engines into the store.

    Args:
        store: the store's file; made absolute, since a service begins in another folder.
        engines: as `record --engine` takes them; none means the engine that is current then.
        program: how Shipslog is run.
        environment: what is set now; CARRIED is taken from it.

    Raises:
        ShipslogError: an engine is unknown, or a word cannot be written down.
    """
    arguments = (
        f"{_STORE}{store.expanduser().absolute()}",
        "record",
        *(f"{_ENGINE}{_lasting(engine)}" for engine in engines),
    )
    carried = tuple(
        (name, _absolute(name, environment[name])) for name in CARRIED if environment.get(name)
    )
    described = ServiceDescription(program, arguments, carried)
    for word in (*described.command, *(value for _, value in carried)):
        if _UNWRITABLE.search(word):
            raise Unwritable(
                f"{word!r} holds a character that no service's definition can hold; use a path "
                "or a name without it."
            )
    return described


def this_program(started_as: str, interpreter: str = sys.executable) -> Program:
    """How the running Shipslog is run.

    Args:
        started_as: the first word of its command line, `sys.argv[0]`.
        interpreter: the absolute path of its Python.
    """
    script = Path(interpreter).with_name("shipslog")
    if Path(started_as).name != "__main__.py" and script.is_file():
        return Program((str(script),))
    return as_module(interpreter)


def as_module(interpreter: str = sys.executable) -> Program:
    """Shipslog as a module of a Python, which finds it in its folder or among its packages."""
    folder = Path(app.__file__).absolute().parents[1]
    installed = folder.name in ("site-packages", "dist-packages")
    return Program((interpreter, "-m", "app.cli"), None if installed else folder)


def recorded(command: Sequence[str]) -> Recorded:
    """Which store and engines a service's command names."""
    stores = [word.removeprefix(_STORE) for word in command if word.startswith(_STORE)]
    engines = (word.removeprefix(_ENGINE) for word in command if word.startswith(_ENGINE))
    return Recorded(stores[0] if stores else None, tuple(engines))


def _lasting(engine: str) -> str:
    from adapters.engines.endpoints import endpoint

    where = endpoint(engine)
    return where.name or where.url


def _absolute(name: str, value: str) -> str:
    return str(Path(value).expanduser().absolute()) if name in _FOLDERS else value
