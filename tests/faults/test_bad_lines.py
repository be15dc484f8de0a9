"""A real engine behind a bad line, and a real recorder: a scripted day is recorded all the same."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path

from adapters.engines.events import api_moment
from tests.engines import api, scenario
from tests.engines.capture import Event
from tests.engines.comparison import captured, counted_probes, stored
from tests.engines.recorder import Shipslog, until
from tests.engines.running import RunningEngine
from tests.faults.engines import gaps_of
from tests.faults.figures import Figures
from tests.faults.proxy import Mishap, Proxy

_RECONNECTING = (Mishap.CUT, Mishap.CUT_IN_SIZE, Mishap.GARBLE_SIZE, Mishap.RESET, Mishap.END)
_PASSING = (Mishap.DROP, Mishap.DOUBLE, Mishap.SWAP)
_SHORT_DAY = (
    *(scenario.import_a_base, scenario.build_the_first_version, scenario.run_the_first_version),
    *(scenario.run_beside_it, scenario.pause, scenario.unpause, scenario.rename),
    *(scenario.forge_labels, scenario.restart_after_failures, scenario.run_and_remove),
)
"""The steps that are taken in every run."""


class Weather:
    """Cuts, stalls and damages the line at random until the context ends."""

    def __init__(self, proxy: Proxy, seed: int) -> None:
        self._proxy = proxy
        self._chance = random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)
        self.cuts: list[float] = []
        self.stalls = 0

    def __enter__(self) -> Weather:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._proxy.heal()

    def _go(self) -> None:
        kind = 0.0
        while not self._over.wait(self._chance.uniform(0.5, 4.0)):
            if kind < 0.4:
                self._proxy.cut(reset=self._chance.random() < 0.5)
                self.cuts.append(time.monotonic())
            elif kind < 0.7:
                self._proxy.happen(self._chance.choice(_RECONNECTING))
                self._proxy.happen(self._chance.choice(_PASSING))
            else:
                self.stalls += 1
                self._proxy.conditions.stalled_streams = True
                self._proxy.conditions.stalled = self._chance.random() < 0.5
                self._over.wait(self._chance.uniform(0.5, 3.0))
                self._proxy.heal()
            kind = self._chance.random()

    def waited(self) -> list[float]:
        """Seconds from each cut until an event stream passed again."""
        after = [[at - cut for at in self._proxy.opened if at > cut] for cut in self.cuts]
        return [waited[0] for waited in after if waited]


def day(engine: RunningEngine, *, whole: bool) -> None:
    """The scripted day, or the beginning of it."""
    engine.clear()
    for step in scenario.steps(engine.kind) if whole else _SHORT_DAY:
        step(engine)
    engine.clear()


def wait_until_stored(shipslog: Shipslog, events: list[Event]) -> None:
    """Waits until all that the engine said is stored, or counted as a probe."""
    said = Counter(map(captured, events))

    def missing() -> int:
        return (said - Counter(stored(shipslog.store))).total() - counted_probes(shipslog.store)

    until(lambda: missing() <= 0, lambda: f"{missing()} of {said.total()} events are not stored")


def test_a_day_on_a_bad_line_is_recorded_exactly_once(
    docker_engine: RunningEngine, short_folder: Path, tmp_path: Path, figures: Figures
) -> None:
    engine = docker_engine
    waited: list[float] = []
    said = faults = 0
    days = figures.times(1, whole=10)
    for seed in range(days):
        shipslog = Shipslog(tmp_path / f"day-{seed}.db")
        now = api_moment(time.time_ns())
        remembered = api.get_lines(engine.socket, f"/events?since=1&until={now}")
        with (
            Proxy(short_folder / f"{seed}.sock", engine.socket) as proxy,
            shipslog.recording(proxy.url),
        ):
            with engine.capture() as capture, Weather(proxy, seed) as weather:
                day(engine, whole=figures.whole)
            wait_until_stored(shipslog, capture.events)
            until(lambda: len(weather.waited()) == len(weather.cuts), lambda: "not connected")
        events = Counter(map(captured, capture.events))
        kept = Counter(stored(shipslog.store))
        assert max(kept.values()) == 1
        assert set(kept) <= {*events, *map(captured, remembered)}, "stored but never said"
        probes = events - kept
        assert {action for _, action, *_ in probes} <= {"exec_create", "exec_start", "exec_die"}
        assert gaps_of(shipslog.store) == []
        waited += weather.waited()
        said += events.total()
        faults += len(weather.cuts) + weather.stalls + proxy.befallen.total()
    waited.sort()
    late = waited[int(0.95 * (len(waited) - 1))] if waited else 0.0
    assert late <= 5.0
    found = f"0 of {said:,} events lost, 0 twice, 0 gaps; {faults} faults, "
    found += f"reconnected in {late:.1f} s (p95)"
    figures.note("days of Docker 26.1 on a bad line", days, found, "0 lost, 0 twice, p95 5 s")
