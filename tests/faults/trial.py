"""A scenario played on a fake engine, a proxy and a real recorder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from adapters.store.opening import connect_to_read
from app.recording.recording import record
from app.recording.status import read_status
from domain.errors import ShipslogError
from tests.fakes.engine import FakeEngine
from tests.faults.promises import Findings, findings, wrong_state
from tests.faults.proxy import Mishap, Proxy
from tests.faults.scenarios import Deed, Scenario, Step

PATIENCE = 10.0
"""Seconds within which all has to be as it should, once the faults have ended."""


class Outcome(NamedTuple):
    """What came of a scenario."""

    scenario: Scenario
    findings: Findings
    wrong_state: list[str]
    reconnected: float
    """Seconds from the end of the faults until something that happened then was stored."""

    @property
    def broken(self) -> list[str]:
        """The promises that are not kept, in words."""
        return [*self.findings.broken, *self.wrong_state]


class Recording:
    """A recorder on a thread of its own."""

    def __init__(self, store: Path, url: str) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._error: BaseException | None = None
        self._began = time.time_ns()
        self._thread = threading.Thread(target=self._run, args=(url,), daemon=True)
        self._thread.start()
        until(self._is_connected, "the recorder does not connect")

    def _run(self, url: str) -> None:
        try:
            record(self._store, [url], say=lambda _: None, stopping=self._stopping)
        except BaseException as error:  # noqa: BLE001
            self._error = error

    def _is_connected(self) -> bool:
        if self._error is not None:
            raise self._error
        status = read_status(self._store)
        return bool(status and status.since >= self._began and status.engines[0].connected)

    def stop(self) -> None:
        """Ends it; raises what it failed with."""
        self._stopping.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the recorder does not end"
        if self._error is not None:
            raise self._error


def until(condition: Callable[[], bool], otherwise: str = "", *, step: float = 0.01) -> bool:
    """Waits for the condition; where it does not come about, fails with `otherwise` if given."""
    deadline = time.monotonic() + PATIENCE
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(step)
    assert met or not otherwise, otherwise
    return met


def is_stored(store: Path, moment: int) -> bool:
    """Whether an event of this moment of an engine is stored."""
    with suppress(ShipslogError), closing(connect_to_read(store)) as connection:
        found = connection.execute("SELECT 1 FROM reported WHERE time_ns = ?", (moment,))
        return found.fetchone() is not None
    return False


class Trial:
    """One scenario, in a folder of its own with a short path."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self.store = folder / "shipslog.db"
        self.engine = FakeEngine(folder / "e.sock", daemon_id=f"fake-{scenario.seed}")
        self.proxy = Proxy(folder / "p.sock", self.engine.socket)
        self._scenario = scenario
        self._restarts: list[int] = []
        self._going_on: list[str] = []
        self._named = 0

    def run(self) -> Outcome:
        """Plays it to its end, and looks at what came of it."""
        with self.engine, self.proxy:
            self._furnish()
            recording = Recording(self.store, self.proxy.url)
            try:
                self._play()
                reconnected = self._wait_for_the_last_event()
                until(lambda: not self._findings().broken and not self._wrong_state(), step=0.05)
                wrong = self._wrong_state()
            finally:
                recording.stop()
            return Outcome(self._scenario, self._findings(), wrong, reconnected)

    def _furnish(self) -> None:
        long_ago = self.engine.now() - 10**15
        self._images = [
            self.engine.add_image(f"shop/web:{number}", created=long_ago) for number in range(1, 4)
        ]

    def _play(self) -> None:
        began = time.monotonic()
        for step in self._scenario.steps:
            time.sleep(max(0.0, began + step.at - time.monotonic()))
            _DEEDS[step.deed](self, step)
        self.proxy.heal()

    def _wait_for_the_last_event(self) -> float:
        began = time.monotonic()
        last = self.engine.say("image", "tag", self._images[0], name="shop/web:1")["timeNano"]
        until(lambda: is_stored(self.store, last))
        return time.monotonic() - began

    def _findings(self) -> Findings:
        befallen = self.proxy.befallen
        garbled = befallen[Mishap.GARBLE] + befallen[Mishap.GARBLE_SIZE]
        return findings(self.store, self.engine, restarts=self._restarts, garbled=garbled)

    def _wrong_state(self) -> list[str]:
        return wrong_state(self.store, self.engine)

    # --- the engine ---

    def live(self, step: Step) -> None:
        for _ in range(step.measure):
            container = self._create()
            self.engine.start(container)
            self.engine.die(container, 3)
            self.engine.destroy(container)

    def _create(self) -> str:
        self._named += 1
        return self.engine.create(f"web-{self._named}", tier="front – ⚓ José 🐋")

    def begin(self, step: Step) -> None:
        for _ in range(step.measure):
            container = self._create()
            self.engine.start(container)
            self._going_on.append(container)

    def _one(self, step: Step) -> str | None:
        return self._going_on.pop(step.measure % len(self._going_on)) if self._going_on else None

    def finish(self, step: Step) -> None:
        if container := self._one(step):
            self.engine.die(container, step.measure)

    def remove(self, step: Step) -> None:
        if container := self._one(step):
            self.engine.die(container, 137)
            self.engine.destroy(container)

    def tag(self, step: Step) -> None:
        self.engine.tag(f"shop/moving:{step.measure % 2}", self._images[step.measure % 3])

    def burst(self, step: Step) -> None:
        for number in range(step.measure):
            self.engine.say("volume", "mount", "shop-data", container=f"{number:064x}")

    def restart(self, step: Step) -> None:
        self._restarts.append(self.engine.now())
        self.engine.down()
        if container := self._one(step):
            self.engine.die(container, 255, loud=False)
        self.engine.up()

    # --- the line ---

    def happen(self, step: Step) -> None:
        assert step.mishap is not None
        self.proxy.happen(step.mishap, step.measure)

    def suffer(self, step: Step) -> None:
        conditions = self.proxy.conditions
        match step.deed:
            case Deed.STATUS:
                conditions.status = step.measure
            case Deed.UNANSWERED:
                conditions.unanswered = True
            case Deed.STALL:
                conditions.stalled = True
            case Deed.STALL_STREAMS:
                conditions.stalled_streams = True
            case Deed.LATENCY:
                conditions.latency = step.measure / 1000
            case Deed.BANDWIDTH:
                conditions.bandwidth = step.measure
            case Deed.SLICES:
                conditions.slices = step.measure


_DEEDS: dict[Deed, Callable[[Trial, Step], None]] = {
    **dict.fromkeys(Deed, Trial.suffer),
    Deed.LIVE: Trial.live,
    Deed.BEGIN: Trial.begin,
    Deed.FINISH: Trial.finish,
    Deed.REMOVE: Trial.remove,
    Deed.TAG: Trial.tag,
    Deed.BURST: Trial.burst,
    Deed.RESTART: Trial.restart,
    Deed.MISHAP: Trial.happen,
    Deed.CUT: lambda trial, _: trial.proxy.cut(),
    Deed.RESET: lambda trial, _: trial.proxy.cut(reset=True),
    Deed.REFUSE: lambda trial, _: trial.proxy.refuse(),
    Deed.HEAL: lambda trial, _: trial.proxy.heal(),
}
