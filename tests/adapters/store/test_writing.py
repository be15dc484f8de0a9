"""What is appended is stored once, whole, in order, and for good."""

import os
import shutil
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from eventsourcing.application import Repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.store.errors import Conflict, StoreDamaged, StoreMoved, StoreUnwritable
from adapters.store.lock import hold
from adapters.store.opening import create_or_open, open_reader
from adapters.store.verification import Result, verify
from domain.facts import Entry
from domain.facts.container import ContainerCreated, ContainerStarted
from tests.adapters.store.sample import BEGIN, ENGINE, entries, entry, reported, stream


def all_entries(reader) -> list[Entry]:
    return [Entry(one.stream, one.version, one.fact) for chunk in reader.read() for one in chunk]


def test_positions_count_from_one(writer, reader):
    assert writer.head() == reader.head() == 0
    assert writer.append(entries(3)) == [1, 2, 3]
    assert writer.append(entries(2, 3)) == [4, 5]
    assert writer.head() == reader.head() == 5


def test_what_was_appended_is_read_again(writer, reader):
    writer.append(entries(50))
    assert all_entries(reader) == entries(50)


def test_an_object_is_loaded_by_its_stream(writer):
    writer.append(entries(9))
    assert list(writer.load(stream(1))) == entries(3, 3)
    assert list(writer.load(stream(77))) == []


def test_the_library_rebuilds_an_object_from_the_store(writer):
    writer.append(entries(9))
    names = Repository(writer.events).get(
        stream(2), projector_func=lambda _, events: [type(e.fact).__name__ for e in events]
    )
    assert names == ["ContainerCreated", "ContainerStarted", "ContainerExited"]


def test_the_library_can_list_notifications(writer):
    writer.append(entries(9))
    found = writer.events.recorder.select_notifications(start=3, limit=3)
    assert [(one.id, one.topic) for one in found] == [
        (3, "container.exited"),
        (4, "container.created"),
        (5, "container.started"),
    ]
    behind = writer.events.recorder.select_notifications(
        3, 10, stop=8, topics=["container.started"], inclusive_of_start=False
    )
    assert [one.id for one in behind] == [5, 8]


def test_the_library_hands_out_positions_itself(writer):
    recordings = writer.events.put(entries(3))
    assert [one.notification.id for one in recordings] == [1, 2, 3]


def test_nothing_can_be_appended_and_fingerprints_alone_can(writer):
    assert writer.append([]) == []
    assert writer.append([], reported(2)) == []
    assert len(writer.latest_seen(ENGINE, 9)) == 2


def test_a_version_that_a_stream_has_is_a_conflict_and_nothing_is_stored(writer, reader):
    writer.append(entries(3))
    with pytest.raises(Conflict, match=r"log\.db"):
        writer.append([*entries(2, 3), entry(0)], reported(3, 3))
    assert reader.head() == 3
    assert writer.latest_seen(ENGINE, 9) == []


def test_an_engine_event_that_is_stored_is_a_conflict_and_nothing_is_stored(writer, reader):
    writer.append(entries(3), reported(3))
    with pytest.raises(Conflict, match="engine's event"):
        writer.append(entries(3, 3), reported(1, 2))
    assert reader.head() == 3


def test_an_event_smuggled_in_is_not_taken_for_a_conflict(writer, place):
    with sqlite3.connect(place) as raw:
        raw.execute("INSERT INTO stored_events VALUES (1, 'a/b/c', 1, 't', x'7b7d', x'00')")
    with pytest.raises(StoreDamaged, match="shipslog verify"):
        writer.append(entries(3))


def test_a_rolled_back_transaction_burns_no_position(writer, place):
    writer.append(entries(3))
    for _ in range(3):
        with pytest.raises(Conflict):
            writer.append([*entries(6, 3), entry(0)])
    assert writer.append(entries(3, 3)) == [4, 5, 6]
    with sqlite3.connect(place) as raw:
        assert raw.execute("SELECT seq FROM sqlite_sequence").fetchall() == [(6,)]


@given(batches=st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_positions_have_no_holes_whatever_fails(tmp_path_factory, batches):
    folder = tmp_path_factory.mktemp("store")
    writer = create_or_open(folder / "s.db", now=BEGIN, keys=folder / "keys")
    stored = 0
    for count, fails in batches:
        batch = entries(count, stored)
        if fails:
            with pytest.raises(Conflict):
                writer.append([*batch, entry(stored), entry(stored)])
        else:
            assert writer.append(batch) == list(range(stored + 1, stored + count + 1))
            stored += count
    writer.close()
    reader = open_reader(folder / "s.db")
    assert all_entries(reader) == entries(stored)
    reader.close()
    assert verify(folder / "s.db", key_folder=folder / "keys").result is Result.NOT_WITNESSED


def test_fingerprints_are_known_again(writer):
    writer.append(entries(3), reported(3))
    keys = [(time, digest) for _, time, digest in reported(5)]
    assert writer.seen(ENGINE, keys) == set(keys[:3])
    assert writer.seen("another engine", keys) == set()
    assert writer.seen(ENGINE, []) == set()


def test_very_many_fingerprints_are_asked_for_at_once(writer):
    writer.append([], reported(2000))
    keys = [(time, digest) for _, time, digest in reported(3000)]
    assert writer.seen(ENGINE, keys) == set(keys[:2000])


def test_the_latest_fingerprints_come_first(writer):
    writer.append([], reported(5)[::-1])
    latest = [(time, digest) for _, time, digest in reported(5)][::-1]
    assert writer.latest_seen(ENGINE, 3) == latest[:3]


@pytest.mark.parametrize("moment", [-1, 0, 2**63 - 1, 2**63, 10**30, -(10**30)])
def test_a_moment_of_any_size_is_stored_and_known_again(writer, reader, moment):
    fact = ContainerStarted(occurred_at=moment, recorded_at=1)
    writer.append([Entry(stream(0), 1, fact)], [(ENGINE, moment, b"digest")])
    assert reader.at([1])[0].fact == fact
    assert writer.seen(ENGINE, [(moment, b"digest")]) == {(moment, b"digest")}


@pytest.mark.parametrize(
    "labels",
    [
        {"_type_": "uuid", "_data_": "x"},
        {"": "", "a": "\x00\x1b[31m\r\n\u202e"},
        {"é": "😀", "long": "x" * 200_000},
        {str(number): "" for number in range(3000)},
    ],
)
def test_labels_are_stored_as_they_are(writer, reader, labels):
    fact = ContainerCreated(occurred_at=1, recorded_at=1, name="n", image="i", labels=labels)
    writer.append([Entry(stream(0), 1, fact)])
    assert reader.at([1])[0].fact == fact
    assert next(iter(writer.load(stream(0)))).fact == fact


def test_a_lone_surrogate_is_escaped_and_its_batch_is_not_lost(writer, reader):
    labels = {"a\udcffb": "\ud800", "other": "kept"}
    fact = ContainerCreated(occurred_at=1, recorded_at=1, name="n", image="i", labels=labels)
    odd_stream = f"reference/{ENGINE}/we\ud800b"
    assert writer.append([entry(0), Entry(odd_stream, 1, fact), entry(1)]) == [1, 2, 3]
    stored = reader.stream(odd_stream)
    assert stored[0].fact.labels == {"a\\udcffb": "\\ud800", "other": "kept"}
    assert [one.originator_version for one in writer.load(odd_stream)] == [1]
    with pytest.raises(Conflict):
        writer.append([Entry(odd_stream, 1, fact)])


def test_the_files_are_for_this_account_only(opened, place, keys):
    before = os.umask(0)
    try:
        writer = opened()
        writer.append(entries(3))
        files = [place, *place.parent.glob("log.db-*"), *keys.iterdir()]
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
        folders = {stat.S_IMODE(path.stat().st_mode) for path in (place.parent, keys)}
    finally:
        os.umask(before)
    assert len(modes) >= 3
    assert set(modes.values()) == {0o600}
    assert folders == {0o700}


def test_a_folder_that_was_there_keeps_its_mode(tmp_path, keys):
    tmp_path.chmod(0o755)
    create_or_open(tmp_path / "s.db", now=BEGIN, keys=keys).close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def move(place: Path) -> None:
    place.rename(place.with_name("elsewhere.db"))


def replace(place: Path) -> None:
    place.with_name("other.db").touch()
    place.with_name("other.db").rename(place)


@pytest.mark.parametrize("befall", [move, replace, Path.unlink])
def test_a_file_that_is_gone_from_its_place_is_not_written_to(opened, place, befall):
    writer = opened()
    writer.append(entries(3))
    befall(place)
    with pytest.raises(StoreMoved, match=r"log\.db was moved"):
        writer.append(entries(3, 3))
    writer.close()


def test_two_writers_of_one_store_do_not_get_in_each_others_way(opened, reader):
    one, other = opened(), opened()
    for index in range(0, 60, 3):
        writer = one if index % 2 else other
        assert writer.append(entries(3, index)) == [index + 1, index + 2, index + 3]
    assert all_entries(reader) == entries(60)


def test_threads_may_share_a_writer(writer, reader):
    def append(index: int) -> list[int]:
        list(writer.load(stream(index)))
        writer.head()
        return writer.append(entries(3, index * 3), reported(3, index * 3))

    with ThreadPoolExecutor(4) as pool:
        positions = [position for found in pool.map(append, range(40)) for position in found]
    assert sorted(positions) == list(range(1, 121))
    assert reader.head() == 120


def test_a_full_disk_is_told_in_a_sentence_and_writing_goes_on_afterwards(writer, reader):
    writer.append(entries(3))
    with writer._datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA max_page_count=1")
    with pytest.raises(StoreUnwritable, match="free some space"):
        writer.append([Entry(stream(9), 1, entry(0).fact), *entries(900, 3)])
    assert reader.head() == 3
    assert writer.append(entries(3, 3)) == [4, 5, 6]


def test_a_new_store_says_who_it_is_and_keeps_saying_it(opened):
    first, second = opened(), opened()
    assert first.uuid == second.uuid
    assert len(first.uuid) == 36


def fail_once(writer) -> None:
    """Makes the next append meet a fault."""
    with writer._datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA max_page_count=1")
    with pytest.raises(StoreUnwritable):
        writer.append(entries(900, 2500))


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM stored_events WHERE position = 2400",
        "UPDATE stored_events SET state = x'7b7d' WHERE position = 2400",
        "UPDATE frontier SET hashes = randomblob(length(hashes))",
    ],
)
def test_after_a_fault_the_end_of_the_store_is_looked_at_before_anything_is_appended(
    filled, keys, edit
):
    writer = create_or_open(filled, now=BEGIN, keys=keys)
    fail_once(writer)
    with sqlite3.connect(filled) as raw:
        raw.execute(edit)
    with pytest.raises(StoreDamaged, match="shipslog verify"):
        writer.append(entries(3, 2500))
    with pytest.raises(StoreDamaged):
        writer.close()


def test_after_a_fault_what_another_process_appended_is_not_suspected(opened, reader):
    one, other = opened(), opened()
    one.append(entries(2500))
    fail_once(one)
    other.append(entries(30, 2500))
    assert one.append(entries(3, 2530)) == [2531, 2532, 2533]
    assert all_entries(reader) == entries(2533)


@pytest.mark.parametrize("befall", [move, replace])
def test_a_file_that_was_moved_holds_what_was_acknowledged_and_nothing_else(
    opened, place, keys, befall
):
    aside = place.with_name("aside.db")
    writer = opened()
    os.link(place, aside)
    writer.append(entries(30))
    befall(place)
    before = aside.read_bytes()
    for _ in range(3):
        with pytest.raises(StoreMoved):
            writer.append(entries(3, 30))
    assert aside.read_bytes() == before
    writer.close()
    reader = open_reader(aside)
    assert all_entries(reader) == entries(30)
    reader.close()
    assert verify(aside, key_folder=keys).result is not Result.TAMPERED


def test_a_store_put_in_the_place_of_one_that_is_written_is_not_mixed_with_it(
    opened, small, keys, tmp_path
):
    """The older copy is there whole, without anything of the log of the file that was there."""
    copy = tmp_path / "copy.db"
    shutil.copy(small, copy)
    writer = opened()
    writer.append(entries(30, 300))
    copy.rename(small)
    with pytest.raises(StoreMoved):
        writer.append(entries(3, 330))
    writer.close()
    reader = open_reader(small)
    assert all_entries(reader) == entries(300)
    reader.close()
    assert opened().append(entries(3, 300)) == [301, 302, 303]


@pytest.mark.parametrize("length", [0, 50, 4096, 20480])
def test_a_file_that_was_cut_short_is_not_written_to(opened, place, length):
    opened().append(entries(300))
    opened().close()
    writer = opened()
    os.truncate(place, length)
    with pytest.raises(StoreMoved, match="was cut short"):
        writer.append(entries(3, 300))


def test_a_file_that_somebody_compacted_is_written_to(filled, keys):
    with sqlite3.connect(filled) as raw:
        raw.execute("DELETE FROM reported")
    writer = create_or_open(filled, now=BEGIN, keys=keys)
    before = filled.stat().st_size
    with sqlite3.connect(filled, isolation_level=None) as raw:
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert filled.stat().st_size < before
    assert writer.append(entries(3, 2500)) == [2501, 2502, 2503]
    writer.close()


def test_a_writer_is_not_disturbed_by_the_loss_of_the_files_beside_the_store(opened, place):
    with hold(place, now=BEGIN):
        writer = opened()
        writer.append(entries(3))
        place.with_name("log.db.lock").unlink()
        assert writer.append(entries(3, 3)) == [4, 5, 6]
