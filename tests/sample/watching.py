"""The recorder's watch of the real engine, as if it were another engine at another time."""

from __future__ import annotations

import json
import re
import threading
import time
from enum import Enum
from typing import Any, TypeVar

import msgspec

from app.recording.messages import Message, Surveyed, SurveyFailed, Walked
from app.recording.watch import Watch
from domain.facts.engine import EngineObserved
from tests.engines.running import RunningEngine
from tests.sample.stretch import Stretch

ENGINE_NAME = "harbour"
SOCKET = "unix:///var/run/docker.sock"

# The group that the tests' engines put their containers in.
_CGROUP = re.compile(r"/shipslog-\d+-\d+")
# Longer than the recorder waits before it looks again at what has just changed.
_QUIET_SECONDS = 1.5
_PATIENCE_SECONDS = 30.0

Value = TypeVar("Value")


class Disguise:
    """Puts moments, paths and the machine's own names as the sample has them."""

    def __init__(self, engine: RunningEngine, stretch: Stretch) -> None:
        self._stretch = stretch
        self._texts = {
            engine.url: SOCKET,
            str(engine.workdir): "",
            f"{engine.folder}/data": "/var/lib/docker",
        }

    def of(self, value: Value) -> Value:
        """The value as the sample has it; what the recorder gave with a question is so already."""
        disguised: Any = value
        match value:
            case Enum():
                pass
            case msgspec.Struct():
                fields = {name: self.of(getattr(value, name)) for name in value.__struct_fields__}
                disguised = msgspec.structs.replace(value, **fields)
                if isinstance(value, EngineObserved):
                    disguised = _elsewhere(disguised)
            case int() if self._stretch.covers(value):
                disguised = self._stretch.at(value)
            case bytes():
                disguised = self._line(value)
            case str():
                for real, put in self._texts.items():
                    disguised = disguised.replace(real, put)
                disguised = _CGROUP.sub("", disguised)
            case tuple() | frozenset():
                disguised = type(value)(self.of(item) for item in value)
            case dict():
                disguised = {self.of(key): self.of(item) for key, item in value.items()}
        return disguised

    def _line(self, line: bytes) -> bytes:
        """A line of the event stream."""
        event = self.of(json.loads(line))
        event["time"] = event["timeNano"] // 10**9
        return json.dumps(event).encode()


def _elsewhere(observed: EngineObserved) -> EngineObserved:
    """The engine on a machine of the sample's."""
    return msgspec.structs.replace(
        observed,
        name=ENGINE_NAME,
        os="Debian GNU/Linux 13 (trixie)",
        kernel="6.12.48+deb13-amd64",
        architecture="amd64",
    )


class StretchedWatch(Watch):
    """A watch whose messages are disguised, and that can tell when it has become quiet."""

    def __init__(self, disguise: Disguise, *particulars: Any) -> None:
        super().__init__(*particulars)
        self._disguise = disguise
        self._quiet = threading.Lock()
        self._last = time.monotonic()
        self._surveys = 0

    def settle(self) -> None:
        """Returns when the recorder has long had the last word of what happened."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with self._quiet:
                rest = self._last + _QUIET_SECONDS - time.monotonic()
                if rest <= 0 and not self._surveys:
                    return
            time.sleep(max(rest, 0.05))
        raise TimeoutError("the engine does not become quiet")

    def survey(self, *known: Any) -> None:
        """As every watch does it."""
        with self._quiet:
            self._surveys += 1
        super().survey(*known)

    def _put(self, message: Message) -> None:
        with self._quiet:
            if not isinstance(message, Walked):
                self._last = time.monotonic()
            if isinstance(message, Surveyed | SurveyFailed):
                self._surveys -= 1
        super()._put(self._disguise.of(message))
