"""What stands still: a writer that cannot write does not slow the engine, a stalled stream is told.

Docker makes every command wait 100 ms while a listener does not read, and then leaves events out.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.store.sqlite_engine import connect
from tests.engines.recorder import Shipslog, until
from tests.engines.running import RunningEngine
from tests.faults.engines import account, gaps_of
from tests.faults.figures import Figures
from tests.faults.proxy import Proxy

_TAGS = 400


@contextmanager
def unwritable(store: Path) -> Iterator[None]:
    """Nobody else can write into the store while the block runs."""
    with closing(connect(store)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def tag(engine: RunningEngine, image: str, times: int) -> list[float]:
    """Sets a tag so many times; gives the seconds that each took."""
    took = []
    for number in range(times):
        began = time.monotonic()
        engine.post(f"/images/{image}/tag?repo=stalled&tag={number % 10}")
        took.append(time.monotonic() - began)
    return took


@pytest.fixture
def shipslog(tmp_path: Path) -> Shipslog:
    """The command on a store of its own."""
    return Shipslog(tmp_path / "stalls.db")


def test_a_writer_that_cannot_write_does_not_slow_the_engine(
    docker_engine: RunningEngine, shipslog: Shipslog, figures: Figures
) -> None:
    image, held = docker_engine.base_image(), figures.times(3, whole=5)

    def missing() -> int:
        found = account(shipslog.store, capture.events)
        return len(found.lost) + found.in_gaps

    with shipslog.recording(docker_engine.url):
        with docker_engine.capture() as capture:
            usual = tag(docker_engine, image, 100)
            with unwritable(shipslog.store):
                began = time.monotonic()
                meanwhile = tag(docker_engine, image, _TAGS)
                time.sleep(max(0.0, began + held - time.monotonic()))
        until(lambda: not missing(), lambda: f"{missing()} are not stored")
    assert account(shipslog.store, capture.events).twice == []
    ratio = statistics.mean(meanwhile) / statistics.mean(usual)
    # Each would take 100 ms, some 50 times as long.
    assert ratio < 10
    took = f"{1000 * statistics.mean(meanwhile):.1f} ms each, {ratio:.1f} times the usual"
    found = f"{took}; 0 lost, 0 twice"
    fault = f"tags while the store is locked for {held} s"
    figures.note(fault, _TAGS, found, "as long as ever, 0 lost")


def test_a_stream_that_stalls_loses_nothing_undeclared(
    docker_engine: RunningEngine, shipslog: Shipslog, short_folder: Path, figures: Figures
) -> None:
    seconds = figures.times(3, whole=60)
    image = docker_engine.base_image()
    with (
        Proxy(short_folder / "proxy.sock", docker_engine.socket) as proxy,
        shipslog.recording(proxy.url),
    ):
        with docker_engine.capture() as capture:
            began = time.monotonic()
            proxy.conditions.stalled_streams = True
            while time.monotonic() < began + seconds:
                tag(docker_engine, image, 5)
                time.sleep(0.05)
            proxy.heal()
            tag(docker_engine, image, 1)
        until(
            lambda: not account(shipslog.store, capture.events).lost,
            lambda: str(account(shipslog.store, capture.events).lost[:3]),
        )
    found = account(shipslog.store, capture.events)
    assert found.twice == []
    figures.note(
        "seconds for which a stream stalled",
        seconds,
        f"of {found.said:,} events {found.said - found.in_gaps:,} stored, "
        f"{found.in_gaps:,} declared lost in {len(gaps_of(shipslog.store))} gaps",
        "0 lost undeclared, 0 twice",
    )
