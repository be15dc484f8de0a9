"""`regressions`: with which image version something got worse, or better."""

import argparse

from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.history import opened
from app.cli.options import JSON, TABLE, add_format, add_moment, add_table_options
from app.cli.output import json_bytes, print_json, print_json_lines, print_line, say
from app.cli.tables import Cell, Look, look, print_cells, print_heading
from app.cli.versions import references_named
from domain.questions.regressions import ENOUGH, Regression, regressions, to_json

_STYLES = {"worse": "red", "better": "green"}


def _run(args: argparse.Namespace) -> int:
    with opened(args) as now:
        moment = now.moment(args.at)
        asked = None if args.reference is None else references_named(now.history, args.reference)
        answer = regressions(now.history, now.reader.at, asked, moment)
    if args.format == TABLE:
        _print(answer, look(args))
    elif args.format == JSON:
        print_json(to_json(answer))
    else:
        print_json_lines(json_bytes(one) for one in to_json(answer))
    if answer:
        return FINE
    if asked == []:
        say(f"No reference {args.reference!r} is known; `shipslog versions` lists them all.")
    else:
        say("No crash, kill for want of memory or unhealthy spell was recorded of two versions.")
    return NOTHING_OR_FAILED


def _print(answer: list[Regression], appearance: Look) -> None:
    sure = [each for each in answer if each.enough]
    unsure = [each for each in answer if not each.enough]
    for title, listed in (("Got worse or better", sure), ("Too few to tell", unsure)):
        if not listed:
            continue
        if title != "Got worse or better" and sure:
            print_line()
        print_heading(title, appearance)
        for each in listed:
            word = each.direction if each.enough else "unclear"
            cells = (Cell(f"  {word:7}", _STYLES.get(word, "")), each.sentence)
            print_cells((*cells, f"[{each.engine_name}]"), appearance)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "reference",
        nargs="?",
        metavar="REFERENCE",
        help="an image name such as shop/web:latest; default: all names",
    )
    add_moment(parser)
    add_format(parser)
    add_table_options(parser)


REGRESSIONS = Command(
    name="regressions",
    summary="the image version with which crashes or ill health got more or fewer",
    about="Compares each version of an image name with the one before it that ran: crashes, kills "
    "for want of memory and unhealthy spells in the hours that its containers ran while somebody "
    "recorded. Says with which version the rate got worse or better, and where there is too "
    "little to tell.",
    examples=(
        ("regressions", "of all image names"),
        ("regressions shop/web", "of one"),
        ("regressions --format json", "with all counts, for a program"),
    ),
    add_options=_options,
    run=_run,
    notes="Rates are held against each other by the exact test of two Poisson rates: p is how\n"
    f"likely counts as uneven are without any difference, and below {ENOUGH} it is taken for\n"
    "one. A container that fails again within ten minutes counts once in the test.",
)
