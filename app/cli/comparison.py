"""`versions --compare`: two versions of an image name side by side."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adapters.reports.visible import shortened
from app.cli.command import FINE
from app.cli.history import opened
from app.cli.moments import short
from app.cli.options import JSON, JSONL, positive
from app.cli.output import print_json, print_json_line, print_line
from app.cli.state import identifier
from app.cli.tables import Cell, Look, look, print_cells, print_heading
from domain.errors import ShipslogError, UsageError
from domain.questions.comparison import Comparison, Side, compare, to_json

if TYPE_CHECKING:
    from adapters.readmodel import History

_LONGEST = 160
_ADDED, _REMOVED, _CHANGED = "green", "red", "yellow"


def add_compare(parser: "argparse._ActionsContainer") -> None:
    """Adds `--compare`."""
    parser.add_argument(
        "--compare",
        nargs=2,
        type=positive,
        metavar="NUMBER",
        help="two versions of one image name side by side: layers, history, setup, variables, "
        "labels, size, containers",
    )


def run_compare(args: argparse.Namespace) -> int:
    """Compares the two versions that the options name."""
    from app.cli.versions import references_named

    if args.reference is None:
        raise UsageError("--compare needs the image name whose versions it compares.")
    numbers = (args.compare[0], args.compare[1])
    with opened(args) as now:
        found = references_named(now.history, args.reference)
        reference = _one(now.history, found, numbers, args.reference)
        answer = compare(now.history, reference, numbers, now.reader.at, now.moment(args.at))
    if args.format == JSON:
        print_json(to_json(answer))
    elif args.format == JSONL:
        print_json_line(to_json(answer))
    else:
        _print(answer, look(args))
    return FINE


def _one(history: "History", found: list[int], numbers: tuple[int, int], text: str) -> int:
    """The reference that has both versions."""
    if not found:
        raise ShipslogError(f"No reference {text!r} is known; `shipslog versions` lists them all.")
    having = [each for each in found if len(history.versions_of(each)) >= max(numbers)]
    if len(having) > 1:
        names = ", ".join(
            f"{history.identity_of(each).object_id} on "
            f"{history.engine_name(history.identity_of(each).engine)}"
            for each in having
        )
        raise ShipslogError(f"Several references have these versions: {names}.")
    return (having or found)[0]


def _print(answer: Comparison, appearance: Look) -> None:
    heading = f"{answer.reference} on {answer.engine_name}"
    before, after = answer.from_, answer.to
    print_heading(f"{heading}: version {before.number} and version {after.number}", appearance)
    for side in (before, after):
        print_line(f"  version {side.number}  {_side(side, appearance)}")
    if answer.same_content:
        print_line("  The content is the same: a rebuild that changed nothing, or another store.")
    _print_lines("layers", answer.layers.removed, answer.layers.added, appearance)
    print_line(f"  the same in both: {len(answer.layers.shared)}")
    _print_lines("history", answer.history.removed, answer.history.added, appearance)
    _print_changes("setup", answer.configuration.items(), appearance)
    variables, labels = answer.variables, answer.labels
    _print_lines("variables", variables.removed, variables.added, appearance, variables.changed)
    old, new = before.description.labels, after.description.labels
    _print_lines(
        "labels",
        [f"{name}={old[name]}" for name in labels.removed],
        [f"{name}={new[name]}" for name in labels.added],
        appearance,
        [f"{name}={old[name]} -> {new[name]}" for name in labels.changed],
    )


def _side(side: Side, appearance: Look) -> str:
    size = "size unknown" if side.description.size is None else f"{side.description.size:,} bytes"
    there = [each.name for each in side.containers if each.state != "removed"]
    gone = len(side.containers) - len(there)
    made = [*there, *([f"{gone} removed"] if gone else [])]
    containers = f"containers: {', '.join(made)}" if made else "no containers"
    return f"{identifier(side.image_id, appearance)}  {size}  {containers}"


def _print_lines(
    title: str,
    removed: Iterable[str],
    added: Iterable[str],
    appearance: Look,
    changed: Iterable[str] = (),
) -> None:
    signed = [
        *((f"  - {each}", _REMOVED) for each in removed),
        *((f"  + {each}", _ADDED) for each in added),
        *((f"  ~ {each}", _CHANGED) for each in changed),
    ]
    if signed:
        print_line(title)
    for text, style in signed:
        print_cells((Cell(shortened(text, _LONGEST), style),), appearance)


def _print_changes(
    title: str, changes: Iterable[tuple[str, tuple[Any, Any]]], appearance: Look
) -> None:
    told = [
        f"{field}: {_value(before, field)} -> {_value(after, field)}"
        for field, (before, after) in changes
    ]
    _print_lines(title, (), (), appearance, told)


def _value(value: Any, field: str) -> str:
    if value in (None, "", ()):
        return "none"
    if field.endswith("_at"):
        return short(value)
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
