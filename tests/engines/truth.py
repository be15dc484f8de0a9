"""What an engine itself says about its containers and images, by its own command line."""

from __future__ import annotations

import json
from typing import Any, TypedDict

from tests.engines.running import RunningEngine


class ContainerTruth(TypedDict):
    """A container as `docker inspect` has it. Times are the engine's own text (RFC 3339, UTC).

    `state` is Docker's word: created, running, paused, restarting, exited, dead. `image_id` has the
    form `sha256:…` with 64 digits, `image` is what the user typed.
    """

    name: str
    state: str
    image_id: str
    image: str
    exit_code: int
    oom_killed: bool
    error: str
    health: str | None
    restart_count: int
    created_at: str
    started_at: str
    finished_at: str
    labels: dict[str, str]


def docker_ps(engine: RunningEngine) -> dict[str, ContainerTruth]:
    """Every container, running or not, by its full id."""
    ids = engine.docker("ps", "--all", "--no-trunc", "--quiet").split()
    if not ids:
        return {}
    found: list[dict[str, Any]] = json.loads(engine.docker("container", "inspect", *ids))
    return {details["Id"]: _container(details) for details in found}


def docker_images(engine: RunningEngine) -> set[tuple[str, str]]:
    """Every reference such as `shop/web:1` with the full id of its image."""
    return {(name, id) for name, id in _image_lines(engine) if "<none>" not in name}


def docker_image_ids(engine: RunningEngine) -> set[str]:
    """The full ids of all images, also of those that no reference points to."""
    return {id for _, id in _image_lines(engine)}


def docker_volumes(engine: RunningEngine) -> set[str]:
    """The names of all volumes."""
    return set(engine.docker("volume", "ls", "--quiet").split())


def standing(engine: RunningEngine) -> dict[str, Any]:
    """All that the engine holds, as `told_standing` has it of a store."""
    return {
        "containers": {
            id: (details["name"], details["state"], details["image_id"])
            for id, details in docker_ps(engine).items()
        },
        "references": docker_images(engine),
        "images": docker_image_ids(engine),
    }


def told_standing(state: dict[str, Any]) -> dict[str, Any]:
    """What `shipslog state --format json` tells of the containers, references and images."""
    return {
        "containers": {
            container["id"]: (container["name"], container["state"], container["image_id"])
            for container in state["containers"]
        },
        "references": {(item["reference"], item["image_id"]) for item in state["references"]},
        "images": {image["id"] for image in state["images"]},
    }


def _image_lines(engine: RunningEngine) -> list[tuple[str, str]]:
    listed = engine.docker("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}")
    lines = [line.split(" ") for line in listed.splitlines()]
    return [(name, _full_id(id)) for name, id in lines]


def _full_id(id: str) -> str:
    return id if id.startswith("sha256:") else f"sha256:{id}"


def _container(details: dict[str, Any]) -> ContainerTruth:
    state = details["State"]
    return {
        "name": details["Name"].removeprefix("/"),
        "state": state["Status"],
        "image_id": _full_id(details["Image"]),
        "image": details["Config"]["Image"],
        "exit_code": state["ExitCode"],
        "oom_killed": state["OOMKilled"],
        "error": state["Error"],
        "health": (state.get("Health") or {}).get("Status"),
        "restart_count": details["RestartCount"],
        "created_at": details["Created"],
        "started_at": state["StartedAt"],
        "finished_at": state["FinishedAt"],
        "labels": details["Config"]["Labels"] or {},
    }
