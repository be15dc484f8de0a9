"""`doctor`: what is wrong on this machine and how to mend it."""

import argparse
from collections.abc import Iterator

import msgspec

from app.cli import findings
from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.findings import Finding, Level
from app.cli.options import JSON, JSONL, add_format
from app.cli.output import json_bytes, print_json, print_json_lines
from app.cli.tables import Cell, look, print_cells
from app.locations import store_location

_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.BAD: "bold red"}


def _run(args: argparse.Namespace) -> int:
    found = list(_examine(args))
    if args.format == JSON:
        print_json(msgspec.to_builtins(found))
    elif args.format == JSONL:
        print_json_lines(json_bytes(finding) for finding in found)
    else:
        _print(found, args)
    return NOTHING_OR_FAILED if any(one.level is Level.BAD for one in found) else FINE


def _examine(args: argparse.Namespace) -> Iterator[Finding]:
    store = store_location(args.store)
    for check in findings.CHECKS:
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001 - a broken check must not hide the others
            subject = check.__name__.replace("_", " ")
            yield Finding(Level.BAD, subject, f"could not be looked at: {error}", "reinstall it")
    yield from findings.store_file(store)


def _print(found: list[Finding], args: argparse.Namespace) -> None:
    appearance = look(args)
    widest = max(len(one.subject) for one in found)
    for one in found:
        remedy = f" -> {one.remedy}" if one.remedy else ""
        level = Cell(f"{one.level:4}", _STYLES[one.level])
        print_cells((level, f"{one.subject:{widest}}", f"{one.finding}{remedy}"), appearance)


def _options(parser: argparse.ArgumentParser) -> None:
    add_format(parser)


DOCTOR = Command(
    name="doctor",
    summary="what is wrong on this machine and how to mend it",
    about="Looks at Python, SQLite, the screen, the engines that this account can reach, the store "
    "and its access rights, and says one line for each: ok, warn or bad, and after the arrow what "
    "to do. Changes nothing.",
    examples=(
        ("doctor", "look at everything"),
        ("--store ci.db doctor --format json", "the same for another store, for a program"),
    ),
    add_options=_options,
    run=_run,
    notes="exit codes: 0 nothing is bad, 1 something is",
)
