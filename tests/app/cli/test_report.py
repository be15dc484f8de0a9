import csv
import io
import os

import pytest

from adapters.store.opening import create_or_open
from tests.app.story import HOSTILE_NAME, MORNING, story


def test_the_page_is_written_and_named(ask, tmp_path):
    told = ask("report", "-o", tmp_path / "week.html")
    assert (told.code, told.out) == (0, "")
    assert told.err == f"shipslog: Wrote {tmp_path / 'week.html'}.\n"
    page = (tmp_path / "week.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "VERIFIED, NOT WITNESSED" in page
    assert "exit code 137" in page
    assert "by the kernel, for want of memory" in page


def test_the_page_shows_hostile_names_as_text(ask):
    page = ask("report", "-o", "-").out
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\x1b" not in page


def test_jsonl_is_what_the_log_prints(ask):
    assert ask("report", "--format", "jsonl", "-o", "-").out == ask("log", "--format", "jsonl").out


def test_csv_has_a_row_for_each_event(ask):
    text = ask("report", "--format", "csv", "-o", "-").out
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [int(row["position"]) for row in rows] == list(range(1, len(story().entries) + 1))
    assert {row["engine_name"] for row in rows} == {"laptop"}
    assert "\r\n" in text


def test_csv_guards_against_formulas(ask):
    text = ask("report", "--format", "csv", "-o", "-").out
    names = {row["subject_name"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert HOSTILE_NAME not in names
    assert any(name.startswith("'=cmd|") for name in names)
    assert "\x1b" not in text


def test_the_period_limits_what_is_told(ask):
    period = ("--since", "2026-11-23T08:30:00Z", "--until", "2026-11-23T08:40:00Z")
    assert len(ask("report", "--format", "jsonl", "-o", "-", *period).lines) == 4
    page = ask("report", "-o", "-", *period).out
    assert "2026-11-23 08:30:00 to 2026-11-23 08:40:00 UTC" in page
    assert "2026-11-23T08:30:00Z to 2026-11-23T08:40:00Z" in page


def test_a_period_without_events_is_reported_as_such(ask):
    page = ask("report", "-o", "-", "--since", "2030-01-01", "--until", "2030-01-02")
    assert page.code == 0
    assert "Nothing was built, pulled, tagged, created or removed" in page.out


def test_an_empty_store_has_nothing_to_report(shipslog, tmp_path):
    create_or_open(tmp_path / "e.db", now=MORNING, keys=tmp_path / "k").close()
    told = shipslog("--store", tmp_path / "e.db", "report", "-o", tmp_path / "e.html")
    assert told.code == 1
    assert "nothing to report" in told.err
    assert not (tmp_path / "e.html").exists()


@pytest.mark.parametrize("form", ["html", "csv", "jsonl"])
def test_an_existing_file_is_not_replaced_without_force(ask, tmp_path, form):
    target = tmp_path / "mine"
    target.write_text("mine")
    told = ask("report", "--format", form, "-o", target)
    assert told.code == 1
    assert "exists already; --force" in told.err
    assert target.read_text() == "mine"
    assert ask("report", "--format", form, "-o", target, "--force").code == 0
    assert target.read_text() != "mine"


def test_the_history_is_verified_when_asked_and_not_when_not(ask):
    assert "VERIFIED" not in ask("report", "-o", "-", "--no-verify").out
    assert "VERIFIED" in ask("report", "-o", "-", "--verify").out


def test_a_page_prints_the_head_that_verify_takes(ask):
    page = ask("report", "-o", "-").out
    head = page.partition("<dt>Head (size and root)</dt><dd><code>")[2].partition("</code>")[0]
    assert ask("verify", "--head", head, "--require-witness").code == 0


def test_a_report_runs_as_a_process_of_its_own(process, tmp_path):
    assert process("report", "-o", tmp_path / "a.html").returncode == 0
    assert os.listdir(tmp_path) != []  # noqa: PTH208
