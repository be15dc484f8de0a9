"""`state --disk`: what holds the disk at a moment."""

import argparse
from collections.abc import Sequence

from app.cli.command import FINE, NOTHING_OR_FAILED
from app.cli.history import Opened
from app.cli.moments import short
from app.cli.options import JSON, TABLE
from app.cli.output import print_json, print_json_line, print_line, say
from app.cli.state import identifier
from app.cli.tables import Cell, Column, Look, Row, look, print_heading, print_table
from domain.errors import UsageError
from domain.questions.disk import Disk, HeldImage, Pruned, Pruning, disk_at, to_json

_MEGA = 1_000_000
_CONTAINERS_SHOWN = 4
_PRUNES_SHOWN = 5
_STYLES = {"in_use": "green", "dangling": "yellow"}

_COLUMNS = (
    Column("ID", fixed=True),
    Column("IMAGE"),
    Column("SIZE", right=True),
    Column("OWN", right=True),
    Column("KEPT", fixed=True),
    Column("NEEDED BY"),
)


def show_disk(args: argparse.Namespace, now: Opened) -> int:
    """Answers `state --disk`; gives the exit code.

    Raises:
        UsageError: containers were to be chosen, too.
    """
    if args.filter or args.running:
        raise UsageError("--disk is about images; --filter and --running choose containers.")
    moment = now.moment(args.at)
    at = now.history.end if moment is None else moment
    answer = disk_at(now.history, now.reader.at, at)
    if args.format == TABLE:
        _print(answer, at, look(args))
    else:
        told = to_json(answer, at, now.history.position_at(at))
        (print_json if args.format == JSON else print_json_line)(told)
    if answer:
        return FINE
    say(f"No image is known of {short(at)}.")
    return NOTHING_OR_FAILED


def _print(answer: Sequence[Disk], at: int, appearance: Look) -> None:
    print_line(f"At {short(at)}")
    for disk in answer:
        print_line()
        print_heading(f"Images on {disk.engine_name}", appearance)
        print_table(_COLUMNS, [_row(each, appearance) for each in disk.images], appearance)
        print_line()
        print_line(f"  All images hold {_amount(disk.all_images)}.")
        print_line(f"  `docker image prune` would free {_up_to(disk.dangling)}.")
        print_line(f"  `docker image prune --all` would free {_up_to(disk.unused)}.")
        for each in disk.pruned[:_PRUNES_SHOWN]:
            print_line(f"  {_prune(each)}")
        if len(disk.pruned) > _PRUNES_SHOWN:
            print_line(f"  There were {len(disk.pruned) - _PRUNES_SHOWN} prunes before.")


def _row(image: HeldImage, appearance: Look) -> Row:
    names = [
        each.name if each.state == "running" else f"{each.name} ({each.state or 'unknown'})"
        for each in image.needed_by
    ]
    shown = names if appearance.full_ids else names[:_CONTAINERS_SHOWN]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return (
        identifier(image.id, appearance),
        ", ".join(image.references) or image.name,
        _megabytes(image.size),
        _megabytes(image.own_size),
        Cell(image.kept.replace("_", " "), _STYLES.get(image.kept, "")),
        f"{', '.join(shown)}{more}" or "-",
    )


def _amount(pruning: Pruning) -> str:
    images = f"{pruning.images} image{'' if pruning.images == 1 else 's'}"
    if not pruning.images:
        return "nothing"
    if pruning.size is None:
        return f"at most {_megabytes(pruning.at_most)} ({images})"
    return f"{_megabytes(pruning.size)} ({images})"


def _up_to(pruning: Pruning) -> str:
    """The build cache keeps what it shares with an image; how much that is engines do not say."""
    known = pruning.images and pruning.size is not None
    return f"up to {_amount(pruning)}" if known else _amount(pruning)


def _prune(pruned: Pruned) -> str:
    took = (
        "how much it took is not known"
        if pruned.reclaimed_bytes is None
        else f"took {_megabytes(pruned.reclaimed_bytes)}"
    )
    return f"{short(pruned.at)}  a prune ({pruned.what}) {took}  [#{pruned.event}]"


def _megabytes(size: int | None) -> str:
    return "-" if size is None else f"{size / _MEGA:.1f}MB"
