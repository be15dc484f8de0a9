import shlex
import subprocess
import sys
from itertools import takewhile

import pytest

from app.cli.commands import GROUPS
from app.cli.main import parser
from domain.questions.filters import KEYS
from tests.app.cli.conftest import ROOT

COMMANDS = [command for group in GROUPS for command in group.commands]
NAMES = [command.name for command in COMMANDS]


def test_help_tells_what_shipslog_is_and_lists_every_command_once(shipslog):
    told = shipslog("--help")
    assert told.code == 0
    assert told.err == ""
    assert "ship's log for your containers" in told.out
    for command in COMMANDS:
        assert told.out.count(f"\n  {command.name:12}{command.summary[:20]}") == 1


def test_help_explains_times_filters_and_exit_codes(shipslog):
    told = shipslog("-h").out
    for words in (
        "Times (TIME)",
        "'#1234'",
        "1h30m",
        "Filters",
        "--filter KEY=VALUE",
        "Exit codes",
    ):
        assert words in told


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself_with_examples(shipslog, name):
    told = shipslog(name, "--help")
    assert told.code == 0
    assert f"usage: shipslog {name}" in told.out
    assert "examples:" in told.out
    assert "--store" in told.out


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_every_example_is_a_command_line_that_is_understood(command):
    for line, _ in command.examples:
        words = takewhile(lambda word: word not in ("|", ">"), shlex.split(line))
        parser().parse_args(list(words))


@pytest.mark.parametrize("columns", ["30", "60", "200"])
def test_help_fits_terminals_of_any_width(shipslog, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    assert shipslog("--help").code == 0
    assert shipslog("log", "--help").code == 0


def test_the_version_is_printed(shipslog):
    told = shipslog("--version")
    assert told.code == 0
    assert told.out.startswith("shipslog ")


@pytest.mark.parametrize(
    "words",
    [
        ["frobnicate"],
        ["log", "--format", "xml"],
        ["log", "--limit", "0"],
        ["diff", "1h"],
        ["log", "--no-such-option"],
        ["report"],
        ["state", "--width", "5"],
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(shipslog, words):
    told = shipslog(*words)
    assert told.code == 2
    assert told.out == ""
    assert told.err.startswith("shipslog: ")
    assert told.err.count("\n") == 1
    assert "--help" in told.err


def test_a_mistyped_command_is_guessed(shipslog):
    assert "did you mean 'versions'" in shipslog("version").err


def test_hostile_words_of_the_command_line_are_not_sent_to_the_terminal(shipslog):
    told = shipslog("\x1b[2Jlog")
    assert "\x1b" not in told.err
    assert told.code == 2


def test_the_store_may_be_named_before_and_after_the_command(shipslog, told):
    before = shipslog("--store", told, "log", "--format", "jsonl")
    after = shipslog("log", "--format", "jsonl", "--store", told)
    assert before.code == after.code == 0
    assert before.out == after.out != ""


def test_the_store_named_after_the_command_wins(shipslog, told):
    assert shipslog("--store", "/nowhere", "log", "--store", told).code == 0


def test_the_environment_can_name_the_store(shipslog, told, monkeypatch):
    monkeypatch.setenv("SHIPSLOG_STORE", str(told))
    assert shipslog("log").code == 0
    assert shipslog("--store", "/nowhere", "log").code == 1


@pytest.mark.parametrize("url", ["postgresql://me:secret@host/db", "postgres://host/db"])
def test_a_store_in_postgresql_is_declined_in_one_sentence_without_its_password(shipslog, url):
    told = shipslog("log", "--store", url)
    assert told.code == 1
    assert told.err == (
        "shipslog: Stores in PostgreSQL are not in this release; give --store the path of a file.\n"
    )


def test_nothing_heavy_is_imported_to_explain_a_command():
    code = (
        "import sys; from app.cli.main import main; main(['log', '--help']); "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('PySide6', 'docker', 'numpy', 'rich', 'sqlite3', 'eventsourcing', 'cryptography')], "
        "file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stderr.strip() == b"[]"


def test_the_log_needs_neither_a_window_nor_an_engine(told):
    code = (
        "import sys; from app.cli.main import main; "
        f"assert main(['--store', {str(told)!r}, 'log']) == 0; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('PySide6', 'docker', 'requests', 'rich')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stderr.strip() == b"[]"


def test_help_lists_the_filters_that_there_are(shipslog):
    told = " ".join(shipslog("--help").out.split())
    assert all(f" {key}" in told.partition("Filters:")[2] for key in KEYS)
