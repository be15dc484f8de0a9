"""`versions`: every version of an image name, and the containers made from each."""

import argparse
from typing import TYPE_CHECKING

from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.comparison import add_compare, run_compare
from app.cli.history import opened
from app.cli.moments import short
from app.cli.options import JSON, TABLE, add_format, add_moment, add_table_options
from app.cli.output import json_bytes, print_json, print_json_lines, print_line, say
from app.cli.state import identifier
from app.cli.tables import Cell, Column, Look, Row, look, print_heading, print_table
from app.cli.version_tables import HEALTH_COLUMNS, WAY_COLUMNS, More, health_row, way_row
from domain.identity import REFERENCE
from domain.questions.health import Health
from domain.questions.versions import ImageVersion, ReferenceVersions, to_json, versions
from domain.references import familiar

if TYPE_CHECKING:
    from adapters.readmodel import History

_CONTAINERS_SHOWN = 6

_COLUMNS = (
    Column("VERSION", right=True),
    Column("IMAGE ID", fixed=True),
    Column("FROM", fixed=True),
    Column("TO", fixed=True),
    Column("HOW", fixed=True),
    Column("CONTAINERS"),
    Column("ORIGIN", spare=True),
)


def _run(args: argparse.Namespace) -> int:
    if args.compare is not None:
        return run_compare(args)
    with opened(args) as now:
        moment = now.moment(args.at)
        asked = None if args.reference is None else references_named(now.history, args.reference)
        answer = versions(now.history, asked, moment)
        more = More(now.history, now.reader.at, moment)
        if args.format == TABLE:
            _print(answer, more, args)
        else:
            written = to_json(answer)
            for one, reference in zip(written, answer, strict=True):
                more.add(one, reference, health=args.health)
            if args.format == JSON:
                print_json(written)
            else:
                print_json_lines(map(json_bytes, written))
    if answer:
        return FINE
    say(
        "No reference has a version yet."
        if args.reference is None
        else f"No reference {args.reference!r} is known; `shipslog versions` lists them all."
    )
    return NOTHING_OR_FAILED


def references_named(history: "History", text: str) -> list[int]:
    """The references with this name on any engine.

    Where no reference has the name, a name without a tag means all tags of that repository, as
    in `docker images NAME`.
    """
    known = [(one, history.identity_of(one).object_id) for one in history.objects_of(REFERENCE)]
    wanted = familiar(text) if text else text
    exactly = [one for one, name in known if name == wanted]
    repository = wanted.removesuffix(":latest")
    return exactly or [one for one, name in known if name.rpartition(":")[0] == repository]


def _print(answer: list[ReferenceVersions], more: More, args: argparse.Namespace) -> None:
    appearance = look(args)
    for index, reference in enumerate(answer):
        if index:
            print_line()
        print_heading(f"{reference.reference} on {reference.engine_name}", appearance)
        told = reference.versions
        if args.health:
            fared = more.health(reference)
            rows = [health_row(one, fared.get(one.number, Health()), appearance) for one in told]
            print_table(HEALTH_COLUMNS, rows, appearance)
        elif args.way_back:
            ways = more.ways_back(reference)
            rows = [way_row(one, ways[one.number], appearance) for one in told]
            print_table(WAY_COLUMNS, rows, appearance)
        else:
            print_table(_COLUMNS, [_row(one, appearance) for one in told], appearance)


def _row(version: ImageVersion, appearance: Look) -> Row:
    return (
        str(version.number),
        identifier(version.image_id, appearance),
        short(version.from_),
        Cell("now", "green") if version.to is None else short(version.to),
        f"{version.how}, same content" if version.same_content_as_before else version.how,
        _containers(version, appearance),
        version.origin,
    )


def _containers(version: ImageVersion, appearance: Look) -> Cell:
    """The names, those first that still run this version although the name moved on."""
    made = sorted(version.containers, key=lambda one: (not one.stale, one.state == "removed"))
    shown = made if appearance.full_ids else made[:_CONTAINERS_SHOWN]
    names = [
        f"{one.name} (stale)" if one.stale else _with_state(one.name, one.state) for one in shown
    ]
    more = f" and {len(made) - len(shown)} more" if len(made) > len(shown) else ""
    stale = any(one.stale for one in made)
    return Cell(f"{', '.join(names)}{more}" or "-", "yellow" if stale else "")


def _with_state(name: str, state: str | None) -> str:
    return f"{name} (removed)" if state == "removed" else name


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "reference",
        nargs="?",
        metavar="REFERENCE",
        help="an image name such as shop/web:latest; without a tag latest is meant, or all tags "
        "where there is no latest; default: all names",
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--health",
        action="store_true",
        help="how each version fared: hours run, crashes, kills for want of memory, restarts",
    )
    instead.add_argument(
        "--way-back",
        action="store_true",
        help="whether each version's image is still there, as what, or since when gone and by what",
    )
    add_compare(instead)
    add_moment(parser)
    add_format(parser)
    add_table_options(parser)


VERSIONS = Command(
    name="versions",
    summary="an image name's versions, the containers made from each, which are stale",
    about="Lists what an image name pointed to, from when to when, how each version came (built, "
    "pulled, loaded, imported, committed, tagged, or found there), and the containers made from "
    "it. A container is stale where it is still there although the name points to another image.",
    examples=(
        ("versions", "all image names"),
        ("versions shop/web:latest", "one of them"),
        ("versions shop/web --at 1d", "as it was yesterday"),
        ("versions shop/web --health", "how its versions fared"),
        ("versions shop/web --way-back", "which earlier versions can still be had"),
    ),
    add_options=_options,
    run=_run,
    notes="Crashes are ends with another exit code than 0 that nobody asked for. Only what was\n"
    "recorded counts, hours as well as trouble. An image that is gone can be had again where a\n"
    "registry has it by a digest (PULL); otherwise it is lost.",
)
