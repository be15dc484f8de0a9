"""A day on a real engine is recorded; afterwards nothing is missing, twice, or wrong."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from adapters.store.opening import open_reader
from domain.facts import FACT_OF_TOPIC
from domain.facts.container import ContainerCreated, ContainerFound
from domain.identity import parse_stream_id
from tests.engines.recorder import PATIENCE, Shipslog
from tests.engines.running import RunningEngine
from tests.engines.scenario import SECRETS, walk
from tests.engines.truth import docker_image_ids, docker_images, docker_ps

Said = tuple[Any, ...]


def test_a_day_is_recorded_and_replayed_exactly(docker_engine: RunningEngine, tmp_path: Path) -> None:
    shipslog = Shipslog(tmp_path / "day.db")
    bindings: dict[str, str] = {}
    moments: list[tuple[str, str, Any]] = []
    with shipslog.recording(docker_engine.url), docker_engine.capture() as capture:
        for checkpoint in walk(docker_engine):
            truth = _truth(docker_engine)
            bindings |= {id: details["image_id"] for id, details in truth["containers"].items()}
            told = _wait_for_state(shipslog, truth, checkpoint.name)
            moments.append((checkpoint.name, told["at"], _without_times(told)))

    captured = Counter(map(_captured, capture.events))
    stored = Counter(_stored(tmp_path / "day.db"))
    assert stored - captured == Counter(), "stored but never said, or stored twice"
    assert captured - stored == Counter(), "said but not stored"
    assert _bound_images(tmp_path / "day.db", bindings) == bindings
    for name, at, told in moments:
        assert _without_times(shipslog.json("state", "--at", at)) == told, name
    everything = (tmp_path / "day.db").read_bytes()
    for secret in SECRETS:
        assert secret.encode() not in everything

    _imports_to_the_same(shipslog, capture.events, docker_engine, tmp_path)


def _imports_to_the_same(
    recorded: Shipslog, events: list[dict[str, Any]], engine: RunningEngine, folder: Path
) -> None:
    """The capture alone gives the same versions and states, but for what inspection told."""
    file = folder / "capture.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    imported = Shipslog(folder / "imported.db")
    done = imported("import", "--engine", "imported", str(file))
    assert done.returncode == 0, done.stderr.decode()
    assert Counter(_stored(folder / "imported.db")) == Counter(_stored(folder / "day.db"))

    evident = _versions_told_by_events(recorded, events)
    assert evident, "the day has versions"
    assert _versions_told_by_events(imported, events) == evident

    lives = _lives(recorded)
    assert lives == _lives(imported)


def _truth(engine: RunningEngine) -> dict[str, Any]:
    return {
        "containers": docker_ps(engine),
        "references": docker_images(engine),
        "images": docker_image_ids(engine),
    }


def _told(state: dict[str, Any]) -> dict[str, Any]:
    return {
        "containers": {
            container["id"]: (container["name"], container["state"], container["image_id"])
            for container in state["containers"]
        },
        "references": {(item["reference"], item["image_id"]) for item in state["references"]},
        "images": {image["id"] for image in state["images"]},
    }


def _as_told(truth: dict[str, Any]) -> dict[str, Any]:
    return truth | {
        "containers": {
            id: (details["name"], details["state"], details["image_id"])
            for id, details in truth["containers"].items()
        }
    }


def _wait_for_state(shipslog: Shipslog, truth: dict[str, Any], checkpoint: str) -> dict[str, Any]:
    """The state that `shipslog state` gives, once it equals what the engine says of itself."""
    wanted = _as_told(truth)
    deadline = time.monotonic() + PATIENCE
    while True:
        state: dict[str, Any] = shipslog.json("state")
        told = _told(state)
        if told == wanted:
            return state
        if time.monotonic() > deadline:
            pytest.fail(f"at {checkpoint}: told {_minus(told, wanted)} not {_minus(wanted, told)}")


def _minus(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    return {key: [item for item in left[key] if item not in right[key]] for key in left} | {
        "states": [
            details
            for id, details in left["containers"].items()
            if right["containers"].get(id) != details
        ]
    }


def _without_times(state: dict[str, Any]) -> dict[str, Any]:
    told = _told(state)
    return told | {"references": sorted(told["references"]), "images": sorted(told["images"])}


def _captured(event: dict[str, Any]) -> Said:
    """What identifies an event of the engine; the command of an exec action is not stored."""
    action = event["Action"]
    if action.startswith("exec_"):
        action = action.partition(":")[0]
    attributes = event["Actor"].get("Attributes") or {}
    return _said(event["Type"], action, event["Actor"]["ID"], event["timeNano"], attributes)


def _said(type: str, action: str, actor: str, time_ns: int, attributes: dict[str, str]) -> Said:
    return (type, action, actor, time_ns, tuple(sorted(attributes.items())))


def _stored(store: Path) -> list[Said]:
    """The engine's events as the store gives them back, each container's labels added again."""
    labels: dict[str, dict[str, str]] = {}
    events = []
    reader = open_reader(store)
    for recorded in (recorded for chunk in reader.read() for recorded in chunk):
        fact, said = recorded.fact, recorded.fact.said
        if isinstance(fact, ContainerCreated | ContainerFound):
            labels[recorded.stream] = fact.labels
        if said is not None:
            subject = parse_stream_id(recorded.stream).object_id
            actor = subject if said.actor is None else said.actor
            own = labels.get(recorded.stream, {}) if said.type == "container" else {}
            attributes = own | said.attributes
            events.append(_said(said.type, said.action, actor, fact.occurred_at, attributes))
    reader.close()
    return events


def _bound_images(store: Path, ids: dict[str, str]) -> dict[str, str]:
    reader = open_reader(store)
    topic = "container.configured"
    assert topic in FACT_OF_TOPIC
    bound = {
        parse_stream_id(recorded.stream).object_id: recorded.fact.image_id  # type: ignore[attr-defined]
        for recorded in reader.of_topics([topic])
    }
    reader.close()
    return {id: image_id for id, image_id in bound.items() if id in ids}


def _versions_told_by_events(shipslog: Shipslog, events: list[dict[str, Any]]) -> list[Any]:
    """The versions, of those references of which events alone tell everything."""
    tagged = {
        (event["Actor"]["Attributes"]["name"], event["Actor"]["ID"])
        for event in events
        if event["Type"] == "image" and event["Action"] == "tag"
    }
    told = []
    for history in shipslog.json("versions"):
        versions = [
            (version["number"], version["image_id"], version["from"])
            for version in history["versions"]
        ]
        if all((history["reference"], image_id) in tagged for _, image_id, _ in versions):
            told.append((history["reference"], versions))
    return told


def _lives(shipslog: Shipslog) -> list[tuple[str, str, str]]:
    """Every container's reported life: which states it entered when."""
    return sorted(
        (line["subject"]["id"], line["occurred_at"], line["type"])
        for line in shipslog.lines("log", "--filter", "type=container")
        if line["origin"] in ("reported", "imported") and line["type"] != "container.found"
    )
