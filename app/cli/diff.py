"""`diff`: what changed between two moments."""

import argparse
from collections.abc import Iterator
from typing import Any

from app.cli.command import FINE, Command
from app.cli.history import opened
from app.cli.moments import short
from app.cli.options import JSON, TABLE, add_format, add_table_options
from app.cli.output import print_json, print_json_line, print_line, say
from app.cli.state import container_state, identifier, image_version
from app.cli.tables import Cell, Look, Row, look, print_cells, print_heading
from domain.questions.answers import ContainerAt, ImageAt, ReferenceAt
from domain.questions.diff import Changed, Changes, Diff, diff, to_json

Thing = ContainerAt | ImageAt | ReferenceAt


def _run(args: argparse.Namespace) -> int:
    with opened(args) as now:
        first = now.history.parse_time(args.first, now.now)
        second = now.history.parse_time(args.second, now.now)
        answer = diff(now.history, first, second)
    if args.format == TABLE:
        _print(answer, look(args))
    else:
        (print_json if args.format == JSON else print_json_line)(to_json(answer))
    if not any(_any(changes) for _, changes in _sections(answer)):
        # An answer, not a failure: scripts compare moments to learn just this.
        say(f"Nothing is known to have changed from {short(first)} to {short(second)}.")
    return FINE


def _sections(answer: Diff) -> Iterator[tuple[str, Changes]]:
    yield "Containers", answer.containers
    yield "Images", answer.images
    yield "References", answer.references


def _any(changes: Changes) -> bool:
    return bool(changes.added or changes.removed or changes.changed)


def _print(answer: Diff, appearance: Look) -> None:
    print_line(f"From {short(answer.from_)} to {short(answer.to)}")
    for title, changes in _sections(answer):
        if not _any(changes):
            continue
        print_line()
        print_heading(title, appearance)
        for thing in changes.added:
            print_cells((Cell("+", "green"), *_named(thing, appearance)), appearance)
        for thing in changes.removed:
            print_cells((Cell("-", "red"), *_named(thing, appearance)), appearance)
        for changed in changes.changed:
            parts = ", ".join(_part(changed, appearance))
            cells: Row = (Cell("~", "yellow"), *_named(changed.after, appearance)[:2], parts)
            print_cells(cells, appearance)


def _named(thing: Thing, appearance: Look) -> tuple[str, ...]:
    match thing:
        case ContainerAt():
            state = container_state(thing).text
            return (identifier(thing.id, appearance), thing.name, state, image_version(thing))
        case ImageAt():
            return (identifier(thing.id, appearance), ", ".join(thing.references) or "<none>")
        case ReferenceAt():
            image = f"-> {identifier(thing.image_id, appearance)}"
            return (thing.reference, f"#{thing.version}", image)


def _part(changed: Changed, appearance: Look) -> Iterator[str]:
    for change in changed.changes:
        before = _value(change.part, change.before, appearance)
        yield f"{change.part} {before} -> {_value(change.part, change.after, appearance)}"


def _value(part: str, value: Any, appearance: Look) -> str:
    if value is None or value == ():
        return "none"
    if part.endswith("_at"):
        return short(value)
    if part == "image_id":
        return identifier(value, appearance)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="T1", help="a TIME")
    parser.add_argument("second", metavar="T2", help="another TIME")
    add_format(parser)
    add_table_options(parser)


DIFF = Command(
    name="diff",
    summary="what changed between two moments",
    about="Compares two moments: which containers, images and references came (+), went (-) or "
    "are otherwise (~) at the second. What came and went in between shows in the log only. That "
    "nothing changed is an answer too: exit code 0.",
    examples=(
        ("diff 1d now", "what changed since yesterday"),
        ("diff 2026-11-23T09:00:00Z 2026-11-23T10:00:00Z", "between nine and ten"),
        ("diff '#1200' '#1234'", "between two events"),
    ),
    add_options=_options,
    run=_run,
)
