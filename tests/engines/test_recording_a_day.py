"""A day on a real engine is recorded; afterwards nothing is missing, twice, or wrong."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from domain.facts.container import ContainerConfigured
from domain.identity import parse_stream_id
from domain.questions.state import state_at, to_json
from tests.engines.comparison import captured, counted_probes, stored
from tests.engines.fixtures import DOCKER_KINDS, StartsEngine
from tests.engines.recorder import PATIENCE, Shipslog
from tests.engines.running import KINDS
from tests.engines.scenario import SECRETS, walk
from tests.engines.truth import standing, told_standing


@pytest.mark.parametrize("name", DOCKER_KINDS)
def test_a_day_is_recorded_and_replayed_exactly(
    fresh_engine: StartsEngine, name: str, tmp_path: Path
) -> None:
    # An engine that remembers nothing: what it had done before would be recorded too.
    engine = fresh_engine(KINDS[name])
    shipslog = Shipslog(tmp_path / "day.db")
    bindings: dict[str, str] = {}
    moments: dict[str, tuple[str, dict[str, Any]]] = {}
    with shipslog.recording(engine.url), engine.capture() as capture:
        reader = open_reader(shipslog.store)
        replay = ReadModel.open(reader, None)
        for checkpoint in walk(engine):
            truth = standing(engine)
            bindings |= {id: image_id for id, (_, _, image_id) in truth["containers"].items()}
            moments[checkpoint.name] = _wait_for_state(replay, truth, checkpoint.name)
        replay.close()
        reader.close()

    said = Counter(map(captured, capture.events))
    kept = Counter(stored(tmp_path / "day.db"))
    assert kept - said == Counter(), "stored but never said, or stored twice"
    probes = said - kept
    assert {action for _, action, *_ in probes} <= {"exec_create", "exec_start", "exec_die"}
    assert probes.total() == counted_probes(tmp_path / "day.db"), "said but not stored"
    assert _bound_images(tmp_path / "day.db", bindings) == bindings
    for checkpoint_name, (at, told) in moments.items():
        assert told_standing(shipslog.json("state", "--at", at)) == told, checkpoint_name
    everything = (tmp_path / "day.db").read_bytes()
    for secret in SECRETS:
        assert secret.encode() not in everything

    _imports_to_the_same(shipslog, capture.events, tmp_path)


def _imports_to_the_same(recorded: Shipslog, events: list[dict[str, Any]], folder: Path) -> None:
    """The capture alone gives the same versions and states, but for what inspection told."""
    file = folder / "capture.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    imported = Shipslog(folder / "imported.db")
    done = imported("import", "--engine", "imported", str(file))
    assert done.returncode == 0, done.stderr.decode()
    assert Counter(stored(folder / "imported.db")) == Counter(map(captured, events))

    evident = _reported_references(recorded)
    assert {"shop/web:1", "shop/web:patched"} & evident
    told, again = _versions(recorded), _versions(imported)
    assert {name: again[name] for name in evident} == {name: told[name] for name in evident}

    lives = _lives(recorded)
    assert lives == _lives(imported)


def _wait_for_state(
    replay: ReadModel, wanted: dict[str, Any], checkpoint: str
) -> tuple[str, dict[str, Any]]:
    """The moment, and the state that is told of it, once it equals what the engine says."""
    deadline = time.monotonic() + PATIENCE
    while True:
        replay.catch_up()
        state: Any = to_json(state_at(replay.history, time.time_ns()))
        told = told_standing(state)
        if told == wanted:
            return state["at"], told
        if time.monotonic() > deadline:
            pytest.fail(f"at {checkpoint}: told {_minus(told, wanted)} not {_minus(wanted, told)}")
        time.sleep(0.05)


def _minus(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    return {key: [item for item in left[key] if item not in right[key]] for key in left} | {
        "states": [
            details
            for id, details in left["containers"].items()
            if right["containers"].get(id) != details
        ]
    }


def _bound_images(store: Path, ids: Collection[str]) -> dict[str, str]:
    """The image that each container was bound to when it was inspected."""
    reader = open_reader(store)
    bound = {
        parse_stream_id(recorded.stream).object_id: recorded.fact.image_id
        for recorded in reader.of_topics([ContainerConfigured.TOPIC])
        if isinstance(recorded.fact, ContainerConfigured)
    }
    reader.close()
    return {id: image_id for id, image_id in bound.items() if id in ids}


def _versions(shipslog: Shipslog) -> dict[str, list[tuple[int, str, str]]]:
    return {
        history["reference"]: [
            (version["number"], version["image_id"], version["from"])
            for version in history["versions"]
        ]
        for history in shipslog.json("versions")
    }


def _reported_references(shipslog: Shipslog) -> set[str]:
    """The references whose every version the engine reported, none found by looking."""
    return {
        history["reference"]
        for history in shipslog.json("versions")
        if all(version["origin"] == "reported" for version in history["versions"])
    }


def _lives(shipslog: Shipslog) -> list[tuple[str, str, str]]:
    """Every container's reported life: which states it entered when."""
    return sorted(
        (line["subject"]["id"], line["occurred_at"], line["type"])
        for line in shipslog.lines("log", "--filter", "type=container")
        if line["origin"] in ("reported", "imported")
        and not line["type"].startswith(("container.found", "container.exec", "container.probed"))
    )
