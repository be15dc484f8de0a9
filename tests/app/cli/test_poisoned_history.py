"""Every command on a history whose every name and label is made to do harm."""

import json
import re

import pytest

from tests.app import poisoned
from tests.app.poisoned import HARM
from tests.app.story import LAPTOP, NEW, OLD, WEB_2, WORKER

# C0 but the line end, DEL, C1, bidirectional and invisible marks, line separators.
OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return poisoned.write(tmp_path_factory.mktemp("poisoned"))


@pytest.fixture
def ask(shipslog, store):
    return lambda *words: shipslog("--store", store, *words)


OBJECTS = [
    *(OLD, WORKER, NEW, WEB_2, LAPTOP, f"shop/web:latest{HARM}"),
    *(f"network:{HARM}", f"volume:{HARM}", f"build:{HARM}", HARM),
]
TABLES = [
    *(("log",), ("log", "-n", "5"), ("log", HARM), ("log", "--filter", f"container=web-1{HARM}")),
    *(("state",), ("state", "--at", "#20"), ("state", "--disk"), ("state", "--filter", "status=x")),
    *(("diff", "#1", "#60"), ("diff", "#60", "#1"), ("diff", HARM, "#1")),
    *(("show", each) for each in OBJECTS),
    *(("show", "nobody" + HARM), ("why", "nobody" + HARM), ("versions", "nobody" + HARM)),
    *(("deployments",), ("deployments", "--all"), ("deployments", HARM)),
    *(("versions",), ("versions", "--health"), ("versions", "--way-back")),
    *(("versions", f"shop/web:latest{HARM}", "--compare", "1", "2"), ("regressions",)),
    ("status",),
]
WITHOUT_WIDTH = [
    *(("why", each) for each in (OLD, NEW, WORKER)),
    *(("recreate", each, "--as", form) for each in (OLD, NEW) for form in ("run", "compose")),
    *(("lineage", "--format", form) for form in ("tree", "dot", "mermaid", "svg")),
    *(("lineage", OLD, "--format", form) for form in ("tree", "dot", "mermaid", "svg")),
    *(("lineage", HARM), ("verify",), ("verify", "--head", HARM), ("doctor",)),
    *(("report", "-o", "-"), ("report", "-o", HARM.replace("\x00", "") + "/x/y.html")),
    *((HARM,), ("log", f"--{HARM}"), ("--store", f"/{HARM}".replace("\x00", ""), "log")),
]


def is_harmless(told) -> bool:
    assert "Traceback" not in told.err
    assert "fault of Shipslog itself" not in told.err
    return OBEYED.search(told.out) is None and OBEYED.search(told.err) is None


@pytest.mark.parametrize("words", TABLES, ids=range(len(TABLES)))
@pytest.mark.parametrize("looks", [(), ("--width", "60", "--no-trunc")], ids=["plain", "fitted"])
def test_no_table_sends_a_terminal_what_it_would_obey(ask, words, looks):
    assert is_harmless(ask(*words, *looks))


@pytest.mark.parametrize("words", WITHOUT_WIDTH, ids=range(len(WITHOUT_WIDTH)))
def test_no_other_text_sends_a_terminal_what_it_would_obey(ask, words):
    assert is_harmless(ask(*words))


def test_csv_has_no_control_but_its_line_ends_and_no_formula(ask):
    told = ask("report", "--format", "csv", "-o", "-")
    assert OBEYED.search(told.out.replace("\r\n", "\n")) is None
    assert told.code == 0
    assert not re.search(r'(?:^|,)"?[=+@]', told.out, re.MULTILINE)


def test_the_page_has_no_markup_of_others_making(ask):
    page = ask("report", "-o", "-").out
    assert "<img" not in page
    assert "<script" not in page
    assert page.count("<h1") == 1
    assert "&lt;img src=file:///etc/hostname&gt;" in page


@pytest.mark.parametrize(
    "words", [("log",), ("state",), ("show", OLD), ("lineage",), ("versions",), ("deployments",)]
)
def test_json_stays_exact(ask, words):
    told = ask(*words, "--format", "json")
    assert json.dumps(HARM, ensure_ascii=True)[1:-1] in json.dumps(json.loads(told.out))


def test_exact_lines_are_in_the_exact_report(ask):
    assert ask("report", "--format", "jsonl", "-o", "-").out == ask("log", "--format", "jsonl").out
