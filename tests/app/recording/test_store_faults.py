"""A store that cannot be written for a while: the engines are read on, and nothing is lost."""

import resource
import threading
import time

import pytest

from adapters.store import sqlite_engine
from adapters.store.errors import LockGone, StoreMoved, StoreUnwritable
from adapters.store.lock import lock_file
from adapters.store.sqlite_engine import SQLITE
from adapters.store.verification import Result, verify
from adapters.store.writer import Writer
from app.recording import recorder
from app.recording.messages import Walked
from app.recording.watch import Watch
from tests.app.recording.conftest import assert_exactly_once, eventually
from tests.app.recording.test_recording import live


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Tries the store again after a moment."""
    monkeypatch.setattr(recorder, "_STORE_REST_SECONDS", 0.05)


def test_a_full_disk_is_waited_out_and_nothing_is_lost(log, fake_engine, monkeypatch):
    real, full = Writer.append, threading.Event()

    def append(self, entries, reported=()):
        if full.is_set():
            raise StoreUnwritable(f"{self.path} could not be written: the disk is full.")
        return real(self, entries, reported)

    monkeypatch.setattr(Writer, "append", append)
    with log.recorded() as run:
        live(fake_engine, "before")
        eventually(log.has_all)
        full.set()
        for number in range(30):
            live(fake_engine, f"web-{number}")
        eventually(lambda: run.status.store_fault)
        assert not log.has_all()
        full.clear()
        eventually(log.has_all)
        eventually(lambda: run.status.store_fault == "")
    assert_exactly_once(log, fake_engine)
    assert log.later_gaps() == []
    told = [said for said in run.said if "Recording" not in said]
    assert [("disk is full" in said, "written again" in said) for said in told] == [
        (True, False),
        (False, True),
    ]


def test_a_file_that_may_not_grow_is_as_good_as_a_full_disk(log, fake_engine):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with log.recorded() as run:
        live(fake_engine, "before")
        eventually(log.has_all)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
            for number in range(50):
                live(fake_engine, f"web-{number}")
            eventually(lambda: any("waits until it can be stored" in said for said in run.said))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.later_gaps() == []
    assert verify(log.path).result is Result.NOT_WITNESSED


def test_another_process_that_holds_the_store_is_waited_out(log, fake_engine, monkeypatch):
    monkeypatch.setattr(sqlite_engine, "LOCK_TIMEOUT_SECONDS", 0.1)
    with log.recorded() as run:
        live(fake_engine, "before")
        eventually(log.has_all)
        other = SQLITE.dbapi.connect(str(log.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        live(fake_engine, "meanwhile")
        eventually(lambda: any("locked" in said for said in run.said))
        other.execute("ROLLBACK")
        other.close()
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)


def test_a_recording_that_is_stopped_while_the_store_is_full_ends_with_a_sentence(
    log, fake_engine, monkeypatch
):
    with pytest.raises(StoreUnwritable, match="disk is full"), log.recorded() as run:
        live(fake_engine, "before")
        eventually(log.has_all)
        fault = StoreUnwritable("the disk is full")

        def append(*_: object) -> None:
            raise fault

        monkeypatch.setattr(Writer, "append", append)
        live(fake_engine, "after")
        eventually(lambda: run.status.store_fault)
    monkeypatch.undo()
    with log.recorded():
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)


@pytest.mark.parametrize("how", ["moved", "replaced"])
def test_a_file_that_is_not_where_it_was_ends_the_recording_until_it_is_put_back(
    log, fake_engine, how
):
    elsewhere = log.path.with_name("elsewhere.db")
    with pytest.raises(StoreMoved, match="moved, replaced or deleted"), log.recorded() as run:
        live(fake_engine, "before")
        eventually(log.has_all)
        log.path.rename(elsewhere)
        if how == "replaced":
            log.path.write_bytes(b"")
        live(fake_engine, "after")
        eventually(lambda: run.error)
    elsewhere.rename(log.path)
    with log.recorded():
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.later_gaps() == []


def test_a_file_that_is_deleted_ends_the_recording_and_no_other_is_made_in_its_place(
    log, fake_engine
):
    with pytest.raises(StoreMoved, match="moved, replaced or deleted"), log.recorded() as run:
        live(fake_engine, "before")
        eventually(log.has_all)
        log.path.unlink()
        live(fake_engine, "after")
        eventually(lambda: run.error)
    assert not log.path.exists()


def test_a_lock_that_is_removed_ends_the_recording_before_another_one_begins(log, fake_engine):
    with pytest.raises(LockGone, match="was removed"), log.recorded() as run:
        live(fake_engine, "before")
        eventually(log.has_all)
        lock_file(log.path).unlink()
        eventually(lambda: run.error)
    with log.recorded():
        live(fake_engine, "after")
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    assert log.later_gaps() == []


def test_a_stalled_writer_does_not_keep_the_stream_waiting(log, fake_engine, monkeypatch):
    real, put, stalled, looks = Writer.append, Watch._put, threading.Event(), []

    def append(self, entries, reported=()):
        while stalled.is_set():
            time.sleep(0.01)
        return real(self, entries, reported)

    def note(self, message):
        if stalled.is_set() and isinstance(message, Walked):
            looks.append(message)
        put(self, message)

    monkeypatch.setattr(Writer, "append", append)
    monkeypatch.setattr(Watch, "_put", note)
    with log.recorded():
        live(fake_engine, "before")
        eventually(log.has_all)
        stalled.set()
        for number in range(300):
            live(fake_engine, f"web-{number}")
        time.sleep(1.0)
        # What an engine has not yet handed over waits in its own queue for this subscriber.
        eventually(lambda: fake_engine.memory.waiting() == 0)
        assert len(looks) <= 2  # a look holds 256 events, so that many would fill the memory
        stalled.clear()
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
