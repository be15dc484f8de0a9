"""Options that several commands share, and the parser that reports mistakes as a sentence."""

import argparse
import difflib
import re
from collections.abc import Sequence
from typing import NoReturn

from app.cli.command import WRONG_USAGE
from app.cli.output import say

TABLE = "table"
JSON = "json"
JSONL = "jsonl"

_UNKNOWN_COMMAND = re.compile(
    r"argument COMMAND: invalid choice: (?P<word>.*) \(choose from (?P<known>.*)\)"
)


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one sentence instead of printing usage."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and where the help is; ends with the exit code of wrong usage."""
        if found := _UNKNOWN_COMMAND.match(message):
            message = _no_such_command(found["word"], found["known"])
        say(f"{message[:1].upper()}{message[1:]}; `{self.prog} --help` tells how it is meant.")
        raise SystemExit(WRONG_USAGE)


def add_global_options(parser: argparse.ArgumentParser, *, inherited: bool) -> None:
    """Adds what may stand before and after the command's name.

    After the name (`inherited`) an option that is not given must not undo what stood before.
    """
    unset = argparse.SUPPRESS if inherited else None
    group = parser.add_argument_group("for every command")
    group.add_argument(
        "--store",
        metavar="PATH",
        default=unset,
        help="the history to read or write; default: SHIPSLOG_STORE, else the platform's "
        "folder for data",
    )
    group.add_argument(
        "--no-color",
        action="store_true",
        default=argparse.SUPPRESS if inherited else False,
        help="no colours on the terminal (NO_COLOR does the same)",
    )


def add_format(
    parser: argparse.ArgumentParser, choices: Sequence[str] = (TABLE, JSON, JSONL)
) -> None:
    """Adds `--format`; the first choice is the default."""
    parser.add_argument(
        "--format",
        choices=choices,
        default=choices[0],
        help=f"how to print the answer; default: {choices[0]}",
    )


def add_table_options(parser: argparse.ArgumentParser) -> None:
    """Adds what only tables know: full ids and a width."""
    parser.add_argument(
        "--no-trunc", action="store_true", help="full ids in tables, as `docker ps --no-trunc`"
    )
    parser.add_argument(
        "--width",
        type=_width,
        metavar="COLUMNS",
        help="lay tables out for so many columns; default: the terminal's width, and no limit "
        "where the output is no terminal",
    )


def add_period(parser: argparse.ArgumentParser, what: str) -> None:
    """Adds `--since` and `--until`."""
    parser.add_argument("--since", metavar="TIME", help=f"only {what} from this moment on")
    parser.add_argument(
        "--until", metavar="TIME", help=f"only {what} up to this moment, which belongs to it"
    )


def add_moment(parser: argparse.ArgumentParser) -> None:
    """Adds `--at`."""
    parser.add_argument(
        "--at", metavar="TIME", help="the moment that is asked for; default: the newest recorded"
    )


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return number


def _width(text: str) -> int:
    number = positive(text)
    if number < 20:
        raise argparse.ArgumentTypeError(f"{text} columns are too few for a table; 20 will do")
    return number


def _no_such_command(word: str, known: str) -> str:
    commands = re.findall(r"[a-z]+", known)
    near = difflib.get_close_matches(word.strip("'\""), commands, n=1)
    return f"There is no command {word}" + (f"; did you mean {near[0]!r}" if near else "")
