"""A real engine behind a bad line, and a real recorder: a scripted day is recorded all the same."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from adapters.engines.events import api_moment
from tests.engines import api, scenario
from tests.engines.comparison import Said, captured, counted_probes, stored
from tests.engines.recorder import Shipslog, until
from tests.engines.running import RunningEngine
from tests.faults.engines import account, gaps_of
from tests.faults.figures import Figures
from tests.faults.proxy import Mishap, Proxy

_RECONNECTING = (Mishap.CUT, Mishap.CUT_IN_SIZE, Mishap.GARBLE_SIZE, Mishap.RESET, Mishap.END)
_PASSING = (Mishap.DROP, Mishap.DOUBLE, Mishap.SWAP)
_SHORT_DAY = (
    *(scenario.import_a_base, scenario.build_the_first_version, scenario.run_the_first_version),
    *(scenario.run_beside_it, scenario.pause, scenario.unpause, scenario.rename),
    *(scenario.forge_labels, scenario.fail_to_start, scenario.run_and_remove),
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
        # A day may be short; the line is cut in it all the same.
        pause, kind = 0.3, 0.0
        while not self._over.wait(pause):
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
            pause, kind = self._chance.uniform(0.5, 4.0), self._chance.random()

    def waited(self) -> list[float]:
        """Seconds from each cut until an event stream passed again."""
        after = [[at - cut for at in self._proxy.opened if at > cut] for cut in self.cuts]
        return [waited[0] for waited in after if waited]


class Day(NamedTuple):
    """What an engine said on a day on a bad line, and how the line fared."""

    remembered: set[Said]
    """What it had said before and still remembered."""
    said: Counter[Said]
    faults: int
    waited: list[float]


def record_a_day(
    engine: RunningEngine,
    steps: Sequence[scenario.Step],
    shipslog: Shipslog,
    proxy: Proxy,
    weather: Weather,
) -> Day:
    """Records the steps of a scripted day until all is stored."""
    now = api_moment(time.time_ns())
    remembered = set(map(captured, api.get_lines(engine.socket, f"/events?since=1&until={now}")))
    with proxy, shipslog.recording(proxy.url):
        with engine.capture() as capture, weather:
            engine.clear()
            for step in steps:
                step(engine)
            engine.clear()
        events = capture.events
        until(
            lambda: not account(shipslog.store, events).lost,
            lambda: f"not stored: {account(shipslog.store, events).lost}",
        )
        until(lambda: len(weather.waited()) == len(weather.cuts), lambda: "not connected")
    faults = len(weather.cuts) + weather.stalls + proxy.befallen.total()
    return Day(remembered, Counter(map(captured, events)), faults, weather.waited())


def assert_exactly_once(store: Path, day: Day) -> None:
    """All that was said is stored once, or counted as a health probe, and nothing else is."""
    kept = Counter(stored(store))
    assert max(kept.values()) == 1
    assert set(kept) <= {*day.said, *day.remembered}, "stored but never said"
    probes = day.said - kept
    assert {action for _, action, *_ in probes} <= {"exec_create", "exec_start", "exec_die"}
    assert probes.total() == counted_probes(store), "said but not stored"
    assert gaps_of(store) == []


def test_a_day_on_a_bad_line_is_recorded_exactly_once(
    docker_engine: RunningEngine, short_folder: Path, tmp_path: Path, figures: Figures
) -> None:
    steps = scenario.steps(docker_engine.kind) if figures.whole else _SHORT_DAY
    days = []
    for seed in range(figures.times(1, whole=10)):
        shipslog = Shipslog(tmp_path / f"day-{seed}.db")
        proxy = Proxy(short_folder / f"{seed}.sock", docker_engine.socket)
        days.append(record_a_day(docker_engine, steps, shipslog, proxy, Weather(proxy, seed)))
        assert_exactly_once(shipslog.store, days[-1])
    waited = sorted(seconds for day in days for seconds in day.waited)
    late = waited[int(0.95 * (len(waited) - 1))]
    said, faults = sum(day.said.total() for day in days), sum(day.faults for day in days)
    found = f"0 of {said:,} events lost, 0 twice, 0 gaps; {faults} faults, "
    found += f"reconnected in {late:.1f} s (p95)"
    figures.note("days of Docker 26.1 on a bad line", len(days), found, "0 lost, 0 twice, 5 s")
