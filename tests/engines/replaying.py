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
        """Waits until the store tells what the engine says, which has to be quiet."""
        containers = docker_ps(engine)
        references, images = docker_images(engine), docker_image_ids(engine)
        lives = {id: _life(each) for id, each in containers.items()}
        deadline = time.monotonic() + PATIENCE
        while True:
            self._model.catch_up()
            state: Any = to_json(state_at(self._model.history, time.time_ns()))
            told_lives = {each["id"]: _life(each) for each in state["containers"]}
            told_references = {
                (each["reference"], each["image_id"]) for each in state["references"]
            }
            told_images = {each["id"] for each in state["images"]}
            told = told_lives, told_references, told_images
            if told == (lives, references, images):
                return Truth(state["at"], containers, dict(references), images)
            if time.monotonic() > deadline:
                wanted = lives.items(), references, images
                told_things = told_lives.items(), told_references, told_images
                wrong = [a ^ b for a, b in zip(told_things, wanted, strict=True)]
                raise AssertionError(f"either told or so, but not both: {wrong}")
            time.sleep(0.05)


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
