"""`deployments`: when which service changed to another image version."""

import argparse
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.engines import add_engine, engine_key
from app.cli.history import Opened, opened
from app.cli.moments import short
from app.cli.options import JSON, TABLE, add_format, add_period, add_table_options
from app.cli.output import json_bytes, print_json, print_json_lines, say
from app.cli.tables import Cell, Column, Look, Row, look, print_table
from domain.errors import ShipslogError
from domain.questions.deployments import Deployment, deployments, to_json
from domain.questions.known_services import passing, services, services_named

if TYPE_CHECKING:
    from domain.questions.tenures import Service

_STYLES = {
    "deployed": "green",
    "upgraded": "green",
    "rolled_back": "yellow",
    "scaled": "cyan",
    "removed": "red",
}
_CONTAINERS_SHOWN = 4

_COLUMNS = (
    Column("WHEN", fixed=True),
    Column("SERVICE"),
    Column("WHAT", fixed=True),
    Column("FROM"),
    Column("TO"),
    Column("CONTAINERS"),
    Column("NOTES"),
    Column("EVENTS", spare=True),
    Column("ORIGIN", spare=True),
    Column("ENGINE", spare=True),
)


def _run(args: argparse.Namespace) -> int:
    with opened(args) as now:
        since, until = now.period(args)
        chosen = _chosen(args, now)
        answer = deployments(now.history, now.reader.at, until=until, chosen=chosen)
    answer = [each for each in answer if since is None or each.at >= since]
    if args.format == TABLE:
        if answer:
            appearance = look(args)
            print_table(_COLUMNS, [_row(each, appearance) for each in answer], appearance)
    elif args.format == JSON:
        print_json(to_json(answer))
    else:
        print_json_lines(json_bytes(one) for one in to_json(answer))
    if answer:
        return FINE
    say("No deployment is known; `shipslog deployments --all` lists also what was run by --rm.")
    return NOTHING_OR_FAILED


def _chosen(args: argparse.Namespace, now: Opened) -> "Collection[Service] | None":
    """The services that are asked for; None for all.

    Raises:
        ShipslogError: the history knows no such service.
    """
    engine = engine_key(now.history, args.engine)
    if args.service is not None:
        named = services_named(now.history, args.service, engine)
        if not named:
            raise ShipslogError(
                f"The history knows no service {args.service!r}; `shipslog deployments --all` "
                "lists them."
            )
        return set(named)
    if args.all and engine is None:
        return None
    left_out = set() if args.all else passing(now.history, now.reader.at)
    return {
        each
        for each in services(now.history)
        if each not in left_out and engine in (None, each.engine)
    }


def _row(deployment: Deployment, appearance: Look) -> Row:
    kind = deployment.kind
    return (
        short(deployment.at),
        f"{deployment.project}/{deployment.service}" if deployment.project else deployment.service,
        Cell(kind.replace("_", " "), _STYLES.get(kind, "")),
        "-" if deployment.from_ is None else str(deployment.from_),
        "-" if deployment.to is None else str(deployment.to),
        _containers(deployment, appearance),
        "; ".join(_notes(deployment)) or "-",
        ",".join(map(str, deployment.events)),
        deployment.origin,
        deployment.engine_name,
    )


def _containers(deployment: Deployment, appearance: Look) -> str:
    names = [each.name for each in deployment.containers]
    shown = names if appearance.full_ids else names[:_CONTAINERS_SHOWN]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return ", ".join(shown) + more


def _notes(deployment: Deployment) -> Sequence[str]:
    """What the columns do not say."""
    notes = []
    if deployment.kind == "scaled":
        way = "up" if deployment.count > deployment.count_before else "down"
        notes.append(f"{way} from {deployment.count_before} to {deployment.count}")
    elif deployment.count != 1 and deployment.to is not None:
        notes.append(f"{deployment.count} containers")
    if deployment.earlier is not None and deployment.earlier != deployment.to:
        notes.append(f"the image of {deployment.earlier}")
    if deployment.kind == "recreated":
        notes.append(_recreation(deployment))
    if deployment.to is not None and all(one.started_at is None for one in deployment.containers):
        notes.append("not started")
    if deployment.not_before is not None:
        notes.append(f"after {short(deployment.not_before)}")
    if deployment.unrecorded:
        notes.append("while nobody recorded")
    return notes


def _recreation(deployment: Deployment) -> str:
    image = "whether the image is another is not known" if deployment.same_image is None else ""
    if deployment.changed is None:
        return image or "same image"
    if not deployment.changed:
        return image or "nothing changed"
    return f"changed: {', '.join(deployment.changed)}" + (f"; {image}" if image else "")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "service",
        nargs="?",
        metavar="SERVICE",
        help="a service, project/service, a whole project, or a container of it; default: all",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="also containers that belong to no service and were run with --rm",
    )
    add_period(parser, "deployments")
    add_engine(parser)
    add_format(parser)
    add_table_options(parser)


DEPLOYMENTS = Command(
    name="deployments",
    summary="when which service was deployed, upgraded, rolled back, scaled, removed",
    about="Lists when services changed from one image version to another. A service is what "
    "Compose or a swarm calls so; a container without such a label is a service of its own name. "
    "Recreated means that other containers took over with the same image, as after a change of "
    "the configuration. Restarts are no deployments, nor is what `docker compose run` makes.",
    examples=(
        ("deployments", "of all services"),
        ("deployments shop/web", "of one"),
        ("deployments shop --since 7d", "of a project, in the last week"),
        ("deployments --format jsonl", "one a line, for a program"),
    ),
    add_options=_options,
    run=_run,
    notes="EVENTS are the positions of the events that show it; `shipslog log` has them.\n"
    "Where nobody recorded, the moment is the one that the engine told later.",
)
