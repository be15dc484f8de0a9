"""`verify`: whether the history is the one that was sealed."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.cli.command import FINE, Command
from app.cli.options import JSON, JSONL, TABLE, add_format
from app.cli.output import print_json, print_json_line, print_line, say
from app.cli.tables import Cell, look, print_cells
from app.locations import store_location
from domain.errors import UsageError

if TYPE_CHECKING:
    from adapters.store.verification import Verification
    from domain.ledger.checkpoint import Head
    from domain.ledger.note import Key

WITNESS_MISSING = 3
INCOMPLETE = 4
TAMPERED = 5


def _run(args: argparse.Namespace) -> int:
    from adapters.store.verification import verify

    store = store_location(args.what or args.store)
    found = verify(
        store,
        keys=[_key(text) for text in args.key],
        heads=[_head(text) for text in args.head],
        thorough=args.thorough,
        progress=_progress(args),
    )
    if args.format == TABLE:
        _print(store, found, args)
    else:
        answer = msgspec.to_builtins(found)
        (print_json if args.format == JSON else print_json_line)(answer)
    return _exit_code(found, require_witness=args.require_witness)


def _exit_code(found: "Verification", *, require_witness: bool) -> int:
    from adapters.store.verification import Result

    match found.result:
        case Result.WITNESSED:
            return FINE
        case Result.NOT_WITNESSED:
            if require_witness:
                say("No head that was kept outside this store vouches for it (--require-witness).")
                return WITNESS_MISSING
            return FINE
        case Result.INCOMPLETE:
            return INCOMPLETE
        case Result.TAMPERED:
            return TAMPERED


def _print(store: Path, found: "Verification", args: argparse.Namespace) -> None:
    appearance = look(args)
    style = {"VERIFIED": "bold green", "TAMPERED": "bold red"}.get(
        found.result.split()[0].rstrip(","), "bold yellow"
    )
    print_cells((Cell(found.result, style),), appearance)
    print_line(found.reason)
    rows = (
        ("store", str(store)),
        ("events", f"{found.events:,}"),
        ("sealed", f"{found.sealed:,}"),
        ("unsealed", f"{found.unsealed:,}"),
        ("first bad", "none" if found.first_bad is None else f"position {found.first_bad:,}"),
        ("witnessed", "nothing" if found.witness is None else f"the first {found.witness:,}"),
        ("key from", str(found.key_from)),
        *(("key", key) for key in found.keys),
    )
    for name, value in rows:
        print_line(f"  {name:10} {value}")


def _key(text: str) -> "Key":
    from domain.ledger.note import NoteRejected, parse_vkey

    try:
        return parse_vkey(text)
    except NoteRejected as error:
        raise UsageError(
            f"--key {text!r} is no public key as `verify` prints it: {error}"
        ) from None


def _head(text: str) -> "Head":
    from domain.ledger.checkpoint import parse_head
    from domain.ledger.note import NoteRejected

    try:
        return parse_head(text.strip())
    except NoteRejected as error:
        raise UsageError(f"--head {text!r} is no size and root as reports print: {error}") from None


def _progress(args: argparse.Namespace) -> Callable[[int], None]:
    if args.format != TABLE or not sys.stderr.isatty():
        return lambda position: None
    return lambda position: print(f"\r{position:,} events read\r", end="", file=sys.stderr)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="?", metavar="STORE", help="the store's file; default: as --store says"
    )
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        metavar="'SIZE ROOT'",
        help="a head that was kept elsewhere, as reports print it; the history must continue it",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="KEY",
        help="the public key that the seals must be made with; default: this account's for the "
        "store, else the one that the store names",
    )
    parser.add_argument(
        "--require-witness",
        action="store_true",
        help="fail with 3 unless a head that was kept elsewhere is continued",
    )
    parser.add_argument(
        "--thorough", action="store_true", help="let SQLite check every page and index too"
    )
    add_format(parser, (TABLE, JSON, JSONL))


VERIFY = Command(
    name="verify",
    summary="prove that nobody edited the history",
    about="Computes the Merkle tree anew over every stored event and compares it with the signed "
    "checkpoints, and with heads that were kept outside the store. Says which events are proven, "
    "which came after the last seal, and where the first difference is.\n\n"
    "A verification proves that nothing was changed since it was sealed. It does not prove that "
    "the engine reported everything, that its clock was right, or who did anything.",
    examples=(
        ("verify", "your own history"),
        ("verify colleague.db --key 'shipslog/…'", "somebody else's, with the key they gave you"),
        ("verify --head '1200 mTGJ…='", "against the head in an old report"),
    ),
    add_options=_options,
    run=_run,
    notes="exit codes: 0 VERIFIED AND WITNESSED, or VERIFIED, NOT WITNESSED (3 with "
    "--require-witness);\n  4 INCOMPLETE: events after the last seal; 5 TAMPERED; 1 it cannot be "
    "read; 2 wrong usage",
)
