"""Files of any making are opened: refused or read, nothing in them is run, nothing crashes."""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.store.errors import NotAStore, StoreDamaged, StoreMissing, StoreNewer, StoreUnwritable
from adapters.store.keys import load_key
from adapters.store.opening import create_or_open, open_reader
from adapters.store.rehash import Broken
from adapters.store.verification import Result, verify
from tests.adapters.store.sample import BEGIN, stream


def change(place, *statements: str) -> None:
    with sqlite3.connect(place, isolation_level=None) as raw:
        for statement in statements:
            raw.execute(statement)


def test_a_store_that_is_not_there_is_said_to_be_missing(tmp_path):
    for reads in (open_reader, verify):
        with pytest.raises(StoreMissing, match="shipslog record"):
            reads(tmp_path / "no.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\x00" + b"x" * 5000, b"{}"])
def test_another_kind_of_file_is_refused(tmp_path, keys, content):
    (tmp_path / "a").write_bytes(content)
    for opens in (open_reader, verify, lambda path: create_or_open(path, now=1, keys=keys)):
        with pytest.raises((NotAStore, StoreDamaged), match=r"a "):
            opens(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == content


def test_an_empty_file_is_no_store_to_read_and_becomes_one_to_write(tmp_path, keys):
    (tmp_path / "a").touch()
    with pytest.raises(NotAStore):
        open_reader(tmp_path / "a")
    create_or_open(tmp_path / "a", now=1, keys=keys).close()
    open_reader(tmp_path / "a").close()


def test_a_folder_is_refused(tmp_path, keys):
    for opens in (open_reader, verify, lambda path: create_or_open(path, now=1, keys=keys)):
        with pytest.raises(NotAStore):
            opens(tmp_path)


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path, keys):
    change(tmp_path / "a.db", "CREATE TABLE stored_events (a)", "CREATE TABLE b (c)")
    before = (tmp_path / "a.db").read_bytes()
    for opens in (open_reader, verify, lambda path: create_or_open(path, now=1, keys=keys)):
        with pytest.raises(NotAStore, match="not a Shipslog store"):
            opens(tmp_path / "a.db")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_a_store_of_a_later_version_is_said_to_be_that(filled, keys):
    change(
        filled,
        "UPDATE store SET value = '2' WHERE key = 'format'",
        "CREATE TABLE something_new (a)",
    )
    for opens in (open_reader, verify, lambda path: create_or_open(path, now=1, keys=keys)):
        with pytest.raises(StoreNewer, match="update it"):
            opens(filled)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON stored_events BEGIN DELETE FROM frontier; END",
        "CREATE VIEW v AS SELECT * FROM stored_events",
        "CREATE INDEX i ON stored_events (topic)",
        "CREATE TABLE more (a)",
        "CREATE TABLE g (a, b AS (a * 2))",
        "CREATE VIRTUAL TABLE f USING fts5(a)",
        "ALTER TABLE checkpoint ADD COLUMN b",
        "ALTER TABLE stored_events ADD COLUMN b AS (upper(topic))",
        "DROP TABLE reported",
        "UPDATE store SET value = 'x' WHERE key = 'format'",
        "UPDATE store SET value = '0' WHERE key = 'format'",
        "DELETE FROM store WHERE key = 'uuid'",
        "UPDATE store SET value = '../../etc/passwd' WHERE key = 'uuid'",
        "UPDATE store SET value = upper(value) WHERE key = 'uuid'",
    ],
)
def test_a_store_with_parts_that_no_store_has_is_refused(filled, keys, statement):
    change(filled, statement)
    for opens in (open_reader, verify, lambda path: create_or_open(path, now=1, keys=keys)):
        with pytest.raises(NotAStore):
            opens(filled)


def test_a_store_table_that_is_a_view_is_refused(filled):
    change(filled, "DROP TABLE store", "CREATE VIEW store AS SELECT 'format' AS key, 1 AS value")
    with pytest.raises(NotAStore):
        open_reader(filled)


@pytest.mark.parametrize(
    "topic", ["os:system", "antigravity:x", "this:s", "builtins:eval", "", "container.started "]
)
def test_a_topic_of_other_making_imports_nothing(filled, topic):
    change(filled, f"UPDATE stored_events SET topic = '{topic}' WHERE position = 5")
    before = set(sys.modules)
    reader = open_reader(filled)
    for reads in (lambda: list(reader.read()), lambda: reader.stream(stream(1))):
        with pytest.raises(StoreNewer, match="update Shipslog"):
            reads()
    with pytest.raises(StoreNewer):
        reader.at([5])
    assert [one.position for one in reader.at([4, 6])] == [4, 6]
    reader.close()
    assert set(sys.modules) == before


def test_a_topic_of_other_making_imports_nothing_when_the_library_loads_it(filled, keys):
    writer = create_or_open(filled, now=BEGIN, keys=keys)
    change(filled, "UPDATE stored_events SET topic = 'antigravity:x' WHERE position = 5")
    with pytest.raises(StoreNewer):
        list(writer.load(stream(1)))
    assert "antigravity" not in sys.modules
    writer.close()


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"at":"x","rec":1}',
        b'{"at":1.5,"rec":1}',
        b'{"at":1,"rec":1,"by":"nobody"}',
        b'{"at":1,"rec":1',
        b'{"at":NaN,"rec":1}',
        b'{"at":1,"rec":1,"said":{"type":"\xff","action":"a"}}',
        b'{"at":1,"rec":1,"said":' + b'{"a":' * 100_000,
        b'{"at":1,"rec":1,"x":' + b"[" * 100_000,
        b'{"at":' + b"9" * 10_000 + b',"rec":1',
    ],
    ids=range(13),
)
def test_a_state_that_is_no_fact_is_told_in_a_sentence(filled, state):
    with sqlite3.connect(filled) as raw:
        raw.execute("UPDATE stored_events SET state = ? WHERE position = 5", (state,))
    reader = open_reader(filled)
    with pytest.raises(StoreDamaged, match="shipslog verify"):
        list(reader.read())
    reader.close()


@pytest.mark.parametrize(
    "change_of_column",
    [
        "originator_id = x'00ff'",
        "originator_version = 'one'",
        "originator_version = 1.5",
        "topic = x'61'",
        "topic = 7",
        "topic = CAST(x'ff' AS TEXT)",
        "originator_id = CAST(x'ff' AS TEXT)",
        "state = 5",
        "state = 1.5",
    ],
)
def test_a_column_with_something_else_in_it_is_told_in_a_sentence(filled, change_of_column):
    change(filled, f"UPDATE stored_events SET {change_of_column} WHERE position = 5")
    reader = open_reader(filled)
    with pytest.raises((StoreDamaged, StoreNewer)):
        list(reader.read())
    reader.close()
    assert verify(filled).first_bad == 5


@contextmanager
def with_little_rights() -> Iterator[None]:
    """Nothing may be written that is not open to everybody, for the administrator neither."""
    administrator = os.geteuid() == 0
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)


@pytest.fixture
def read_only(filled):
    """A copy of the store in a folder where nothing can be written."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "log.db"
        shutil.copy(filled, place)
        place.chmod(0o444)
        Path(folder).chmod(0o555)
        yield place
        Path(folder).chmod(0o755)


def test_a_store_in_a_folder_that_cannot_be_written_is_read(read_only, keys):
    key = load_key(keys, open_reader(read_only).uuid).key
    for extra in read_only.parent.glob("log.db-*"):
        extra.unlink()
    with with_little_rights():
        with pytest.raises(OSError, match="denied"):
            (read_only.parent / "other").touch()
        reader = open_reader(read_only)
        assert sum(map(len, reader.read())) == 2500
        reader.close()
        assert verify(read_only, keys=[key]).result is Result.NOT_WITNESSED


def test_a_store_that_cannot_be_written_is_not_opened_for_writing(read_only, keys):
    with with_little_rights(), pytest.raises(StoreUnwritable, match="cannot be written"):
        create_or_open(read_only, now=BEGIN, keys=keys)


def test_a_store_that_may_not_be_read_is_told_in_a_sentence(read_only):
    read_only.chmod(0o000)
    with with_little_rights(), pytest.raises(StoreUnwritable, match="check who may"):
        open_reader(read_only)


def test_what_is_broken_is_never_raised_to_the_caller(filled):
    change(filled, "DELETE FROM stored_events WHERE position = 1")
    try:
        assert verify(filled).first_bad == 1
    except Broken:
        pytest.fail("verify let an inner error out")
