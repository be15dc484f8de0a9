"""`service`: lets the recorder run from login, and tells how it fares."""

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.options import JSON, TABLE, add_format
from app.cli.output import print_json, print_line
from app.locations import store_location
from domain.errors import UsageError
from domain.moments import rfc3339

if TYPE_CHECKING:
    from app.service.manager import Manager, ServiceState


def _install(args: argparse.Namespace) -> int:
    from app.service.description import describe
    from app.service.tool import run

    manager = _manager()
    store = store_location(args.store)
    described = describe(store, args.engine or [], manager.program(sys.argv[0]), os.environ)
    manager.install(described, run)
    print_line("The recorder runs now, and from every login on; it is started again if it fails.")
    _print_rows(
        ("defined in", manager.place),
        ("command", shlex.join(described.command)),
        *(("with", f"{name}={value}") for name, value in described.environment),
        ("log", manager.log),
    )
    _tell_of_another(store, manager.state(run))
    if manager.hint:
        print_line(manager.hint)
    print_line("`shipslog service status` tells how it fares.")
    return FINE


def _tell_of_another(store: Path, state: "ServiceState | None") -> None:
    """Says so where somebody else's recorder keeps the service from its work."""
    from adapters.store.lock import holder

    held = holder(store)
    if held and state and state.pid and f"process {state.pid}," not in held:
        print_line(
            f"A recorder writes into the store already ({held}); the service begins soon "
            "after that one has ended."
        )


def _remove(_args: argparse.Namespace) -> int:
    from app.service.tool import run

    manager = _manager()
    manager.remove(run)
    print_line(f"The service is stopped, and {manager.place} is deleted. The history stays.")
    return FINE


def _status(args: argparse.Namespace) -> int:
    answer = _answer(_manager())
    if args.format == TABLE:
        _print_rows(*((key.replace("_", " "), _cell(value)) for key, value in answer.items()))
    else:
        print_json(answer)
    return FINE if answer["running"] else NOTHING_OR_FAILED


def _name_a_part(_args: argparse.Namespace) -> int:
    raise UsageError("Say what to do with the service: install, remove or status.")


def _answer(manager: "Manager") -> dict[str, Any]:
    from app.service.description import recorded
    from app.service.tool import run

    state = manager.state(run)
    store, engines = recorded(state.command if state else ())
    pid, since = _process(store, state.pid if state else None)
    return {
        "installed": state is not None,
        "enabled": state is not None and state.enabled,
        "running": state is not None and state.running,
        "pid": pid if state and state.running else None,
        "since": since if state and state.running else None,
        "last_exit": state.last_exit if state else None,
        "store": store,
        "engines": list(engines),
        "manager": manager.name,
        "definition": manager.place,
        "log": manager.log,
    }


def _process(store: str | None, pid: int | None) -> tuple[int | None, str | None]:
    """The recorder's process, and since when it records, where it has said so itself."""
    from adapters.store.lock import holder
    from app.recording.status import read_status

    told = read_status(Path(store)) if store and holder(Path(store)) else None
    if told is None or pid not in (None, told.pid):
        return pid, None
    return told.pid, rfc3339(told.since)


def _manager() -> "Manager":
    from app.service.platforms import manager_of

    return manager_of(sys.platform)


def _print_rows(*rows: tuple[str, str]) -> None:
    for name, value in rows:
        print_line(f"  {name:10} {value}")


def _cell(value: Any) -> str:
    match value:
        case True | False:
            return "yes" if value else "no"
        case list():
            return ", ".join(value) or "the one that is current when it starts"
        case None:
            return "-"
    return str(value)


def _install_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        action="append",
        metavar="CONTEXT_OR_URL",
        help="what `record --engine` takes; default: DOCKER_HOST as it is set now, else the "
        "context that is current whenever the recorder starts",
    )


def _status_options(parser: argparse.ArgumentParser) -> None:
    add_format(parser, (TABLE, JSON))


def _no_options(_parser: argparse.ArgumentParser) -> None:
    """None beyond those of every command."""


_INSTALL = Command(
    name="install",
    summary="run the recorder now and from every login on",
    about="Writes a systemd user unit, a launchd agent or a Windows scheduled task for this "
    "account, and starts it. Installing again replaces it and starts the recorder anew. The store, "
    "the engines, SHIPSLOG_KEEP_ENV and the DOCKER_ variables are those of now.",
    examples=(
        ("service install", "the engine of the current Docker context"),
        ("--store ci.db service install --engine ci", "another store, and a Docker context"),
    ),
    add_options=_install_options,
    run=_install,
)

_REMOVE = Command(
    name="remove",
    summary="stop the service and delete it; the history stays",
    about="Stops the recorder that runs as a service and deletes what install wrote. The history, "
    "and a recorder that was started otherwise, are left alone.",
    examples=(("service remove", "no recorder at the next login"),),
    add_options=_no_options,
    run=_remove,
    notes="exit codes: 0 it is removed, 1 there was none, or it could not be removed",
)

_STATUS = Command(
    name="status",
    summary="whether it is installed and running, and where its log is",
    about="Says whether the service is installed, starts at login and runs now, how its last run "
    "ended (128 and more: by a signal), which store and engines it records, and where its log is. "
    "`shipslog status` tells how the recording itself fares.",
    examples=(
        ("service status", "at a glance"),
        ("service status --format json", "for a monitoring script"),
    ),
    add_options=_status_options,
    run=_status,
    notes="exit codes: 0 it is running, 1 it is not",
)

SERVICE = Command(
    name="service",
    summary="run the recorder from login on: install, remove, status",
    about="Lets the recorder start at login and again when it fails, by what the platform has for "
    "that: systemd, launchd or the Windows task scheduler.",
    examples=(
        ("service install", "record from now on"),
        ("service status", "whether it does"),
        ("service remove", "no longer"),
    ),
    add_options=_no_options,
    run=_name_a_part,
    parts=(_INSTALL, _REMOVE, _STATUS),
)
