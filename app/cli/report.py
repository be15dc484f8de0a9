"""`report`: the history of a period as a file to hand over."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.command import FINE, Command
from app.cli.history import Opened, opened
from app.cli.options import add_period
from app.cli.output import json_bytes, say
from app.release import release
from domain.errors import ShipslogError
from domain.questions.log import to_json

if TYPE_CHECKING:
    from app.reports.period import Period

FORMATS = ("html", "csv", "jsonl")

Write = Callable[[bytes], object]


def _run(args: argparse.Namespace) -> int:
    from adapters.reports.destination import STANDARD_OUTPUT, destination
    from app.reports.period import period_of

    with opened(args) as now:
        period = period_of(now.history, *now.period(args))
        if not now.history.head:
            raise ShipslogError(f"{now.reader.path} holds no events yet: nothing to report.")
        with destination(args.output, force=args.force) as write:
            _WRITERS[args.format](args, now, period, write)
    if args.output != STANDARD_OUTPUT:
        say(f"Wrote {Path(args.output)}.")
    return FINE


def _html(args: argparse.Namespace, now: Opened, period: "Period", write: Write) -> None:
    from adapters.reports.html import write_html
    from app.reports.history_report import Asked, gather
    from app.reports.integrity import integrity

    report = gather(
        now.reader,
        now.history,
        period,
        asked=Asked(args.since, args.until),
        integrity=integrity(now.reader.path, now.history.head, wanted=args.verify),
        made_at=now.now,
        release=release(),
    )
    write_html(report, write)


def _csv(args: argparse.Namespace, now: Opened, period: "Period", write: Write) -> None:
    from adapters.reports.spreadsheet import write_csv
    from app.reports.events import lines
    from app.reports.period import events_in

    events = events_in(now.history, period)
    write_csv(map(to_json, lines(now.reader, now.history, events)), write)


def _jsonl(args: argparse.Namespace, now: Opened, period: "Period", write: Write) -> None:
    from adapters.reports.json_lines import write_json_lines
    from app.reports.events import lines
    from app.reports.period import events_in

    events = events_in(now.history, period)
    rows = (json_bytes(to_json(line)) for line in lines(now.reader, now.history, events))
    write_json_lines(rows, write)


_WRITERS = dict(zip(FORMATS, (_html, _csv, _jsonl), strict=True))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="html",
        help="html: a page to read and print; csv: a row an event, for spreadsheets; jsonl: the "
        "exact lines of `shipslog log --format jsonl`; default: html",
    )
    add_period(parser, "what happened")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="the file to write, or - for standard output",
    )
    parser.add_argument("--force", action="store_true", help="replace a file that exists")
    parser.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="verify the history for the html report; default: where that takes about a second",
    )


REPORT = Command(
    name="report",
    summary="the history of a period as a file to hand over",
    about="Writes what happened in a period. The html report is one page without scripts that "
    "loads nothing: what was recorded and what was not, the inventory at start and end, image "
    "versions with their containers, changes, incidents, what no engine can tell, and the "
    "integrity of the history. csv has one row an event; cells that look like formulas get an "
    "apostrophe, so it is safe to open but not exact. jsonl is exact.\n\n"
    "An existing file is not replaced without --force; the file appears when it is whole.",
    examples=(
        ("report -o history.html", "everything, as a page"),
        ("report --since 7d -o week.html", "the last week"),
        ("report --format csv --since 2026-11-01 --until 2026-12-01 -o november.csv", "a month"),
        ("report --format jsonl -o - | gzip > history.jsonl.gz", "every event, compressed"),
    ),
    add_options=_options,
    run=_run,
)
