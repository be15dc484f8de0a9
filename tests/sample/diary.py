"""The diary of the sample: what happens when, and who records it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.engines.endpoints import Endpoint
from adapters.store.opening import create_or_open
from app.recording.recorder import Recorder
from app.recording.status import read_status
from app.recording.watch import Watch
from domain.moments import SECOND
from tests.engines.running import RunningEngine
from tests.sample.stretch import Stretch, planned_moment
from tests.sample.watching import Disguise, StretchedWatch

_PATIENCE_SECONDS = 30.0
# Of drift; there are never more containers.
_LOOKS = 9
_SECONDS_PER_LOOK = 0.7
_BETWEEN_LOOKS = 7 * SECOND


class Diary:
    """An engine, the clock of the sample, and the store that a recorder writes it into."""

    def __init__(self, engine: RunningEngine, folder: Path, say: Callable[[str], None]) -> None:
        self.engine = engine
        self.store = folder / "week.db"
        self._keys = folder / "keys"
        self._say = say
        self._stretch = Stretch()
        self._watch: StretchedWatch | None = None

    def at(self, moment: str, what: str) -> None:
        """Ends the entry before, and begins one that happens at the planned moment."""
        if self._watch is not None:
            self._watch.settle()
        self._say(f"{moment}  {what}")
        self._stretch.begin(planned_moment(moment))

    def look_around(self, moment: str) -> None:
        """Gives the recorder time for what it does slowly: looking at one container after another.

        It rests at least five seconds between two looks; so much does not really have to pass.
        """
        self.at(moment, "nothing happens")
        for look in range(1, _LOOKS + 1):
            time.sleep(_SECONDS_PER_LOOK)
            self._stretch.begin(planned_moment(moment) + look * _BETWEEN_LOOKS)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """A recorder is at work while the block lasts."""
        stopping, connected = threading.Event(), threading.Event()
        with ThreadPoolExecutor(1, "recorder") as pool:
            recorder = pool.submit(self._record, stopping, connected)
            try:
                _wait_for(connected, recorder)
                yield
                assert self._watch is not None
                self._watch.settle()
            finally:
                stopping.set()
                self._watch = None
            recorder.result()

    def _record(self, stopping: threading.Event, connected: threading.Event) -> None:
        """The use case `record`, with the sample's clock and watch."""

        def watch(*particulars: Any) -> Watch:
            self._watch = StretchedWatch(Disguise(self.engine, self._stretch), *particulars)
            return self._watch

        before = read_status(self.store)
        now = self._stretch.now
        writer = create_or_open(self.store, now=now(), keys=self._keys)
        try:
            recorder = Recorder(
                self.store,
                writer,
                [Endpoint("", self.engine.url)],
                {self.engine.url: before.alive_at} if before else {},
                lambda _: connected.set(),
                now=now,
                tick=now,
                watch=watch,
            )
            recorder.run(stopping, None)
        finally:
            writer.close()

    def wait_for_state(self, container: str, state: str) -> None:
        """Waits until the container is in the state, or in that health."""
        form = "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}"
        self.wait_until(
            lambda: state in self.engine.docker("inspect", "--format", form, container).split()
        )

    @staticmethod
    def wait_until(condition: Callable[[], bool]) -> None:
        """Waits until the engine is where it is led."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the engine does not get there")
            time.sleep(0.1)


def _wait_for(connected: threading.Event, recorder: Future[None]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not connected.wait(0.05):
        if recorder.done():
            recorder.result()
        if time.monotonic() > deadline:
            raise TimeoutError("the recorder does not connect")
