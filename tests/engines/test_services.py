"""Services on real engines, driven by Compose: what is told is what a person would write down."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.fixtures import DOCKER_KINDS, StartsEngine
from tests.engines.recorder import PATIENCE, Shipslog
from tests.engines.running import KINDS, DockerError, RunningEngine
from tests.engines.truth import ContainerTruth, docker_images, docker_ps

# Minutes on each engine: run by `make long`.
pytestmark = pytest.mark.long

_COMPOSE = """
services:
  db:
    image: shipslog/base:1
    network_mode: none
    command: {serve}
  web:
    image: shop/web:latest
    network_mode: none
    environment: {{COLOUR: "${{COLOUR:-red}}"}}
  api:
    image: shop/api:latest
    network_mode: none
    restart: unless-stopped
"""
_SERVE = "[sh, -c, \"trap 'exit 0' TERM; while true; do sleep 0.1; done\"]"
_DOCKERFILE = "FROM shipslog/base:1\nLABEL version={version}\nRUN echo {version} > /page\n{more}"
_COMMAND = 'CMD ["sh", "-c", "trap \'exit 0\' TERM; while true; do sleep 0.1; done"]\n'


class Project:
    """A compose project of three services, and the recorder that watches its engine."""

    def __init__(self, engine: RunningEngine, shipslog: Shipslog) -> None:
        self.engine = engine
        self.shipslog = shipslog
        self.file = engine.workdir / "services.yaml"
        self.file.write_text(_COMPOSE.format(serve=_SERVE))

    def build(self, name: str, version: str) -> None:
        """Builds a version, tagged with it and with `latest`."""
        context = self.engine.workdir / name
        context.mkdir(exist_ok=True)
        text = _DOCKERFILE.format(version=version, more=_COMMAND)
        (context / "Dockerfile").write_text(text)
        tags = [f"--tag=shop/{name}:{tag}" for tag in (version, "latest")]
        self.engine.docker("build", "--network", "none", *tags, str(context))

    def compose(self, *words: str, **environment: str) -> None:
        project = ("compose", "--project-name", "shop", "--file", str(self.file))
        self.engine.docker(*project, *words, env=environment)

    def up(self, *words: str, **environment: str) -> None:
        self.compose("up", "--detach", "--timeout", "2", *words, **environment)

    def settle(self) -> None:
        """Waits until what is there and what is told of it are the same."""

        def told() -> set[tuple[str, str]]:
            containers = self.shipslog.json("state")["containers"]
            return {(each["id"], each["state"]) for each in containers}

        def real() -> set[tuple[str, str]]:
            return {(id, each["state"]) for id, each in docker_ps(self.engine).items()}

        _until(lambda: told() == real())


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the recorder has not taken note of it"
        time.sleep(0.1)


Begins = Callable[[str], Project]


@pytest.fixture
def begin(fresh_engine: StartsEngine, tmp_path: Path) -> Begins:
    """Starts an engine of a kind, with a project on it that nobody watches yet."""

    def started(kind: str) -> Project:
        engine = fresh_engine(KINDS[kind])
        engine.base_image()
        return Project(engine, Shipslog(tmp_path / "services.db"))

    return started


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.has_buildkit])
def test_a_project_from_its_first_deployment_to_its_removal(kind: str, begin: Begins) -> None:
    project = begin(kind)
    shipslog, engine = project.shipslog, project.engine
    with shipslog.recording(engine.url):
        project.build("web", "1")
        project.build("api", "1")
        project.up()
        project.settle()
        project.build("web", "2")
        project.up()
        project.settle()
        second = dict(docker_images(engine))["shop/web:2"]
        engine.docker("tag", "shop/web:1", "shop/web:latest")
        project.up()
        project.settle()
        first = dict(docker_images(engine))["shop/web:1"]
        project.up("--scale", "web=3")
        project.up("--scale", "web=1")
        project.settle()
        project.up(COLOUR="blue")
        project.compose("restart", "--timeout", "2", "api")
        project.compose("stop", "--timeout", "2", "db")
        project.compose("start", "db")
        project.settle()
        project.up("--force-recreate", "api")
        project.compose("run", "--rm", "web", "true")
        project.settle()
        project.compose("down", "--timeout", "2")
        project.settle()

    told = shipslog.json("deployments")
    web = [each for each in told if each["service"] == "web"]
    assert [(each["kind"], each["count_before"], each["count"]) for each in web] == [
        ("deployed", 0, 1),
        ("upgraded", 1, 1),
        ("rolled_back", 1, 1),
        ("scaled", 1, 3),
        ("scaled", 3, 1),
        ("recreated", 1, 1),
        ("removed", 1, 0),
    ]
    images = [each["to"] and each["to"]["image_id"] for each in web]
    assert images == [first, second, first, first, first, first, None]
    assert web[5]["changed"] == ["variables"]
    assert {each["origin"] for each in web} == {"reported"}
    api = [(each["kind"], each["changed"]) for each in told if each["service"] == "api"]
    assert api == [("deployed", None), ("recreated", []), ("removed", None)]
    db = [each["kind"] for each in told if each["service"] == "db"]
    assert db == ["deployed", "removed"]
    assert {each["project"] for each in told} == {"shop"}
    _check_evidence(shipslog, told)

    replaced = _why(shipslog, web[0]["containers"][0]["id"])
    assert replaced["outcome"] == "replaced"
    assert _certainties(replaced)["replaced"] == "certain"
    assert {"stop_requested", "image_changed"} <= set(_certainties(replaced))
    ended = _why(shipslog, web[5]["containers"][0]["id"])
    assert ended["outcome"] == "removed"
    assert "stop_requested" in _certainties(ended)


@pytest.mark.parametrize("kind", DOCKER_KINDS)
def test_ends_of_every_kind_are_explained(kind: str, begin: Begins) -> None:
    project = begin(kind)
    shipslog, engine = project.shipslog, project.engine
    run = ("run", "--detach", "--network", "none", "--name")
    with shipslog.recording(engine.url):
        engine.docker(*run, "fails", "shipslog/base:1", "sh", "-c", "exit 3")
        engine.docker(*run, "passing", "--rm", "shipslog/base:1", "true")
        engine.docker(*run, "killed", "shipslog/base:1", "sleep", "1000")
        engine.docker("kill", "killed")
        engine.docker(*run, "stubborn", "shipslog/base:1", "sleep", "1000")
        engine.docker("stop", "--time", "1", "stubborn")
        engine.docker(*run, "forced", "shipslog/base:1", "sleep", "1000")
        engine.docker("rm", "--force", "forced")
        policy = ("--restart", "on-failure:2")
        engine.docker(*run, "flaky", *policy, "shipslog/base:1", "sh", "-c", "exit 1")
        with contextlib.suppress(DockerError):
            engine.docker(*run, "broken", "shipslog/base:1", "/no/such/program")
        memory = ("--memory", "16m", "--memory-swap", "16m")
        hungry = ("sh", "-c", "tail /dev/zero")
        engine.docker(*run, "hungry", *memory, "shipslog/base:1", *hungry)
        _until(lambda: _state(engine, "flaky") == ("exited", 2))
        _until(lambda: _state(engine, "hungry")[0] == "exited")
        project.settle()

    told = {
        name: _why(shipslog, name)
        for name in ("fails", "passing", "killed", "stubborn", "forced", "flaky", "broken")
    }
    assert "by_itself" in _certainties(told["fails"])
    assert "exit code 3" in json.dumps(told["fails"])
    assert (told["passing"]["outcome"], "removed_itself" in _certainties(told["passing"])) == (
        "removed",
        True,
    )
    assert "signalled" in _certainties(told["killed"])
    assert "SIGKILL since it did not end in time" in json.dumps(told["stubborn"])
    assert "killed" in _certainties(told["forced"])
    assert "gave up" in json.dumps(told["flaky"])
    assert told["broken"]["outcome"] == "never_started"
    assert "/no/such/program" in json.dumps(told["broken"])
    memory_told = _certainties(_why(shipslog, "hungry"))
    if _container(engine, "hungry")["oom_killed"]:
        assert memory_told.get("out_of_memory") in ("certain", "likely")
    else:  # a busy engine may miss that the kernel killed it: then nobody knows
        assert "not_known" in memory_told
    health = shipslog.json("versions", "shipslog/base:1", "--health")[0]["versions"][0]["health"]
    # `fails` once, `flaky` three times, `hungry` once; what was asked for is none.
    assert (health["crashes"], health["restarts"]) == (5, 2)


def _why(shipslog: Shipslog, container: str) -> dict[str, Any]:
    told: dict[str, Any] = shipslog.json("why", container)
    return told


def _certainties(told: dict[str, Any]) -> dict[str, str]:
    return {claim["what"]: claim["certainty"] for claim in told["claims"]}


def _container(engine: RunningEngine, name: str) -> ContainerTruth:
    return next(each for each in docker_ps(engine).values() if each["name"] == name)


def _state(engine: RunningEngine, name: str) -> tuple[str, int]:
    found = _container(engine, name)
    return found["state"], found["restart_count"]


def _check_evidence(shipslog: Shipslog, told: list[dict[str, Any]]) -> None:
    """Every event that is named is one of a container of the deployment's service."""
    log = {line["position"]: line for line in shipslog.lines("log")}
    for each in told:
        for position in each["events"]:
            assert each["service"] in log[position]["subject"]["name"]
