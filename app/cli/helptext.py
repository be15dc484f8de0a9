"""The words of `--help`: how times and filters are written, and what the exit codes mean."""

import argparse
import shutil
import textwrap
from collections.abc import Iterable

from app.cli.command import Command, Group

INTRODUCTION = """\
Shipslog is the ship's log for your containers. It records every image version and every
container's life on a Docker or Podman engine into an append-only history, and answers from it
what ran when, from which version of which image, built from what, changed how, and why it
stopped. The history works with the engine switched off and long after the engine forgot, says
openly where nothing was recorded, and can prove that nobody edited it. Shipslog only ever reads
from engines. Without a command it opens the desktop app."""

TIMES = """\
2026-11-23T10:00:00Z, 2026-11-23 or unix seconds; 45s, 10m, 1h30m or 2d ago; now;
'#1234' is the moment right after the event at that position (quote it: shells take # for a
comment). A time without a zone is UTC."""

FILTERS = """\
As Docker writes them: --filter KEY=VALUE, with the keys container, image, event, label (name or
name=value), type, network, volume and scope. The same key again means "or", different keys mean
"and". `log` also takes plain words, which must all occur, and /regular expressions/; `state` has
the keys of `docker ps`."""

EXIT_CODES = """\
0 fine; 1 found nothing, or failed (one sentence on standard error says which); 2 wrong usage.
`verify` has more: 3 no witness though one was required, 4 incomplete, 5 tampered."""

EXAMPLES = (
    ("record", "watch the engine of the current Docker context until Ctrl-C"),
    ("log --since 1h --filter event=exited", "which processes ended in the last hour"),
    ("state --at 2026-11-23T09:00:00Z", "what ran on Monday at nine"),
    ("diff 1d now", "what changed since yesterday"),
    ("versions shop/web", "every version of an image name, and who runs a stale one"),
    ("report --format html -o week.html --since 7d", "a page to hand over"),
)


def top_help(groups: Iterable[Group], options: argparse.ArgumentParser) -> str:
    """The answer to `shipslog --help`: what a person can do, before how it is spelled."""
    parts = [
        "usage: shipslog [--store PATH] [COMMAND [OPTION]…]",
        _filled(INTRODUCTION),
    ]
    for group in groups:
        rows = [(command.name, command.summary) for command in group.commands]
        parts.append(_section(group.title, _two_columns(rows)))
    parts += [
        _section("Options", _option_rows(options)),
        _section("Times (TIME)", _filled(TIMES, 2)),
        _section("Filters", _filled(FILTERS, 2)),
        _section("Exit codes", _filled(EXIT_CODES, 2)),
        _section("Examples", _examples(EXAMPLES)),
        "`shipslog COMMAND --help` tells more about a command, with examples.",
    ]
    return "\n\n".join(parts) + "\n"


def command_help(command: Command) -> tuple[str, str]:
    """What stands above and below the options in the help of one command."""
    below = [_section("examples", _examples(command.examples))]
    if command.notes:
        below.insert(0, command.notes)
    return _filled(command.about), "\n\n".join(below)


def _columns() -> int:
    return max(40, min(100, shutil.get_terminal_size().columns - 2))


def _filled(text: str, indent: int = 0) -> str:
    margin = " " * indent
    return "\n\n".join(
        textwrap.fill(
            " ".join(part.split()),
            _columns(),
            initial_indent=margin,
            subsequent_indent=margin,
            break_on_hyphens=False,
        )
        for part in text.split("\n\n")
    )


def _section(title: str, body: str) -> str:
    return f"{title}:\n{body}"


def _two_columns(rows: Iterable[tuple[str, str]], indent: int = 2, column: int = 12) -> str:
    return "\n".join(
        textwrap.fill(
            text,
            _columns(),
            initial_indent=f"{'':{indent}}{name:{column}}",
            subsequent_indent=" " * (indent + column),
        )
        for name, text in rows
    )


def _option_rows(parser: argparse.ArgumentParser) -> str:
    formatter = argparse.HelpFormatter(parser.prog, max_help_position=22, width=_columns())
    formatter.start_section(None)
    formatter.add_arguments(
        action for action in parser._actions if action.option_strings and action.help
    )
    formatter.end_section()
    return formatter.format_help().rstrip("\n")


def _examples(examples: Iterable[tuple[str, str]]) -> str:
    rows = list(examples)
    widest = max(len(line) for line, _ in rows)
    if any(12 + widest + len(purpose) > _columns() for _, purpose in rows):
        return "\n".join(f"  shipslog {line}\n      {purpose}" for line, purpose in rows)
    return "\n".join(f"  shipslog {line:{widest}}  {purpose}" for line, purpose in rows)
