"""The recorder is killed at random moments while an engine is busy: nothing lost, nothing twice."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path

from adapters.store.opening import open_reader
from domain.facts.engine import GapCause, GapDeclared
from tests.engines.comparison import captured, stored
from tests.engines.recorder import Shipslog, until
from tests.engines.running import RunningEngine
from tests.faults.figures import Figures


class Traffic:
    """Containers and tags that come and go on an engine until told to stop."""

    def __init__(self, engine: RunningEngine, image: str) -> None:
        self._engine = engine
        self._image = image
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _go(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            tag = f"traffic/run:{number}"
            self._engine.docker("tag", self._image, tag)
            self._engine.docker("run", "--rm", "--network", "none", tag, "true")
            self._engine.docker("rmi", tag)


def test_a_killed_recorder_loses_nothing_and_stores_nothing_twice(
    docker_engine: RunningEngine, tmp_path: Path, figures: Figures
) -> None:
    engine, kills = docker_engine, figures.times(20, whole=100)
    image = engine.base_image()
    shipslog = Shipslog(tmp_path / "killed.db")
    chance = random.Random(20)
    with engine.capture() as capture, Traffic(engine, image):
        for _ in range(kills):
            recorder = shipslog.start_recorder(engine.url)
            time.sleep(chance.uniform(0.0, 0.7))
            recorder.kill()
            recorder.wait()
        last = shipslog.start_recorder(engine.url)
    said = Counter(map(captured, capture.events))

    def caught_up() -> bool:
        return len(stored(shipslog.store)) >= said.total()

    until(caught_up, lambda: f"{len(stored(shipslog.store))} of {said.total()} events are stored")
    last.terminate()
    assert last.wait(timeout=15) == 0

    kept = Counter(stored(shipslog.store))
    kept = Counter({event: count for event, count in kept.items() if event in said or count > 1})
    assert kept == said
    assert _gaps(shipslog.store) == [GapCause.FIRST_CONTACT]
    verified = shipslog.json("verify")
    assert verified["result"] == "VERIFIED, NOT WITNESSED"
    assert (verified["unsealed"], verified["first_bad"]) == (0, None)
    found = f"0 of {said.total():,} lost, 0 twice, no gap, the ledger verifies"
    figures.note("recorder killed at random", kills, found, "0 lost, 0 twice")


def _gaps(store: Path) -> list[GapCause]:
    reader = open_reader(store)
    gaps = [recorded.fact for recorded in reader.of_topics([GapDeclared.TOPIC])]
    reader.close()
    return [gap.cause for gap in gaps if isinstance(gap, GapDeclared)]
