"""`recreate`: the command that gives a container again."""

import argparse

from app.cli.command import FINE, Command
from app.cli.engines import add_engine, engine_key
from app.cli.history import opened
from app.cli.options import JSON, add_format
from app.cli.output import print_json, print_line, say, write_text
from domain.identity import CONTAINER
from domain.questions.recreating.recreation import (
    COMPOSE,
    RUN,
    Recreation,
    comments,
    recreate,
    to_json,
)
from domain.questions.subjects import find_subject

_TEXT = "text"


def _run(args: argparse.Namespace) -> int:
    with opened(args) as now:
        engine = engine_key(now.history, args.engine)
        moment = now.moment(args.at)
        subject = find_subject(
            now.history, args.container, moment=moment, kinds=(CONTAINER,), engine=engine
        )
        answer = recreate(now.history, subject, now.reader.at, moment, args.way)
    if args.format == JSON:
        print_json(to_json(answer))
    else:
        _print(answer)
    return FINE


def _print(answer: Recreation) -> None:
    for line in comments(answer):
        print_line(line)
    # It is exact, so that a shell can take it, and holds nothing that a terminal would obey.
    write_text(answer.text)
    missing = len(answer.supply) + len(answer.redacted)
    if missing:
        things = "thing" if missing == 1 else "things"
        say(f"{missing} {things} must be supplied; the comments above the text say which.")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "container", metavar="CONTAINER", help="a container by name, id or the beginning of an id"
    )
    parser.add_argument(
        "--at", metavar="TIME", help="as it was set up at this moment; default: as it was last"
    )
    parser.add_argument(
        "--as",
        dest="way",
        choices=(RUN, COMPOSE),
        default=RUN,
        help="a `docker run` line or a compose file; default: run",
    )
    add_engine(parser)
    add_format(parser, (_TEXT, JSON))


RECREATE = Command(
    name="recreate",
    summary="the `docker run` line or compose file that gives a container again",
    about="Prints what gives a container again as it was set up at a moment, also one that is long "
    "gone, with its image pinned by digest. What equals the image's own settings or the engine's "
    "usual ones is left out. Values of environment variables are not recorded, so variables that "
    "the image does not give are passed by name alone, for you to supply; comments above the text "
    "name them, and whatever else cannot be had. Nothing is run: Shipslog only reads from engines.",
    examples=(
        ("recreate web-1", "the `docker run` line"),
        ("recreate web-1 --at 7d --as compose", "a compose file for the web-1 of a week ago"),
        ("recreate web-1 | sh", "make it again, where all variables are in the environment"),
    ),
    add_options=_options,
    run=_run,
)
