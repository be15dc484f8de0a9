"""One recorder a store, and the second one is told at once who the first is."""

import multiprocessing
import os
import signal
import time

import pytest

from adapters.store.errors import Held
from adapters.store.lock import hold, holder
from tests.adapters.store.sample import BEGIN


def keep(place, ready):
    with hold(place, now=BEGIN):
        ready.set()
        time.sleep(60)


@pytest.fixture
def recorder(place):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=keep, args=(place, ready))
    process.start()
    assert ready.wait(20)
    yield process
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
        process.join()


def test_the_second_recorder_is_told_who_the_first_is(place, recorder):
    began = time.monotonic()
    with (
        pytest.raises(Held, match=rf"process {recorder.pid}, since 2025-11-24T16:00:00"),
        hold(place, now=BEGIN),
    ):
        pass
    assert time.monotonic() - began < 1


def test_who_records_can_be_asked(place, recorder):
    assert holder(place) == f"process {recorder.pid}, since 2025-11-24T16:00:00.000000000Z"


def test_a_killed_recorder_holds_nothing(place, recorder):
    os.kill(recorder.pid, signal.SIGKILL)
    recorder.join()
    assert holder(place) is None
    with hold(place, now=BEGIN):
        assert holder(place) is not None


def test_a_lock_is_let_go_at_the_end(place):
    for _ in range(2):
        with hold(place, now=BEGIN):
            assert holder(place).startswith(f"process {os.getpid()},")
        assert holder(place) is None


def test_a_store_that_is_not_there_has_no_recorder(place):
    assert holder(place) is None


def test_two_stores_have_a_recorder_each(place, recorder):
    with hold(place.with_name("other.db"), now=BEGIN):
        assert holder(place).startswith(f"process {recorder.pid},")


def test_a_shorter_holder_leaves_nothing_of_a_longer_one(place):
    with hold(place, now=-1):
        longer = holder(place)
    with hold(place, now=BEGIN):
        assert longer not in holder(place)
        assert holder(place).count("process") == 1
