"""`record` and `import`: what puts events into a store."""

import argparse

from app.cli.command import FINE, NOTHING_OR_FAILED, Command
from app.cli.options import JSON, TABLE, add_format
from app.cli.output import print_json, print_line, say
from app.locations import store_location
from domain.errors import UsageError
from domain.moments import SECOND, parse_duration

_BROKEN_LINES_SHOWN = 20


def _record(args: argparse.Namespace) -> int:
    seconds = None if args.duration is None else _seconds(args.duration)
    store = store_location(args.store)
    from adapters.store.exposure import exposures
    from app.recording.recording import record

    for exposure in exposures(store):
        say(f"Careful: {exposure.finding}; {exposure.remedy}.")
    return record(store, args.engine or (), for_seconds=seconds, say=say)


def _seconds(text: str) -> float:
    duration = parse_duration(text)
    if not duration:
        raise UsageError(f"--for takes a length of time such as 30s, 10m or 1h30m, not {text!r}.")
    return duration / SECOND


def _record_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        action="append",
        metavar="CONTEXT_OR_URL",
        help="a Docker context's name, or an address such as unix:///run/docker.sock or "
        "tcp://host:2376 or ssh://host, or `all` that answer; may be given several times; default: "
        "DOCKER_HOST, else the current context",
    )
    parser.add_argument(
        "--for", dest="duration", metavar="DURATION", help="stop after 30s, 10m or 1h30m"
    )


RECORD = Command(
    name="record",
    summary="record engines' images and containers until stopped",
    about="Watches one engine or several and appends what happens to the history: image versions, "
    "containers' lives, and every stretch in which nothing could be recorded. Only reads from the "
    "engines. An engine that goes away is tried again; of several, one must answer at the start. "
    "Ctrl-C or SIGTERM ends it cleanly. One recorder works on a store at a time.",
    examples=(
        ("record", "the engine of the current Docker context"),
        ("record --engine unix:///run/podman/podman.sock", "a Podman engine"),
        ("record --engine default --engine ssh://build-host", "two engines into one history"),
        ("--store ci.db record --for 10m", "ten minutes, into a store of its own"),
    ),
    add_options=_record_options,
    run=_record,
)


def _import(args: argparse.Namespace) -> int:
    store = store_location(args.store)
    from app.recording.importing import import_files

    result = import_files(store, args.files, engine=args.engine, say=say)
    if args.format == JSON:
        print_json(
            {
                "read": result.read,
                "stored": result.stored,
                "known": result.known,
                "broken": [
                    {"file": file, "line": line, "reason": reason}
                    for file, line, reason in result.broken
                ],
            }
        )
    else:
        print_line(
            f"read {result.read:,}, stored {result.stored:,}, known already {result.known:,}, "
            f"no events {len(result.broken):,}"
        )
        for file, line, reason in result.broken[:_BROKEN_LINES_SHOWN]:
            say(f"{file}, line {line}: {reason}")
        if len(result.broken) > _BROKEN_LINES_SHOWN:
            say(f"and {len(result.broken) - _BROKEN_LINES_SHOWN:,} more such lines")
    if result.broken:
        say(
            f"{len(result.broken):,} lines were passed over; all other lines are stored. Mend them "
            "and import the file again: what is known already is not stored twice."
        )
    took_any = result.stored or result.known
    return FINE if took_any and not result.broken else NOTHING_OR_FAILED


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="output of `docker events --format json`, plain or gzip; - is standard input",
    )
    parser.add_argument(
        "--engine",
        metavar="NAME",
        help="the name of the engine that the file tells of; default: the file's name",
    )
    add_format(parser, (TABLE, JSON))


IMPORT = Command(
    name="import",
    summary="take events from files of `docker events --format json`",
    about="Reads what `docker events --format json` printed, of any API version, plain or "
    "compressed with gzip, and appends the events that the store does not hold yet. Lines that "
    "are no events are named and passed over, and the exit code is 1 then. Importing a file again "
    "changes nothing.",
    examples=(
        ("import events.jsonl", "one file"),
        ("import --engine build-host monday.jsonl.gz tuesday.jsonl.gz", "two, of one engine"),
        ("import -", "standard input, such as a running `docker events`"),
    ),
    add_options=_import_options,
    run=_import,
)
