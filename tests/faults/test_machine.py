"""A state machine over an engine, the line to it and the recorder: any order of what can happen."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.recording.recorder import Recorder
from domain.facts.engine import ClockStepped
from domain.moments import HOUR, SECOND
from tests.app.recording.conftest import Log
from tests.fakes.engine import FakeEngine
from tests.faults.figures import Figures
from tests.faults.promises import Findings, findings, wrong_state
from tests.faults.proxy import Mishap, Proxy
from tests.faults.trial import Recording, until

STEPS = 30
_IMAGES = 3
_GARBLES = (Mishap.GARBLE, Mishap.GARBLE_SIZE)

which = strategies.integers(0, 9)


class Machine(RuleBasedStateMachine):
    """Whatever happens in whatever order: at rest everything is stored once or lies in a gap."""

    done: ClassVar[Counter[str]] = Counter()
    said = declared = gaps = 0

    @initialize()
    def begin(self) -> None:
        self._open = ExitStack()
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="shipslog-")))
        self.store = folder / "shipslog.db"
        self.engine = self._open.enter_context(FakeEngine(folder / "e.sock"))
        self.proxy = self._open.enter_context(Proxy(folder / "p.sock", self.engine.socket))
        long_ago = self.engine.now() - 10**15
        names = [f"shop/web:{number}" for number in range(1, _IMAGES + 1)]
        self.images = [self.engine.add_image(name, created=long_ago) for name in names]
        self.waiting: list[str] = []
        self.running: list[str] = []
        self.tags: set[str] = set()
        self.restarts: list[int] = []
        self.named = 0
        self.stepped = False
        self.recording: Recording | None = Recording(self.store, self.proxy.url)

    def note(self, what: str) -> None:
        Machine.done[what] += 1

    # --- the engine ---

    @rule()
    def create(self) -> None:
        self.note("create")
        self.named += 1
        self.waiting.append(self.engine.create(f"web-{self.named}", tier="front – ⚓"))

    @precondition(lambda self: self.waiting)
    @rule(which=which)
    def start(self, which: int) -> None:
        self.note("start")
        container = self.waiting.pop(which % len(self.waiting))
        self.engine.start(container)
        self.running.append(container)

    @precondition(lambda self: self.running)
    @rule(which=which, code=which, loud=strategies.sampled_from([True, True, False]))
    def die(self, which: int, code: int, loud: bool) -> None:
        self.note("die")
        container = self.running.pop(which % len(self.running))
        # Without a word, as one that ends while the engine is down; `rest` waits for the next look.
        self.engine.die(container, code, loud=loud)
        self.waiting.append(container)

    @precondition(lambda self: self.waiting)
    @rule(which=which)
    def destroy(self, which: int) -> None:
        self.note("destroy")
        self.engine.destroy(self.waiting.pop(which % len(self.waiting)))

    @rule(which=which, image=which)
    def tag(self, which: int, image: int) -> None:
        self.note("tag")
        reference = f"shop/moving:{which % 2}"
        self.engine.tag(reference, self.images[image % _IMAGES])
        self.tags.add(reference)

    @precondition(lambda self: self.tags)
    @rule()
    def untag(self) -> None:
        self.note("untag")
        self.engine.untag(self.tags.pop())

    @rule(times=strategies.sampled_from([3, 30, 300]))
    def burst(self, times: int) -> None:
        self.note("burst")
        for number in range(times):
            self.engine.say("volume", "mount", "shop-data", container=f"{number:064x}")

    @rule()
    def restart_the_engine(self) -> None:
        self.note("restart the engine")
        self.restarts.append(self.engine.now())
        self.engine.restart()

    @precondition(lambda self: self.recording)
    @rule(step=strategies.sampled_from([-HOUR, -10 * SECOND, 10 * SECOND, HOUR]))
    def step_the_clock(self, step: int) -> None:
        """While all is well: by which clock something was lost that nobody saw cannot be told."""
        self.rest()
        self.note("step the clock")
        self.stepped = True
        steps = self.steps_noted()
        self.engine.clock_offset += step
        assert until(lambda: self.steps_noted() > steps, step=0.05)

    def steps_noted(self) -> int:
        return len(Log(self.store).of(ClockStepped.TOPIC))

    # --- the line ---

    @rule(reset=strategies.booleans())
    def cut(self, reset: bool) -> None:
        self.note("cut")
        self.proxy.cut(reset=reset)

    @rule(mishap=strategies.sampled_from(Mishap), times=strategies.integers(1, 3))
    def happen(self, mishap: Mishap, times: int) -> None:
        self.note("mishap")
        self.proxy.happen(mishap, times)

    @rule(streams=strategies.booleans())
    def stall(self, streams: bool) -> None:
        self.note("stall")
        if streams:
            self.proxy.conditions.stalled_streams = True
        else:
            self.proxy.conditions.stalled = True

    @rule()
    def refuse(self) -> None:
        self.note("refuse")
        self.proxy.refuse()

    @rule()
    def heal(self) -> None:
        self.note("heal")
        self.proxy.heal()

    # --- the recorder ---

    @precondition(lambda self: self.recording)
    @rule()
    def kill(self) -> None:
        self.note("kill")
        assert self.recording is not None
        with mock.patch.object(Recorder, "_finish", lambda recorder: None):
            self.recording.stop()
        self.recording = None

    @precondition(lambda self: self.recording)
    @rule()
    def stop(self) -> None:
        self.note("stop")
        assert self.recording is not None
        self.recording.stop()
        self.recording = None

    @precondition(lambda self: not self.recording)
    @rule()
    def record(self) -> None:
        self.note("record")
        self.proxy.heal()
        self.recording = Recording(self.store, self.proxy.url)

    @rule()
    def rest(self) -> None:
        """The faults end, and all comes to be as promised."""
        self.note("rest")
        if self.recording is None:
            self.record()
        self.proxy.heal()
        # What happened without a word is found by looking, which a tag event brings about.
        self.engine.tag("shop/web:1", self.images[0])
        until(lambda: not self.broken(), step=0.05)
        assert not self.broken()

    def broken(self) -> list[str]:
        """The promises that are not kept."""
        found = self.findings()
        broken = [*found.lost, *found.twice, *found.forged]
        if broken or self.stepped:
            # Once the clock was set, moments tell neither what came first nor what lay between.
            return broken
        return [*found.needless, *wrong_state(self.store, self.engine)]

    def findings(self) -> Findings:
        garbled = sum(self.proxy.befallen[garble] for garble in _GARBLES)
        return findings(self.store, self.engine, restarts=self.restarts, garbled=garbled)

    def teardown(self) -> None:
        if not hasattr(self, "_open"):
            return
        with self._open:
            try:
                self.rest()
            finally:
                if self.recording is not None:
                    self.recording.stop()
            assert not self.broken()
            found = self.findings()
            Machine.said += found.said
            Machine.declared += found.declared
            Machine.gaps += found.gaps


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("own_folders", "hurry_to_look")
def test_in_whatever_order_it_happens_all_is_stored_once_or_declared(figures: Figures):
    examples = figures.times(3, whole=420)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            # Threads and clocks take part: a failure need not come again for a shorter one.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    steps = Machine.done.total()
    found = f"of {Machine.said:,} events {Machine.declared:,} declared lost in {Machine.gaps} gaps"
    figures.note("state machine, steps", steps, f"{found}, 0 lost, 0 twice", "0 lost, 0 twice")
