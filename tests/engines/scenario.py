"""A day in a small shop: everything that Shipslog has to understand, on a real engine.

`walk()` takes one step after the other and stops after each at a checkpoint, when the engine has
settled, so that the caller can compare what the engine says (`truth`) with what was recorded.
A step is a function; its name names the checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.engines.kinds import EngineKind
from tests.engines.running import DockerError, RunningEngine
from tests.engines.truth import docker_ps, docker_volumes

PASSWORD = "correct-horse-7391"
"""Passed as `--password=…` to a command that is executed inside a container."""

TOKEN = "tok-battery-5528"
"""A container's variable SHOP_API_TOKEN."""

BUILD_SECRET = "staple-arg-9046"
"""The build argument SHOP_PASSWORD of every build."""

SECRETS = (PASSWORD, TOKEN, BUILD_SECRET)
"""What may never be found in a store."""

BASE = "shipslog/base:1"
LATEST = "shop/web:latest"
FIRST = "shop/web:1"
SECOND = "shop/web:2"

SETTLING = 20.0
"""Seconds that an engine may take to get to where a step leads."""

# Serves nobody, but ends at once when it is asked to.
_DOCKERFILE = """
FROM shipslog/base:1
ARG VERSION
ARG SHOP_PASSWORD
LABEL org.opencontainers.image.title=shop org.opencontainers.image.version=$VERSION
RUN echo "shop $VERSION" > /page
COPY sign /sign
CMD ["sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"]
"""

_COMPOSE = """
services:
  web:
    image: shop/web:${VERSION}
    network_mode: none
"""


@dataclass(frozen=True)
class Checkpoint:
    """A moment at which the engine is quiet: the step just done, and what it did in words."""

    name: str
    what: str


Step = Callable[[RunningEngine], None]


def walk(engine: RunningEngine) -> Iterator[Checkpoint]:
    """Clears the engine, then takes the steps that it is capable of, until it is clear again."""
    engine.clear()
    for step in steps(engine.kind):
        step(engine)
        what = (step.__doc__ or "").partition("\n")[0]
        yield Checkpoint(step.__name__, what)


def steps(kind: EngineKind) -> list[Step]:
    """The steps for a kind of engine, in order."""
    is_docker = kind.product == "docker"
    taken = [import_a_base, build_the_first_version, run_the_first_version, run_beside_it]
    taken += [fail_a_build, build_the_second_version, run_the_second_version]
    taken += [rebuild_the_second_version, roll_the_tag_back]
    taken += [execute_a_command_with_a_secret, pause, unpause, rename, kill, restart]
    taken += [forge_labels, run_out_of_memory, fail_to_start, restart_after_failures]
    taken += [run_and_remove, use_a_volume, copy_files]
    taken += [become_unhealthy] if is_docker else []  # Podman leaves the probes to systemd
    taken += [commit_a_patch, run_the_patch]
    taken += [deploy_with_compose, upgrade_with_compose] if kind.has_buildkit else []
    taken += [save_and_load, take_one_of_two_names_away, remove_an_image]
    return [*taken, remove_everything]


# -- images


def import_a_base(engine: RunningEngine) -> None:
    """A base image is imported from an archive."""
    engine.base_image(BASE)


def build_the_first_version(engine: RunningEngine) -> None:
    """Version 1 is built with the classic builder, under two names."""
    _build(engine, "1", FIRST, LATEST, buildkit=False)


def fail_a_build(engine: RunningEngine) -> None:
    """A build fails at its second step."""
    context = engine.workdir / "broken"
    context.mkdir(exist_ok=True)
    (context / "Dockerfile").write_text(f"FROM {BASE}\nRUN echo begun\nRUN false\n")
    _must_fail(engine, "build", "--network", "none", "--tag", "shop/broken:1", str(context))


def build_the_second_version(engine: RunningEngine) -> None:
    """Version 2 is built, with BuildKit if there is one; `latest` moves to it."""
    _build(engine, "2", SECOND, LATEST, buildkit=engine.kind.product == "docker")


def rebuild_the_second_version(engine: RunningEngine) -> None:
    """Version 2 is built once more from changed files: its image is another one, web-2 is stale."""
    _build(engine, "2", SECOND, LATEST, buildkit=engine.kind.product == "docker", sign="sale")


def roll_the_tag_back(engine: RunningEngine) -> None:
    """`latest` is moved back to version 1 by hand."""
    engine.docker("tag", FIRST, LATEST)


def commit_a_patch(engine: RunningEngine) -> None:
    """A file is changed inside web-1, and the container committed as an image."""
    engine.docker("exec", "web-1", "sh", "-c", "echo patched > /page")
    engine.docker("commit", "--message", "patched by hand", "web-1", "shop/web:patched")


def save_and_load(engine: RunningEngine) -> None:
    """An image without containers is saved, removed, and loaded again with its name."""
    archive = str(engine.workdir / "spare.tar")
    _build(engine, "spare", "shop/spare:1", buildkit=False)
    engine.docker("save", "--output", archive, "shop/spare:1")
    engine.docker("rmi", "shop/spare:1")
    engine.docker("load", "--input", archive)


def take_one_of_two_names_away(engine: RunningEngine) -> None:
    """An image with two names loses one of them."""
    engine.docker("tag", "shop/spare:1", "shop/spare:alias")
    engine.docker("rmi", "shop/spare:alias")


def remove_an_image(engine: RunningEngine) -> None:
    """An image loses its only name and is deleted."""
    engine.docker("rmi", "shop/spare:1")


# -- containers


def run_the_first_version(engine: RunningEngine) -> None:
    """web-1 runs version 1, by the name `latest`."""
    _run(engine, "web-1", LATEST, "--env", f"SHOP_API_TOKEN={TOKEN}", "--label", "tier=front")


def run_beside_it(engine: RunningEngine) -> None:
    """web-1b runs version 1 as well, limited to a read-only file system."""
    _run(engine, "web-1b", FIRST, "--read-only", "--cap-drop", "ALL")


def run_the_second_version(engine: RunningEngine) -> None:
    """web-2 runs version 2, by the name `latest`."""
    _run(engine, "web-2", LATEST)


def run_the_patch(engine: RunningEngine) -> None:
    """web-patched runs what was committed."""
    _run(engine, "web-patched", "shop/web:patched")


def execute_a_command_with_a_secret(engine: RunningEngine) -> None:
    """A command is executed in web-1, with a password on its command line."""
    engine.docker("exec", "web-1", "echo", f"--password={PASSWORD}")


def pause(engine: RunningEngine) -> None:
    """web-1 is paused."""
    engine.docker("pause", "web-1")


def unpause(engine: RunningEngine) -> None:
    """web-1 goes on."""
    engine.docker("unpause", "web-1")


def rename(engine: RunningEngine) -> None:
    """web-1b becomes web-old."""
    engine.docker("rename", "web-1b", "web-old")


def kill(engine: RunningEngine) -> None:
    """web-2 is killed: exit code 137."""
    engine.docker("kill", "web-2")
    _wait_for_state(engine, "web-2", "exited")


def restart(engine: RunningEngine) -> None:
    """web-old is restarted."""
    engine.docker("restart", "web-old")


def forge_labels(engine: RunningEngine) -> None:
    """A container whose labels pretend another end exits with 3."""
    labels = ("--label", "exitCode=0", "--label", "signal=9", "--label", "execDuration=999")
    _run(engine, "forger", FIRST, *labels, command=("sh", "-c", "exit 3"))
    _wait_for_state(engine, "forger", "exited")


def run_out_of_memory(engine: RunningEngine) -> None:
    """A container needs more than its 32 MiB and is killed: exit code 137."""
    limits = ("--memory", "32m", "--memory-swap", "32m")
    _run(engine, "greedy", FIRST, *limits, command=("tail", "/dev/zero"))
    _wait_for_state(engine, "greedy", "exited")


def fail_to_start(engine: RunningEngine) -> None:
    """A container's command does not exist: it is created and never starts."""
    _must_fail(engine, *_RUN, "--name", "broken", FIRST, "/no/such/command")


def restart_after_failures(engine: RunningEngine) -> None:
    """A container fails, is started twice more by its restart policy, and stays down."""
    policy = ("--restart", "on-failure:2")
    _run(engine, "flaky", FIRST, *policy, command=("sh", "-c", "exit 1"))
    _wait_until(lambda: _details(engine, "flaky")["RestartCount"] == 2)
    _wait_for_state(engine, "flaky", "exited")


def run_and_remove(engine: RunningEngine) -> None:
    """A container removes itself when it ends."""
    engine.docker(*_RUN[:-1], "--rm", "--name", "passer-by", FIRST, "true")
    _wait_until(lambda: not engine.docker("ps", "--all", "--quiet", "--filter", "name=passer-by"))


def use_a_volume(engine: RunningEngine) -> None:
    """A volume is created, written to by a container, and used by a second one."""
    engine.docker("volume", "create", "shop-data")
    mount = ("--mount", "type=volume,source=shop-data,target=/data")
    _run(engine, "writer", FIRST, *mount, command=("sh", "-c", "echo kept > /data/file"))
    _wait_for_state(engine, "writer", "exited")
    _run(engine, "reader", FIRST, *mount)


def copy_files(engine: RunningEngine) -> None:
    """A file is copied into web-1 and another one out of it."""
    price = engine.workdir / "price"
    price.write_text("3.50\n")
    engine.docker("cp", str(price), "web-1:/price")
    engine.docker("cp", "web-1:/page", str(engine.workdir / "page"))


def become_unhealthy(engine: RunningEngine) -> None:
    """A container gets healthy, then unhealthy, and is stopped."""
    probe = ("--health-cmd", "test -e /tmp/well", "--health-interval", "200ms")
    _run(engine, "patient", FIRST, *probe, "--health-retries", "2")
    engine.docker("exec", "patient", "touch", "/tmp/well")
    _wait_until(lambda: _details(engine, "patient")["State"]["Health"]["Status"] == "healthy")
    engine.docker("exec", "patient", "rm", "/tmp/well")
    _wait_until(lambda: _details(engine, "patient")["State"]["Health"]["Status"] == "unhealthy")
    engine.docker("stop", "patient")


def deploy_with_compose(engine: RunningEngine) -> None:
    """Compose deploys the service `web` from version 1."""
    _compose(engine, "1")


def upgrade_with_compose(engine: RunningEngine) -> None:
    """Compose replaces the service's container by one of version 2."""
    _compose(engine, "2")


def remove_everything(engine: RunningEngine) -> None:
    """Containers, images and volumes are removed."""
    containers = docker_ps(engine)
    engine.docker("rm", "--force", *containers)
    engine.docker("volume", "rm", *docker_volumes(engine))
    engine.clear()


# -- how


_RUN = ("run", "--network", "none", "--pull", "never", "--detach")


def _run(
    engine: RunningEngine, name: str, image: str, *options: str, command: tuple[str, ...] = ()
) -> None:
    engine.docker(*_RUN, "--name", name, *options, image, *command)


def _build(
    engine: RunningEngine, version: str, *names: str, buildkit: bool, sign: str = "open"
) -> None:
    context = engine.workdir / "web"
    context.mkdir(exist_ok=True)
    (context / "Dockerfile").write_text(_DOCKERFILE)
    (context / "sign").write_text(f"{sign}\n")
    arguments = (f"VERSION={version}", f"SHOP_PASSWORD={BUILD_SECRET}")
    options = [*_each("--build-arg", arguments), *_each("--tag", names)]
    builder = {"DOCKER_BUILDKIT": "1" if buildkit else "0"}
    engine.docker("build", "--network", "none", *options, str(context), env=builder)


def _compose(engine: RunningEngine, version: str) -> None:
    file = engine.workdir / "compose.yaml"
    file.write_text(_COMPOSE)
    up = ("--project-name", "shop", "--file", str(file), "up", "--detach")
    engine.docker("compose", *up, env={"VERSION": version})


def _each(option: str, values: tuple[str, ...]) -> list[str]:
    return [part for value in values for part in (option, value)]


def _must_fail(engine: RunningEngine, *args: str) -> None:
    try:
        engine.docker(*args)
    except DockerError:
        return
    raise AssertionError(f"docker {' '.join(args)} did not fail")


def _details(engine: RunningEngine, name: str) -> dict[str, Any]:
    return dict(engine.get(f"/containers/{name}/json"))


def _wait_for_state(engine: RunningEngine, name: str, state: str) -> None:
    _wait_until(lambda: _details(engine, name)["State"]["Status"] == state)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLING
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("the engine has not got there")
        time.sleep(0.05)
