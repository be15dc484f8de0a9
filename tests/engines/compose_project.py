"""A shop of three services that compose builds, upgrades, rolls back and takes down, for real.

`walk()` takes one step after the other and stops after each at a checkpoint, as
`tests.engines.scenario` does. What a step's name promises, its docstring says in the words of a
person who follows along; `Change` and `End` are what that person writes down of it.

`shop/NAME:1` and `:2` name one image each for ever. `shop/NAME:latest` moves from one to the next,
and is what the services run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.engines.running import RunningEngine

PROJECT = "shop"
SERVICES = ("api", "web", "worker")
BASE = "shipslog/base:1"
RUNTIME = "shop/runtime:1"
"""What the three services are built from; built from `BASE` itself."""
PATCHED = "shop/web:patched"

PASSWORD = "correct-anchor-4471"
"""Passed as `--password=…` to a command that is executed inside a container."""
TOKEN = "tok-bollard-8820"
"""The variable SHOP_API_TOKEN of the api."""
BUILD_SECRET = "halyard-arg-3306"
"""The build argument SHOP_PASSWORD of every build."""
SECRETS = (PASSWORD, TOKEN, BUILD_SECRET)
"""What may never be found in a store."""

SETTLING = 20.0
"""Seconds that an engine may take to get to where a step leads."""

_RUNTIME = f"FROM {BASE}\nRUN echo runtime > /runtime\n"

# USR1 makes the process fail, USR2 makes it need all the memory there is; TERM ends it well, after
# a moment in which a real one would finish what it is at.
_DOCKERFILE = f"""
FROM {RUNTIME}
ARG VERSION
ARG SHOP_PASSWORD
LABEL org.opencontainers.image.version=$VERSION
RUN echo "version $VERSION" > /version
COPY page /page
CMD ["sh", "-c", "trap 'sleep 0.2; exit 0' TERM; \\
     trap 'exit 3' USR1; trap 'exec tail /dev/zero' USR2; \\
     while :; do sleep 100000 & wait $!; done"]
"""

_COMPOSE = f"""
x-common: &common
  mem_limit: 32m
  memswap_limit: 32m
services:
  web:
    <<: *common
    image: shop/web:latest
    build: &build
      context: web
      network: none
      tags: ["shop/web:$VERSION"]
      args: {{VERSION: $VERSION, SHOP_PASSWORD: {BUILD_SECRET}}}
    environment: {{SHOP_GREETING: $GREETING}}
  api:
    <<: *common
    image: shop/api:latest
    build: {{<<: *build, context: api, tags: ["shop/api:$VERSION"]}}
    environment: {{SHOP_API_TOKEN: {TOKEN}}}
    tmpfs: /tmp
    healthcheck:
      test: test ! -e /tmp/ill
      interval: 300ms
      retries: 2
  worker:
    <<: *common
    image: shop/worker:latest
    build: {{<<: *build, context: worker, tags: ["shop/worker:$VERSION"]}}
    network_mode: none
networks:
  default:
    internal: true
"""


@dataclass(frozen=True)
class Change:
    """What a person writes down of a service whose containers or image version are others now."""

    kind: str
    service: str
    to: str | None
    """The name of the image that it runs now, one that never moves; None for a service removed."""
    before: int
    """How many containers there were before, and are after."""
    after: int


@dataclass(frozen=True)
class End:
    """What a person writes down of the first container of a service whose process ended."""

    service: str
    exit_code: int
    why: str
    """In the words of `shipslog why`: by_itself, out_of_memory, signalled and so on"""


@dataclass(frozen=True)
class Checkpoint:
    """A moment at which the engine is quiet: the step just done, and what there is to note."""

    name: str
    what: str
    changes: tuple[Change, ...]
    ends: tuple[End, ...]


def walk(engine: RunningEngine) -> Iterator[Checkpoint]:
    """Clears the engine, then takes the steps, until nothing of the project runs."""
    engine.clear()
    for step, notes in STEPS.items():
        step(engine)
        what = (step.__doc__ or "").partition("\n")[0]
        changes = tuple(note for note in notes if isinstance(note, Change))
        ends = tuple(note for note in notes if isinstance(note, End))
        yield Checkpoint(step.__name__, what, changes, ends)


# -- images


def import_the_base(engine: RunningEngine) -> None:
    """The base image is imported from an archive."""
    engine.base_image(BASE)


def build_the_runtime(engine: RunningEngine) -> None:
    """The image that all services share is built from the base image."""
    _write(engine, "runtime/Dockerfile", _RUNTIME)
    context = str(engine.workdir / PROJECT / "runtime")
    engine.docker("build", "--network", "none", "--tag", RUNTIME, context)


def build(engine: RunningEngine) -> None:
    """Compose builds version 1 of all three services: `latest` of each is version 1."""
    for service in SERVICES:
        _write(engine, f"{service}/Dockerfile", _DOCKERFILE)
        _write(engine, f"{service}/page", f"{service}, first edition\n")
    _write(engine, "compose.yaml", _COMPOSE)
    compose(engine, "build")


def rebuild(engine: RunningEngine) -> None:
    """Files of web and api have changed: version 2 is built, `latest` of both is version 2."""
    for service in ("web", "api"):
        _write(engine, f"{service}/page", f"{service}, second edition\n")
    compose(engine, "build", "web", "api", version="2")


def rebuild_unchanged(engine: RunningEngine) -> None:
    """The worker's version 1 is built again though nothing has changed."""
    compose(engine, "build", "worker")


def commit(engine: RunningEngine) -> None:
    """The web container, with the file changed inside, is committed as an image."""
    engine.docker("commit", "--message", "patched by hand", container(engine, "web"), PATCHED)


# -- services


def up(engine: RunningEngine) -> None:
    """Compose brings the three services up: one container each, all of version 1."""
    compose(engine, "up", "--detach", "--wait")


def upgrade(engine: RunningEngine) -> None:
    """Compose replaces the containers of web and api by ones of version 2; the worker stays."""
    compose(engine, "up", "--detach", "--wait")


def reconfigure(engine: RunningEngine) -> None:
    """A variable of web is changed: compose replaces its container, the image is the same."""
    compose(engine, "up", "--detach", "--wait", greeting="ahoy")


def roll_back(engine: RunningEngine) -> None:
    """`latest` of web is moved back to version 1 by hand, and compose brings that up."""
    engine.docker("tag", "shop/web:1", "shop/web:latest")
    compose(engine, "up", "--detach", "--wait", greeting="ahoy")


def scale_up(engine: RunningEngine) -> None:
    """The worker is scaled from one container to three."""
    compose(engine, "up", "--detach", "--scale", "worker=3", "worker")


def scale_down(engine: RunningEngine) -> None:
    """The worker is scaled back to one container."""
    compose(engine, "up", "--detach", "--scale", "worker=1", "worker")


def start_again(engine: RunningEngine) -> None:
    """Compose starts the containers that have ended; they are the same ones."""
    compose(engine, "up", "--detach", "--wait", greeting="ahoy")


def stop(engine: RunningEngine) -> None:
    """Compose stops all services; their processes end well."""
    compose(engine, "stop")


def down(engine: RunningEngine) -> None:
    """Compose removes all containers and the project's network."""
    compose(engine, "down")


# -- what befalls containers


def execute_a_command_with_a_secret(engine: RunningEngine) -> None:
    """A command is executed in the api, with a password on its command line."""
    engine.docker("exec", container(engine, "api"), "echo", f"--password={PASSWORD}")


def change_a_file(engine: RunningEngine) -> None:
    """Inside web and the worker a file of the image is changed and another one added."""
    script = "echo patched > /page && echo new > /added"
    for service in ("web", "worker"):
        engine.docker("exec", container(engine, service), "sh", "-c", script)


def become_unhealthy(engine: RunningEngine) -> None:
    """The api's health check begins to fail."""
    engine.docker("exec", container(engine, "api"), "touch", "/tmp/ill")
    _wait_until(lambda: _state(engine, "api")["Health"]["Status"] == "unhealthy")


def kill(engine: RunningEngine) -> None:
    """The api is killed: exit code 137."""
    compose(engine, "kill", "api")
    _wait_for_exit(engine, "api")


def crash(engine: RunningEngine) -> None:
    """The worker fails by itself: exit code 3."""
    _signal(engine, "worker", "USR1")


def run_out_of_memory(engine: RunningEngine) -> None:
    """web needs more than its 32 MiB and is killed: exit code 137."""
    _signal(engine, "web", "USR2")


STEPS: dict[Callable[[RunningEngine], None], tuple[Change | End, ...]] = {
    import_the_base: (),
    build_the_runtime: (),
    build: (),
    up: tuple(Change("deployed", each, f"shop/{each}:1", 0, 1) for each in SERVICES),
    scale_up: (Change("scaled", "worker", "shop/worker:1", 1, 3),),
    scale_down: (Change("scaled", "worker", "shop/worker:1", 3, 1),),
    execute_a_command_with_a_secret: (),
    change_a_file: (),
    commit: (),
    rebuild: (),
    upgrade: tuple(Change("upgraded", each, f"shop/{each}:2", 1, 1) for each in ("api", "web")),
    reconfigure: (Change("recreated", "web", "shop/web:2", 1, 1),),
    roll_back: (Change("rolled_back", "web", "shop/web:1", 1, 1),),
    become_unhealthy: (),
    kill: (End("api", 137, "signalled"),),
    crash: (End("worker", 3, "by_itself"),),
    run_out_of_memory: (End("web", 137, "out_of_memory"),),
    start_again: (),
    rebuild_unchanged: (),
    stop: tuple(End(each, 0, "stop_requested") for each in SERVICES),
    down: tuple(Change("removed", each, None, 1, 0) for each in SERVICES),
}
"""The steps in order, with what is to be noted of each; a step without notes changes no service."""


# -- how


def compose(engine: RunningEngine, *args: str, version: str = "1", greeting: str = "hello") -> str:
    """What `docker compose ARGS` prints in the project's folder."""
    folder = str(engine.workdir / PROJECT)
    given = ("--project-name", PROJECT, "--project-directory", folder)
    return engine.docker("compose", *given, *args, env={"VERSION": version, "GREETING": greeting})


def container(engine: RunningEngine, service: str) -> str:
    """The id of the first container of a service."""
    return compose(engine, "ps", "--all", "--quiet", "--no-trunc", service).split()[0]


def _write(engine: RunningEngine, path: str, text: str) -> None:
    file = engine.workdir / PROJECT / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _signal(engine: RunningEngine, service: str, signal: str) -> None:
    """Sends a signal from inside, of which the engine learns nothing."""
    # The command may end with the container before it can tell that it did well.
    engine.docker("exec", container(engine, service), "kill", f"-{signal}", "1", check=False)
    _wait_for_exit(engine, service)


def _state(engine: RunningEngine, service: str) -> dict[str, Any]:
    return dict(engine.get(f"/containers/{PROJECT}-{service}-1/json")["State"])


def _wait_for_exit(engine: RunningEngine, service: str) -> None:
    _wait_until(lambda: _state(engine, service)["Status"] == "exited")


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLING
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("the engine has not got there")
        time.sleep(0.05)
