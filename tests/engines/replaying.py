"""What a store tells of an engine while it is recorded, held against what the engine says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from domain.questions.state import state_at, to_json
from tests.engines.recorder import PATIENCE
from tests.engines.running import RunningEngine
from tests.engines.truth import ContainerTruth, docker_image_ids, docker_images, docker_ps

_ASKED_AGAIN = 2.0
"""Seconds after which the engine is asked again."""

_Told = tuple[set[tuple[str, tuple[object, ...]]], set[tuple[str, str]], set[str]]
"""The lives of all containers, where all references point to, and all images."""


@dataclass(frozen=True)
class Truth:
    """What the engine says at a moment; `at` is told by the store, once it tells the same."""

    at: str
    containers: dict[str, ContainerTruth]
    references: dict[str, str]
    images: set[str]


class Replay:
    """Follows a store."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model

    def settle(self, engine: RunningEngine) -> Truth:
        """Waits until the store tells what the engine says, which has to come to rest."""
        deadline = time.monotonic() + PATIENCE
        while True:
            containers, images = docker_ps(engine), docker_image_ids(engine)
            references = docker_images(engine)
            said = {(id, _life(each)) for id, each in containers.items()}, references, images
            # Podman has states that last for a moment only, so what it says is not asked just once.
            asked_again = time.monotonic() + _ASKED_AGAIN
            while True:
                at, told = self._tell()
                if told == said:
                    return Truth(at, containers, dict(references), images)
                if time.monotonic() > asked_again:
                    break
                time.sleep(0.05)
            if time.monotonic() > deadline:
                wrong = told[0] ^ said[0], told[1] ^ said[1], told[2] ^ said[2]
                raise AssertionError(f"either said or told, but not both: {wrong}")

    def _tell(self) -> tuple[str, _Told]:
        self._model.catch_up()
        state: Any = to_json(state_at(self._model.history, time.time_ns()))
        return state["at"], (
            {(each["id"], _life(each)) for each in state["containers"]},
            {(each["reference"], each["image_id"]) for each in state["references"]},
            {each["id"] for each in state["images"]},
        )


@contextmanager
def replaying(store: Path) -> Iterator[Replay]:
    """A replay of the store."""
    reader = open_reader(store)
    try:
        model = ReadModel.open(reader, None)
        try:
            yield Replay(model)
        finally:
            model.close()
    finally:
        reader.close()


def _life(each: Any) -> tuple[object, ...]:
    """What can be compared: the exit code once it ended, the health while it runs."""
    ended = each["state"] in ("exited", "dead")
    more = each["exit_code"] if ended else each["health"] if each["state"] == "running" else None
    return each["name"], each["state"], each["image_id"], more
