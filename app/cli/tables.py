"""Tables: fitted and coloured (by rich) on a terminal, plain and complete for programs."""

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
_NARROWEST = 6


class Cell(NamedTuple):
    """One cell with a colour, which never is the only sign of anything."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """A column's heading and what becomes of the column on a narrow terminal."""

    heading: str
    fixed: bool = False
    """Its cells are shortened only when nothing else helps."""
    right: bool = False
    spare: bool = False
    """It is left out where the table does not fit; the last such column goes first."""


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
    from rich.cells import cell_len, set_cell_size
    from rich.text import Text

    width = appearance.width or 0
    headings = tuple(Cell(column.heading, "dim") for column in columns)
    lines: list[Row] = [headings, *rows]
    wanted = [max(cell_len(_text(line[index])) for line in lines) for index in range(len(columns))]
    kept = _needed(wanted, columns, width)
    columns, wanted = [columns[index] for index in kept], [wanted[index] for index in kept]
    lines = [[line[index] for index in kept] for line in lines]
    widths = fitted(wanted, columns, width)
    console = _console(appearance)
    for line in lines:
        shown = Text()
        for cell, room, column in zip(line, widths, columns, strict=True):
            text = _text(cell)
            if cell_len(text) > room:
                text = f"{set_cell_size(text, room - 1)}…"
            padding = " " * (room - cell_len(text))
            text = f"{padding}{text}" if column.right else f"{text}{padding}"
            shown.append(text, style="" if isinstance(cell, str) else cell.style)
            shown.append(_GAP)
        shown.rstrip()
        console.print(shown, soft_wrap=True)


def _needed(wanted: Sequence[int], columns: Sequence[Column], width: int) -> list[int]:
    """The columns that stay: spare ones only where there is room for them."""
    kept = list(range(len(columns)))
    for index in reversed(range(len(columns))):
        if sum(wanted[one] for one in kept) + len(_GAP) * (len(kept) - 1) <= width:
            break
        if columns[index].spare:
            kept.remove(index)
    return kept


def fitted(wanted: Sequence[int], columns: Sequence[Column], width: int) -> list[int]:
    """Widths that together with the gaps fit; the widest give way first, fixed ones last."""
    widths = list(wanted)
    room = width - len(_GAP) * (len(columns) - 1)
    for also_fixed in (False, True):
        shrinking = [i for i, column in enumerate(columns) if also_fixed or not column.fixed]
        while sum(widths) > room and shrinking:
            widest = max(shrinking, key=lambda index: widths[index])
            if widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
    return widths


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
