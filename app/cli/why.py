"""`why`: why a container stopped, restarted, was replaced, was removed or never started."""

import argparse

from app.cli.command import FINE, Command
from app.cli.engines import add_engine, engine_key
from app.cli.history import opened
from app.cli.moments import short
from app.cli.options import JSON, TABLE, add_format
from app.cli.output import json_bytes, print_json, print_json_lines
from app.cli.tables import Cell, Look, look, print_cells, print_heading
from domain.identity import CONTAINER
from domain.questions.subjects import find_subject
from domain.questions.why import Claim, Why, to_json, why

_CERTAINTIES = {
    "certain": Cell("certain"),
    "likely": Cell("likely", "yellow"),
    "not_known": Cell("not known", "yellow"),
}


def _run(args: argparse.Namespace) -> int:
    with opened(args) as now:
        engine = engine_key(now.history, args.engine)
        moment = now.moment(args.at)
        subject = find_subject(
            now.history, args.container, moment=moment, kinds=(CONTAINER,), engine=engine
        )
        answer = why(now.history, subject, now.reader.at, moment)
    if args.format == JSON:
        print_json(to_json(answer))
    elif args.format == TABLE:
        _print(answer, look(args))
    else:
        print_json_lines(json_bytes(each) for each in to_json(answer)["claims"])
    return FINE


def _print(answer: Why, appearance: Look) -> None:
    print_heading(f"{answer.sentence} ({answer.id[:12]}, {answer.served})", appearance)
    for each in answer.claims:
        print_cells(_cells(each), appearance)


def _cells(told: Claim) -> tuple[str | Cell, ...]:
    certainty = _CERTAINTIES[told.certainty]
    events = " ".join(f"#{position}" for position in told.events)
    return (
        f"{short(told.at):20}",
        Cell(f"{certainty.text:9}", certainty.style),
        told.sentence,
        *((f"[{events}]",) if events else ()),
    )


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "container",
        metavar="CONTAINER",
        help="a container by name, id or the beginning of an id; also one that is long gone",
    )
    parser.add_argument(
        "--at",
        metavar="TIME",
        help="as of this moment: why it was then as it was; default: the newest recorded",
    )
    add_engine(parser)
    add_format(parser)


WHY = Command(
    name="why",
    summary="why a container stopped, restarted, was replaced or never started",
    about="Explains, from what was recorded, why a container stopped, restarted, was replaced, "
    "was removed or never started: a chain of claims, each with how sure it is and with the "
    "positions of the events that show it (`shipslog log` has them). Who asked for something is "
    "never known: engines do not tell.",
    examples=(
        ("why web-1", "what became of a container, and why"),
        ("why web-1 --at 2d", "as of two days ago"),
        ("why 4f1a --format json", "for a program"),
    ),
    add_options=_options,
    run=_run,
)
