"""`state`: engines, containers, images and references at a moment."""

import argparse
from collections.abc import Sequence

import msgspec

from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.container_filter import KEYS, matching
from app.cli.history import opened
from app.cli.moments import short
from app.cli.options import JSON, TABLE, add_format, add_moment, add_table_options
from app.cli.output import print_json, print_json_line, print_line, say
from app.cli.tables import Cell, Column, Look, Row, look, print_heading, print_table
from domain.identity import short_id
from domain.questions.answers import ContainerAt, EngineAt, ImageAt, ReferenceAt, StateAt
from domain.questions.state import state_at, to_json

_STYLES = {"running": "green", "paused": "yellow", "restarting": "blue", "created": "cyan"}
_MEGA = 1_000_000


def _run(args: argparse.Namespace) -> int:
    filters = [*args.filter, *(["status=running"] if args.running else [])]
    with opened(args) as now:
        if args.disk:
            from app.cli.disk import show_disk

            return show_disk(args, now)
        moment = now.moment(args.at)
        state = state_at(now.history, now.history.end if moment is None else moment)
    if filters:
        containers = matching(state.containers, filters)
        state = msgspec.structs.replace(state, containers=containers)
    if args.format == TABLE:
        _print(state, look(args), only_containers=bool(filters))
    else:
        (print_json if args.format == JSON else print_json_line)(to_json(state))
    return _exit_code(state, filtered=bool(filters))


def _exit_code(state: StateAt, *, filtered: bool) -> int:
    if filtered and not state.containers:
        say(f"No container matched at {short(state.at)}.")
        return NOTHING_OR_FAILED
    if not (state.engines or state.containers or state.images or state.references):
        say(f"Nothing is known of {short(state.at)}; `shipslog status` tells what was recorded.")
        return NOTHING_OR_FAILED
    return FINE


def _print(state: StateAt, appearance: Look, *, only_containers: bool) -> None:
    print_line(f"At {short(state.at)}, after event {state.position}")
    sections: tuple[tuple[str, Sequence[Column], Sequence[Row]], ...] = (
        ("Engines", _ENGINE_COLUMNS, [_engine(one) for one in state.engines]),
        (
            "Containers",
            _CONTAINER_COLUMNS,
            [_container(one, appearance) for one in state.containers],
        ),
        ("Images", _IMAGE_COLUMNS, [_image(one, appearance) for one in state.images]),
        (
            "References",
            _REFERENCE_COLUMNS,
            [_reference(one, appearance) for one in state.references],
        ),
    )
    for title, columns, rows in sections:
        if rows and (title == "Containers" or not only_containers):
            print_line()
            print_heading(title, appearance)
            print_table(columns, rows, appearance)


_ENGINE_COLUMNS = (
    Column("NAME"),
    Column("RECORDED", fixed=True),
    Column("KIND"),
    Column("ENDPOINT"),
)


def _engine(engine: EngineAt) -> Row:
    recorded = Cell("yes", "green") if engine.recording else Cell("no", "yellow")
    return (engine.name, recorded, f"{engine.flavour} {engine.version}".strip(), engine.endpoint)


_CONTAINER_COLUMNS = (
    Column("ID", fixed=True),
    Column("NAME"),
    Column("STATE", fixed=True),
    Column("IMAGE"),
    Column("STARTED", fixed=True),
    Column("IMAGE ID", fixed=True, spare=True),
    Column("SERVICE", spare=True),
    Column("ENGINE", spare=True),
)


def _container(container: ContainerAt, appearance: Look) -> Row:
    return (
        identifier(container.id, appearance),
        container.name,
        container_state(container),
        image_version(container),
        short(container.started_at),
        identifier(container.image_id, appearance),
        container.service,
        container.engine_name,
    )


def image_version(container: ContainerAt) -> str:
    """The image version that the container is made from, `shop/web:latest #2`."""
    if container.reference is None:
        return "-"
    return (
        container.reference
        if container.version is None
        else (f"{container.reference} #{container.version}")
    )


def container_state(container: ContainerAt) -> Cell:
    """The state with exit code or health, `exited (137)`, coloured as container tools do."""
    state = container.state or "unknown"
    style = _STYLES.get(state, "")
    if state in ("exited", "dead") and container.exit_code is not None:
        return Cell(f"{state} ({container.exit_code})", "red" if container.exit_code else "")
    if container.health and container.health != "none":
        style = "red" if container.health == "unhealthy" else style
        return Cell(f"{state} ({container.health})", style)
    return Cell(state, style)


_IMAGE_COLUMNS = (
    Column("ID", fixed=True),
    Column("REFERENCES"),
    Column("BASE", fixed=True),
    Column("SIZE", right=True),
    Column("IN USE", right=True),
    Column("CREATED", fixed=True, spare=True),
    Column("ENGINE", spare=True),
)


def _image(image: ImageAt, appearance: Look) -> Row:
    return (
        identifier(image.id, appearance),
        ", ".join(image.references) or "-",
        identifier(image.base, appearance),
        "-" if image.size is None else f"{image.size / _MEGA:.1f}MB",
        str(image.in_use),
        short(image.created_at),
        image.engine_name,
    )


_REFERENCE_COLUMNS = (
    Column("REFERENCE"),
    Column("VERSION", right=True),
    Column("IMAGE ID", fixed=True),
    Column("SINCE", fixed=True),
    Column("ENGINE", spare=True),
)


def _reference(reference: ReferenceAt, appearance: Look) -> Row:
    return (
        reference.reference,
        str(reference.version),
        identifier(reference.image_id, appearance),
        short(reference.since),
        reference.engine_name,
    )


def identifier(full: str | None, appearance: Look) -> str:
    """An id as the person wants it: twelve digits, or all of it."""
    if not full:
        return "-"
    return full if appearance.full_ids else short_id(full)


def _options(parser: argparse.ArgumentParser) -> None:
    add_moment(parser)
    parser.add_argument(
        "--filter",
        "-f",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"only these containers; keys as in `docker ps`: {', '.join(KEYS)}",
    )
    parser.add_argument(
        "--running", action="store_true", help="only running containers; default: all but removed"
    )
    parser.add_argument(
        "--disk",
        action="store_true",
        help="what holds the disk instead: which images containers still need, what a prune would "
        "take, and what the last ones took",
    )
    add_format(parser)
    add_table_options(parser)


STATE = Command(
    name="state",
    summary="engines, containers, images and references at a moment",
    about="Shows what was there at a moment: which containers in which state, made from which "
    "version of which image, which images and what names pointed to them. Stopped containers "
    "belong to it, removed ones do not. A moment in a gap shows what was last known; RECORDED "
    "says so.",
    examples=(
        ("state", "as of the newest event"),
        ("state --at 2h --running", "what ran two hours ago"),
        ("state --at '#1234' --format json", "right after event 1234, for a program"),
        ("state --filter ancestor=shop/web:1", "the containers made from an image"),
        ("state --disk", "which images containers still need, and what a prune would free"),
    ),
    add_options=_options,
    run=_run,
)
