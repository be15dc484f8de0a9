import sqlite3
import subprocess

import pytest

QUERIES = [
    ["log"],
    ["state"],
    ["diff", "1h", "now"],
    ["versions"],
    ["lineage"],
    ["show", "web-1"],
    ["status"],
    ["verify"],
    ["report", "--format", "jsonl", "-o", "-"],
]
ids = [words[0] for words in QUERIES]


@pytest.mark.parametrize("words", QUERIES, ids=ids)
def test_a_missing_store_is_one_sentence_and_is_not_made(shipslog, tmp_path, words):
    store = tmp_path / "missing.db"
    told = shipslog("--store", store, *words)
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith("shipslog: There is no store at ")
    assert told.err.count("\n") == 1
    assert not store.exists()


@pytest.mark.parametrize("words", QUERIES, ids=ids)
def test_a_file_that_is_no_store_is_one_sentence_and_left_alone(shipslog, tmp_path, words):
    store = tmp_path / "notes.txt"
    store.write_bytes(b"my notes, which are no database\n" * 100)
    told = shipslog("--store", store, *words)
    assert (told.code, told.out) == (1, "")
    assert "not a Shipslog store" in told.err
    assert told.err.count("\n") == 1
    assert store.read_bytes() == b"my notes, which are no database\n" * 100


def test_a_folder_is_no_store(shipslog, tmp_path):
    told = shipslog("--store", tmp_path, "log")
    assert told.code == 1
    assert told.err.count("\n") == 1


def test_a_database_of_something_else_is_no_store(shipslog, tmp_path):
    store = tmp_path / "other.db"
    with sqlite3.connect(store) as other:
        other.execute("CREATE TABLE stored_events (a, b)")
    told = shipslog("--store", store, "log")
    assert told.code == 1
    assert "not a Shipslog store" in told.err


def test_a_store_of_a_newer_shipslog_is_declined(shipslog, told, tmp_path):
    store = tmp_path / "newer.db"
    store.write_bytes(told.read_bytes())
    with sqlite3.connect(store) as newer:
        newer.execute("UPDATE store SET value = '99' WHERE key = 'format'")
    answer = shipslog("--store", store, "log")
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "ewer" in answer.err or "later" in answer.err or "update" in answer.err.lower()


@pytest.mark.parametrize("words", QUERIES, ids=ids)
def test_no_query_writes_into_the_store(shipslog, told, words):
    before = told.read_bytes()
    shipslog("--store", told, *words)
    assert told.read_bytes() == before


def test_a_hostile_path_is_shown_with_symbols(shipslog, tmp_path):
    answer = shipslog("--store", tmp_path / "\x1b[2Jgone.db", "log")
    assert "\x1b" not in answer.err
    assert "\\x1b[2Jgone.db" in answer.err


def test_a_path_that_is_no_utf8_is_no_fault(told):
    import sys

    from tests.app.cli.conftest import ROOT

    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "--store", b"/tmp/\xff\xfe.db", "log"],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(b"shipslog: There is no store at ")
