"""`show`: one object's whole life."""

import argparse

from app.cli.command import FINE, Command
from app.cli.engines import add_engine, engine_key
from app.cli.event_lines import event_line
from app.cli.history import opened
from app.cli.inner_life import print_inner_life
from app.cli.moments import short
from app.cli.options import JSON, TABLE, add_format, add_table_options
from app.cli.output import json_bytes, print_json, print_json_lines, print_line
from app.cli.state import identifier
from app.cli.tables import Look, look, print_cells, print_heading
from app.locations import store_location
from domain.errors import ShipslogError, UsageError
from domain.identity import CONTAINER
from domain.moments import FOREVER
from domain.questions.history import DAWN, Stretch
from domain.questions.log import to_json as line_to_json
from domain.questions.show import Life, show, to_json
from domain.questions.subjects import find_subject

_PATIENCE_SECONDS = 35.0
"""An engine may take long to compare a large file system."""


def _run(args: argparse.Namespace) -> int:
    if args.look:
        _have_it_looked_at(args)
    with opened(args) as now:
        engine = engine_key(now.history, args.engine)
        moment = now.moment(args.at)
        subject = find_subject(now.history, args.object, moment=moment, engine=engine)
        life = show(now.history, subject, now.reader.at)
    if args.format == JSON:
        print_json(to_json(life))
    elif args.format == TABLE:
        _print(life, look(args))
    else:
        print_json_lines(json_bytes(line_to_json(line)) for line in life.lines)
    return FINE


def _have_it_looked_at(args: argparse.Namespace) -> None:
    """Has the recorder compare the container with its image, and waits until that is stored.

    Raises:
        ShipslogError: it is no container, nobody records, or the engine tells nothing.
    """
    from adapters.store.lock import holder
    from app.recording.wishes import wish

    store = store_location(args.store).absolute()
    with opened(args) as now:
        subject = find_subject(
            now.history, args.object, engine=engine_key(now.history, args.engine)
        )
        identity = now.history.identity_of(subject)
    if identity.kind != CONTAINER:
        raise UsageError(f"--look is for containers; {args.object} is none.")
    if holder(store) is None:
        raise ShipslogError(
            "Nobody records now, so nobody can look; start `shipslog record`, and ask again."
        )
    if not wish(store, identity.object_id, _PATIENCE_SECONDS):
        raise ShipslogError(
            f"The engine did not tell what has changed inside {args.object}; it may be gone, or "
            "the recorder is not connected: see `shipslog status`."
        )


def _print(life: Life, appearance: Look) -> None:
    print_heading(f"{life.kind} {life.name}", appearance)
    rows = [("id", life.id), ("engine", life.engine_name)]
    if life.reference is not None:
        rows.append(("version", f"{life.reference} #{life.version}"))
    if life.image_id is not None:
        rows.append(("image", identifier(life.image_id, appearance)))
    rows += [
        ("same as", f"{identifier(each, appearance)}, which has the same content")
        for each in life.same_content_as or ()
    ]
    rows += [("there", _stretch(stretch)) for stretch in life.there]
    for name, value in rows:
        print_line(f"  {name:9}{value}")
    if life.inner is not None:
        print_inner_life(life.inner, appearance)
    print_line()
    for line in life.lines:
        print_cells(event_line(line, appearance, several_engines=False), appearance)


def _stretch(stretch: Stretch) -> str:
    since = "the beginning" if stretch.start == DAWN else short(stretch.start)
    return f"{since} to {'now' if stretch.end == FOREVER else short(stretch.end)}"


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "object",
        metavar="OBJECT",
        help="a container, image, reference, network, volume, build or engine, by name, id or the "
        "beginning of an id; `image:` and so on before it say which is meant",
    )
    parser.add_argument(
        "--at", metavar="TIME", help="which one is meant where several bore the name; default: now"
    )
    parser.add_argument(
        "--look",
        action="store_true",
        help="have the recorder look first at what has changed inside the container",
    )
    add_engine(parser)
    add_format(parser)
    add_table_options(parser)


SHOW = Command(
    name="show",
    summary="one object's whole life, event by event",
    about="Shows everything that is recorded of one container, image, reference, network, volume, "
    "build or engine, also of one that is long gone.",
    examples=(
        ("show web-1", "a container by its name"),
        ("show shop/web:latest", "an image name"),
        ("show image:4f1a", "an image by the beginning of its id"),
        ("show web-1 --look", "what has changed inside until now, looked at anew"),
        ("show web-1 --at 7d", "the container that bore the name a week ago"),
        ("show web-1 --format jsonl", "its events, one a line"),
    ),
    add_options=_options,
    run=_run,
)
