"""`lineage`: bases, versions, containers and commits, each link with its evidence."""

import argparse

from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.engines import add_engine, engine_key
from app.cli.history import opened
from app.cli.options import JSON, add_format, add_moment
from app.cli.output import print_json, say, write_text
from domain.questions.lineage import Lineage, lineage, to_json
from domain.questions.lineage_formats import as_dot, as_mermaid, as_tree
from domain.questions.subjects import find_subject

TREE = "tree"
FORMATS = (TREE, JSON, "dot", "mermaid", "svg")


def _run(args: argparse.Namespace) -> int:
    with opened(args) as now:
        moment = now.moment(args.at)
        subject = None
        if args.object is not None:
            engine = engine_key(now.history, args.engine)
            subject = find_subject(now.history, args.object, moment=moment, engine=engine)
        answer = lineage(now.history, subject, moment)
    if args.format == JSON:
        print_json(to_json(answer))
    elif answer.nodes or args.format != TREE:
        write_text(_drawn(answer, args.format))
    if answer.nodes:
        return FINE
    say("Nothing was there at that moment, so nothing has a lineage.")
    return NOTHING_OR_FAILED


def _drawn(answer: Lineage, form: str) -> str:
    match form:
        case "dot":
            return as_dot(answer)
        case "mermaid":
            return as_mermaid(answer)
        case "svg":
            from adapters.reports.lineage_svg import lineage_svg

            return lineage_svg(answer)
    return as_tree(answer)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "object",
        nargs="?",
        metavar="OBJECT",
        help="a container, image or reference, by name, id or the beginning of an id; default: "
        "everything that is there",
    )
    add_moment(parser)
    add_engine(parser)
    add_format(parser, FORMATS)


LINEAGE = Command(
    name="lineage",
    summary="bases, versions, containers and commits, with the evidence for each link",
    about="Shows what was made from what: the image that an image was built on, the versions of "
    "an image name, the containers made from each, and the images committed from containers. "
    "Each link says how it is known: of a base parent, layers, label or ambiguous; of a "
    "container inspected or typed.",
    examples=(
        ("lineage", "everything that is there now"),
        ("lineage web-1", "where a container comes from"),
        ("lineage shop/base:1 --format svg > base.svg", "what was built on an image, drawn"),
        ("lineage web-1 --at 7d --format mermaid", "as known a week ago, for Markdown"),
    ),
    add_options=_options,
    run=_run,
)
