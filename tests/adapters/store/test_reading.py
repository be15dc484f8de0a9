"""Reading sees what is stored, in order, and disturbs nobody."""

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.store.opening import create_or_open, open_reader
from adapters.store.verification import Result, verify
from tests.adapters.store.sample import BEGIN, entries, stream


def positions(chunks) -> list[list[int]]:
    return [[one.position for one in chunk] for chunk in chunks]


def test_reading_goes_in_chunks_in_order(writer, reader):
    writer.append(entries(10))
    assert positions(reader.read(chunk=4)) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert positions(reader.read(chunk=5)) == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]


def test_reading_starts_behind_a_position_and_ends_at_one(writer, reader):
    writer.append(entries(10))
    assert positions(reader.read(after=7)) == [[8, 9, 10]]
    assert positions(reader.read(after=2, upto=4)) == [[3, 4]]
    assert positions(reader.read(after=10)) == positions(reader.read(upto=0)) == []


def test_an_empty_store_has_nothing_to_read(reader):
    assert list(reader.read()) == []
    assert reader.at([1]) == reader.stream(stream(0)) == []
    assert reader.leaf(1) is None


def test_what_is_appended_between_two_chunks_is_read_too(writer, reader):
    writer.append(entries(4))
    chunks = reader.read(chunk=4)
    next(chunks)
    writer.append(entries(2, 4))
    assert positions(chunks) == [[5, 6]]


def test_one_objects_facts_come_in_the_order_of_its_stream(writer, reader):
    writer.append(entries(9))
    found = reader.stream(stream(1))
    assert [(one.position, one.version) for one in found] == [(4, 1), (5, 2), (6, 3)]
    assert {one.stream for one in found} == {stream(1)}


def test_events_are_given_in_the_order_asked_for(writer, reader):
    writer.append(entries(9))
    assert [one.position for one in reader.at([7, 99, 2, 2, -1])] == [7, 2, 2]


def test_very_many_positions_are_asked_for_at_once(writer, reader):
    writer.append(entries(1800))
    wanted = list(range(1800, 0, -1))
    assert [one.position for one in reader.at(wanted)] == wanted


def test_the_events_of_some_topics_are_found_without_the_others(writer, reader):
    writer.append(entries(30))
    found = list(reader.of_topics(["container.started", "container.exited"], chunk=7))
    assert [one.position for one in found] == [n for n in range(1, 31) if n % 3 != 1]


def test_a_reader_notices_that_another_connection_committed(writer, reader):
    assert not reader.changed()
    writer.append(entries(3))
    assert reader.changed()
    assert not reader.changed()


def append_some(place: Path, keys: Path) -> None:
    writer = create_or_open(place, now=BEGIN, keys=keys)
    writer.append(entries(3))
    writer.close()


def test_a_reader_notices_that_another_process_committed(writer, reader, keys):
    process = multiprocessing.get_context("spawn").Process(
        target=append_some, args=(writer.path, keys)
    )
    process.start()
    process.join()
    assert reader.changed()
    assert reader.head() == 3


def test_a_leaf_tells_whether_the_store_is_still_the_same(writer, reader, tmp_path):
    writer.append(entries(3))
    other = create_or_open(tmp_path / "other.db", now=BEGIN, keys=tmp_path / "keys")
    other.append(entries(3, 1)[::-1])
    other_reader = open_reader(other.path)
    assert len(reader.leaf(3)) == 32
    assert reader.leaf(3) != reader.leaf(2)
    assert reader.leaf(3) != other_reader.leaf(3)
    other_reader.close()
    other.close()


def test_a_reader_does_not_write(filled):
    before = filled.read_bytes()
    reader = open_reader(filled)
    assert sum(map(len, reader.read())) == 2500
    with pytest.raises(Exception, match="readonly"):
        reader._connection.execute("DELETE FROM stored_events")
    reader.close()
    assert filled.read_bytes() == before


def test_a_slow_reader_does_not_stop_the_writer(writer, reader):
    writer.append(entries(20))
    chunks = reader.read(chunk=2)
    next(chunks)
    assert writer.append(entries(3, 20)) == [21, 22, 23]
    assert sum(map(len, chunks)) == 21


KILLED_WHILE_WRITING = """
import os, signal, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("PRAGMA journal_mode=DELETE")
raw.execute("PRAGMA cache_size=1")
raw.execute("BEGIN IMMEDIATE")
raw.execute("UPDATE stored_events SET topic = 'half of a transaction'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_transaction_that_a_crash_interrupted_is_not_read_half(filled, keys):
    subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, filled], check=False)
    assert filled.with_name("log.db-journal").stat().st_size > 0
    reader = open_reader(filled)
    assert [one.fact for chunk in reader.read() for one in chunk] == [
        one.fact for one in entries(2500)
    ]
    reader.close()
    assert verify(filled, key_folder=keys).result is Result.NOT_WITNESSED
