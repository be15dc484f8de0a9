"""The `shipslog` command: reads the command line, runs one command, turns faults into sentences.

The parser is the standard library's argparse: the command line is part of what is checked from
outside, so its words should not change with a dependency's version, and starting it should
import nothing that a command does not need.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from app.cli import faults, helptext, output
from app.cli.command import FINE, INTERRUPTED, NOTHING_OR_FAILED, WRONG_USAGE, Command, Group
from app.cli.commands import GROUPS
from app.cli.options import Parser, add_global_options
from app.release import release
from domain.errors import ShipslogError, UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit code; never raises, never prints a traceback."""
    output.prepare_streams()
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        output.flush()
    except BrokenPipeError:
        # The reader has what it wanted (`| head`): nothing went wrong.
        output.abandon_output()
        return FINE
    except KeyboardInterrupt:
        return INTERRUPTED
    except UsageError as error:
        output.say(str(error))
        return WRONG_USAGE
    except ShipslogError as error:
        output.say(str(error))
        return NOTHING_OR_FAILED
    except OSError as error:
        return faults.tell_system_fault(error)
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence
        return faults.tell_own_fault(error)
    return code


def desktop() -> int:
    """Opens the desktop app: what `shipslog-desktop`, which has no terminal, starts."""
    return main([])


def parser(groups: Sequence[Group] = GROUPS) -> Parser:
    """The parser of the whole command line."""
    top = Parser(prog="shipslog", add_help=True, allow_abbrev=False)
    top.add_argument("--version", action=_TellVersion, nargs=0, help="print the version and exit")
    add_global_options(top, inherited=False)
    top.set_defaults(run=None)
    top.format_help = partial(helptext.top_help, groups, top)  # type: ignore[method-assign]
    commands = top.add_subparsers(metavar="COMMAND", dest="command")
    for group in groups:
        for command in group.commands:
            _add(commands, command)
    return top


def _run(arguments: Sequence[str]) -> int:
    try:
        args = parser().parse_args(arguments)
    except SystemExit as end:  # argparse ends so, after help and after wrong usage
        return end.code if isinstance(end.code, int) else FINE
    if args.run is None:
        from app.cli.window import open_window

        return open_window(args)
    return int(args.run(args))


def _add(commands: "argparse._SubParsersAction[Parser]", command: Command) -> None:
    above, below = helptext.command_help(command)
    added = commands.add_parser(
        command.name,
        help=command.summary,
        description=above,
        epilog=below,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_options(added)
    add_global_options(added, inherited=True)
    if command.parts:
        parts = added.add_subparsers(metavar="COMMAND", dest="part")
        for part in command.parts:
            _add(parts, part)
    added.set_defaults(run=command.run)


class _TellVersion(argparse.Action):
    """`--version`; looks the version up only when asked, which takes longer than all else."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"shipslog {release()}")
        parser.exit()
