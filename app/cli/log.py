"""`log`: the events, with Docker's own filter syntax."""

import argparse
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.cli import output
from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.event_lines import event_line
from app.cli.history import Opened, opened
from app.cli.options import JSON, JSONL, add_format, add_period, add_table_options, positive
from app.cli.tables import look, print_cells
from domain.errors import UsageError
from domain.questions.filters import KEYS, Filter, filter_of, matches
from domain.questions.log import LogLine, to_json

if TYPE_CHECKING:
    from app.reports.period import Indices

_LOOK_EVERY_SECONDS = 0.05
_NO_END = 2**63 - 1

Print = Callable[[Iterable[LogLine]], int]


def _run(args: argparse.Namespace) -> int:
    from adapters.readmodel.search import find_events
    from app.reports.events import lines

    if args.follow and args.format == JSON:
        raise UsageError("--follow never ends, so it cannot print one JSON array; use jsonl.")
    wanted = filter_of([*args.filter, *args.words])
    with opened(args) as now:
        since, until = now.period(args)
        events: Indices = find_events(now.history, wanted, since, until) - 1
        if args.limit is not None:
            events = events[-args.limit :]
        printing = _printing(args, now)
        count = printing(lines(now.reader, now.history, events))
        if args.follow:
            _follow(now, wanted, since or -_NO_END, until or _NO_END, printing)
            return FINE
    if count:
        return FINE
    output.say(
        "No event matches." if now.history.head else f"{now.reader.path} holds no events yet."
    )
    return NOTHING_OR_FAILED


def _printing(args: argparse.Namespace, now: Opened) -> Print:
    if args.format == JSON:
        return lambda lines: output.print_json_array(output.json_bytes(to_json(x)) for x in lines)
    if args.format == JSONL:
        return lambda lines: output.print_json_lines(output.json_bytes(to_json(x)) for x in lines)
    appearance = look(args)

    def print_table(lines: Iterable[LogLine]) -> int:
        several = len(now.history.objects.engine_names) > 1
        count = 0
        for line in lines:
            print_cells(event_line(line, appearance, several_engines=several), appearance)
            count += 1
        return count

    return print_table


def _follow(now: Opened, wanted: Filter, since: int, until: int, printing: Print) -> None:
    """Prints what is appended from now on, until the end of the period or an interruption."""
    from adapters.readmodel.search import candidate_of
    from domain.questions.log import log_lines

    seen = now.history.head
    output.flush()
    while time.time_ns() <= until:
        if now.reader.changed() and now.model.catch_up():
            history = now.history
            fresh = range(seen + 1, history.head + 1)
            found = [
                position
                for position in fresh
                if since <= history.moment_of(position) <= until
                and matches(wanted, candidate_of(history, position))
            ]
            seen = history.head
            printing(log_lines(now.reader.at(found), history))
            output.flush()
        time.sleep(_LOOK_EVERY_SECONDS)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="only events that say this somewhere; /WORD/ is a regular expression",
    )
    parser.add_argument(
        "--filter",
        "-f",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"only events that fit, as in `docker events`; keys: {', '.join(KEYS)}",
    )
    add_period(parser, "events")
    parser.add_argument(
        "--limit", "-n", type=positive, metavar="N", help="only the newest N of them"
    )
    parser.add_argument(
        "--follow", action="store_true", help="go on with what is recorded from now on"
    )
    add_format(parser)
    add_table_options(parser)


LOG = Command(
    name="log",
    summary="the events, with Docker's own filter syntax",
    about="Prints recorded events, the oldest first, as `docker events` does. Events are named "
    "as Shipslog names them (container.exited), and found by Docker's words too (die). Facts that "
    "the engine did not report itself say how they are known: inspected, reconciled, imported or "
    "declared.",
    examples=(
        ("log -n 20", "the last twenty events"),
        ("log --since 1h --filter type=container --filter event=die", "which processes ended"),
        ("log --filter label=com.docker.compose.project=shop web", "a project's, that say web"),
        ("log '/exit.*137/' --format jsonl", "a regular expression, for a program"),
        ("log --follow", "go on until Ctrl-C"),
    ),
    add_options=_options,
    run=_run,
)
