"""A recording ends when it is told to, whatever the engine does."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue

import pytest

from adapters.engines.endpoints import Endpoint
from app.recording import watch as watching
from app.recording.watch import Watch
from app.recording.workers import Workers
from domain.concealing import Concealment
from tests.app.recording.conftest import assert_exactly_once, eventually
from tests.app.recording.test_recording import live

ROOT = Path(__file__).parents[3]
OF_A_WATCH = {"watch", "walk", "inspect", "survey", "drift", "builds"}


def threads_of_watches() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in OF_A_WATCH]


@pytest.fixture
def watch(fake_engine):
    """Makes watches of the fake engine."""
    concealment = Concealment(frozenset(), lambda value: "")
    return lambda: Watch(Endpoint("", fake_engine.url), SimpleQueue(), concealment)


def test_fifty_watches_come_and_go_and_leave_no_thread(watch, fake_engine):
    for number in range(50):
        one = watch()
        one.start()
        if number % 5 == 0:
            eventually(lambda: any("events" in r.path for r in fake_engine.requests))
        elif number % 5 == 1:
            time.sleep(number / 5_000)
        began = time.monotonic()
        one.stop()
        assert time.monotonic() - began < 1.0
        fake_engine.requests.clear()
    eventually(lambda: threads_of_watches() == [], what=str(threads_of_watches()))


def test_a_watch_ends_while_it_waits_to_try_again(watch, fake_engine, monkeypatch):
    monkeypatch.setattr(watching, "_BACKOFF_SECONDS", (30.0, 30.0))
    fake_engine.down()
    one = watch()
    one.start()
    time.sleep(0.1)
    began = time.monotonic()
    one.stop()
    assert time.monotonic() - began < 1.0
    eventually(lambda: threads_of_watches() == [])
    fake_engine.up()


def test_a_recording_ends_while_the_engine_does_not_answer(log, fake_engine):
    with log.recorded() as run:
        live(fake_engine)
        eventually(log.has_all)
        fake_engine.freeze()
        fake_engine.create("unheard")
        time.sleep(0.2)
        began = time.monotonic()
        run.stop()
        assert time.monotonic() - began < 5.0
        fake_engine.thaw()
    assert log.of("recording.stopped")[-1].reason == "the recorder was stopped"


def test_what_was_received_before_the_end_is_stored(log, fake_engine):
    with log.recorded():
        for number in range(200):
            live(fake_engine, f"web-{number}")
        eventually(lambda: len(log.events) > 10)
    with log.recorded():
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)


# --- as a process ---


def start(log, fake_engine, *more):
    command = ["-m", "app.cli", "--store", str(log.path), "record", "--engine", fake_engine.url]
    return subprocess.Popen(
        [sys.executable, *command, *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_cleanly(log, fake_engine, number):
    process = start(log, fake_engine)
    live(fake_engine)
    eventually(lambda: log.has_all() and log.of("recording.started"), seconds=30)
    process.send_signal(number)
    out, _ = process.communicate(timeout=10)
    assert process.returncode == 0, out
    assert "Traceback" not in out
    assert log.of("recording.stopped")[-1].reason == "the recorder was stopped"
    assert_exactly_once(log, fake_engine)


def test_a_signal_ends_the_process_while_the_engine_does_not_answer(log, fake_engine):
    process = start(log, fake_engine)
    eventually(lambda: log.of("recording.started"), seconds=30)
    fake_engine.silent_paths.add("/containers/")
    fake_engine.create("web")
    eventually(lambda: any("/containers/" in r.path for r in fake_engine.requests), seconds=30)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=25)
    assert process.returncode == 0, out
    assert time.monotonic() - began < 8.0
    assert log.of("recording.stopped")[-1].reason == "the recorder was stopped"


def test_a_process_that_is_killed_loses_nothing_that_the_engine_remembers(log, fake_engine):
    for number in range(3):
        process = start(log, fake_engine)
        eventually(lambda n=number: len(log.of("recording.started")) > n, seconds=30)
        for life in range(5):
            live(fake_engine, f"web-{number}-{life}")
        process.kill()
        process.communicate(timeout=10)
    with log.recorded():
        eventually(log.has_all)
    assert_exactly_once(log, fake_engine)
    ended = [fact.reason for fact in log.of("recording.stopped")]
    assert ended == ["the recorder ended without notice"] * 3 + ["the recorder was stopped"]


def test_a_recording_may_be_of_a_given_length(log, fake_engine):
    process = start(log, fake_engine, "--for", "1s")
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0, out
    assert len(log.of("recording.stopped")) == 1


def test_a_second_process_is_refused(log, fake_engine):
    first = start(log, fake_engine)
    eventually(lambda: log.of("recording.started"), seconds=30)
    second = start(log, fake_engine)
    out, _ = second.communicate(timeout=30)
    assert second.returncode not in (0, None)
    assert f"process {first.pid}" in out
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=10)
    assert list(log.path.parent.glob("*.new")) == []


# --- workers ---


def test_workers_do_what_they_are_given_and_survive_mistakes(monkeypatch):
    from app.recording import workers

    told = []
    monkeypatch.setattr(workers.log, "exception", lambda *_: told.append("mistake"))
    done = threading.Event()
    two = Workers(2, "inspect")
    for _ in range(4):
        two.do(lambda: 1 / 0)
    two.do(done.set)
    assert done.wait(5)
    two.stop()
    eventually(lambda: "inspect" not in threads_of_watches())
    assert told == ["mistake"] * 4


def test_workers_that_are_stopped_do_nothing_more():
    blocked, done = threading.Event(), []
    one = Workers(1, "inspect")
    one.do(blocked.wait)
    one.do(lambda: done.append(1))
    one.stop()
    one.do(lambda: done.append(2))
    blocked.set()
    eventually(lambda: "inspect" not in threads_of_watches())
    assert done == []
