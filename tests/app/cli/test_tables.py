import argparse
import os
import pty
import re
import subprocess
import sys

import pytest
from rich.cells import cell_len

from app.cli.tables import Cell, Column, Look, fitted, look, print_cells, print_table
from tests.app.cli.conftest import ROOT

COLUMNS = (Column("ID", fixed=True), Column("NAME"), Column("SIZE", right=True))
PLAIN = Look(None, color=False, full_ids=False)


def _printed(capsys, rows, appearance=PLAIN):
    print_table(COLUMNS, rows, appearance)
    return capsys.readouterr().out.splitlines()


def test_columns_are_as_wide_as_their_widest_cell(capsys):
    assert _printed(capsys, [("a", "long name", "1"), ("bcd", "x", "20")]) == [
        "ID   NAME       SIZE",
        "a    long name     1",
        "bcd  x            20",
    ]


def test_nothing_is_cut_where_a_program_reads(capsys):
    assert "n" * 500 in _printed(capsys, [("a", "n" * 500, "1")])[1]


def test_a_width_that_is_asked_for_is_kept(capsys):
    lines = _printed(capsys, [("abcdefghijkl", "n" * 500, "1")], Look(40, False, False))
    assert max(map(len, lines)) <= 40
    assert "…" in lines[1]
    assert "abcdefghijkl" in lines[1]


def test_the_widest_columns_give_way_first():
    assert fitted([12, 50, 10], COLUMNS, 46) == [12, 20, 10]
    assert fitted([12, 50, 40], COLUMNS, 46) == [12, 15, 15]
    assert fitted([12, 5, 4], COLUMNS, 46) == [12, 5, 4]
    assert sum(fitted([64, 50, 40], COLUMNS, 46)) == 42


def test_spare_columns_are_left_out_where_there_is_no_room(capsys):
    columns = (*COLUMNS, Column("ENGINE", spare=True))
    for width, heading in (
        (60, "ID  NAME            SIZE  ENGINE"),
        (24, "ID  NAME            SIZE"),
    ):
        print_table(columns, [("a", "fourteen chars", "1", "laptop")], Look(width, False, False))
        assert capsys.readouterr().out.splitlines()[0] == heading


def test_letters_that_take_two_places_are_counted_so(capsys):
    lines = _printed(capsys, [("a", "容器" * 20, "1"), ("b", "x", "1")], Look(40, False, False))
    assert [cell_len(line) for line in lines[1:]] == [40, 40]


def test_controls_and_markup_in_cells_are_text(capsys):
    hostile = "\x1b[2J[bold red]x[/] :smile:"
    for appearance in (PLAIN, Look(80, False, False)):
        lines = _printed(capsys, [("a", Cell(hostile, "red"), "1")], appearance)
        assert "\\x1b[2J[bold red]x[/] :smile:" in lines[1]


def test_colours_appear_only_where_they_are_wanted(capsys):
    print_cells((Cell("web", "red"), "x"), Look(80, color=True, full_ids=False))
    assert capsys.readouterr().out.startswith("\x1b[31mweb")
    print_cells((Cell("web", "red"), "x"), PLAIN)
    assert capsys.readouterr().out == "web  x\n"


def test_an_output_that_is_no_terminal_has_no_width_and_no_colours(capsys):
    assert look(argparse.Namespace(no_color=False)) == PLAIN


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals")
@pytest.mark.parametrize(
    ("variables", "words", "colored"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"TERM": "dumb"}, [], False),
        ({}, ["--no-color"], False),
    ],
)
def test_a_terminal_gets_colours_unless_it_declines(told, variables, words, colored):
    shown = _on_a_terminal(told, ["state", *words], {"COLUMNS": "70", **variables})
    assert ("\x1b[" in shown) is colored
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert max(map(len, lines)) <= 70
    assert any("a1a1a1a1a1a1" in line for line in lines)


def _on_a_terminal(store, words, variables):
    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    subprocess.run(
        [sys.executable, "-m", "app.cli", "--store", str(store), *words],
        cwd=ROOT,
        env={**environment, "TERM": "xterm", **variables},
        stdout=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # what a terminal says when nobody writes to it any more
        pass
    os.close(ours)
    return shown.decode()
