"""Tables: laid out by rich on a terminal, plain and complete where a program reads them."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from adapters.reports.visible import visible
from app.cli.output import print_line

if TYPE_CHECKING:
    from rich.console import Console

_GAP = "  "


class Cell(NamedTuple):
    """One cell with a colour, which never is the only sign of anything."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """A column's heading; `fixed` ones are never shortened to make room."""

    heading: str
    fixed: bool = False
    right: bool = False


class Look(NamedTuple):
    """How tables come out: a width or None for no limit, colours, full ids."""

    width: int | None
    color: bool
    full_ids: bool


Row = Sequence[str | Cell]


def look(args: argparse.Namespace) -> Look:
    """How tables come out for these options, this terminal and its environment."""
    terminal = sys.stdout.isatty()
    width = getattr(args, "width", None)
    if width is None and terminal:
        width = _terminal_width()
    wants_none = args.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Look(width, terminal and not wants_none, getattr(args, "no_trunc", False))


def print_heading(text: str, appearance: Look) -> None:
    """Prints a line above a table."""
    if appearance.color:
        _rich_print(text, "bold", appearance)
    else:
        print_line(text)


def print_cells(cells: Row, appearance: Look) -> None:
    """Prints one line that belongs to no table; a long one is left to the terminal to wrap."""
    if not appearance.color:
        print(_GAP.join(map(_text, cells)).rstrip())
        return
    from rich.text import Text

    line = Text(_GAP).join(
        Text(_text(cell), style="" if isinstance(cell, str) else cell.style) for cell in cells
    )
    _console(appearance).print(line, soft_wrap=True)


def print_table(columns: Sequence[Column], rows: Sequence[Row], appearance: Look) -> None:
    """Prints rows under headings, in the order given."""
    if appearance.width is None:
        _print_plain(columns, rows)
    else:
        _print_rich(columns, rows, appearance)


def _text(cell: str | Cell) -> str:
    return visible(cell if isinstance(cell, str) else cell.text)


def _print_plain(columns: Sequence[Column], rows: Sequence[Row]) -> None:
    lines = [
        [column.heading for column in columns],
        *([_text(cell) for cell in row] for row in rows),
    ]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        cells = [
            text.rjust(width) if column.right else text.ljust(width)
            for text, width, column in zip(line, widths, columns, strict=True)
        ]
        print(_GAP.join(cells).rstrip())


def _print_rich(columns: Sequence[Column], rows: Sequence[Row], appearance: Look) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(
            column.heading,
            no_wrap=True,
            justify="right" if column.right else "left",
            overflow="ellipsis",
            min_width=_widest(column, columns, rows) if column.fixed else None,
        )
    for row in rows:
        table.add_row(
            *(Text(_text(cell), style="" if isinstance(cell, str) else cell.style) for cell in row)
        )
    _console(appearance).print(table)


def _widest(column: Column, columns: Sequence[Column], rows: Sequence[Row]) -> int:
    index = columns.index(column)
    return max([len(column.heading), *(len(_text(row[index])) for row in rows)])


def _rich_print(text: str, style: str, appearance: Look) -> None:
    from rich.text import Text

    _console(appearance).print(Text(visible(text), style=style))


def _console(appearance: Look) -> "Console":
    from rich.console import Console

    return Console(
        file=sys.stdout,
        width=appearance.width,
        color_system="standard" if appearance.color else None,
        force_terminal=appearance.color,
        no_color=not appearance.color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def _terminal_width() -> int:
    try:
        asked = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        asked = 0
    if asked > 0:
        return asked
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
