"""What happens to an engine besides the day of `tests.engines.scenario`, one thing of each kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.engines.registry import REFERENCE, registry
from tests.engines.running import RunningEngine
from tests.engines.scenario import BASE, FIRST, Checkpoint

REPOSITORY = "https://git.example.org/shop/web.git"
REVISION = "0123456789abcdef0123456789abcdef01234567"

SETTLING = 20.0
"""Seconds that an engine may take to get to where a step leads."""

_DOCKERFILE = f"FROM {BASE}\nARG PLACE=/srv\nRUN echo here > /place\n"

# Answers what buildx asks git, which the roots of the engines have not.
_GIT = f"""#!/bin/busybox sh
case "$*" in
*--is-inside-work-tree*) echo true;;
*--show-toplevel*) echo {{top}};;
*"remote get-url"*) echo {REPOSITORY};;
*"show --format"*) echo {REVISION};;
esac
"""


def walk(engine: RunningEngine) -> Iterator[Checkpoint]:
    """Takes the steps that the engine is capable of, one after the other."""
    engine.base_image(BASE)
    for step in (
        *(pull, build_from_a_repository, update, use_networks, become_unhealthy, write_inside),
        *(prune_containers, prune_volumes, prune_networks, prune_images, prune_the_builder),
        *(end_unseen,),
    ):
        if step(engine) is not False:
            yield Checkpoint(step.__name__, (step.__doc__ or "").partition("\n")[0])


def pull(engine: RunningEngine) -> None:
    """An image is pulled from a registry."""
    with registry(engine):
        if engine.kind.product == "docker":
            engine.docker("pull", REFERENCE)
        else:
            # Its command line can allow a registry without TLS, that of Docker cannot for it.
            engine.post(f"/v5.0.0/libpod/images/pull?reference={REFERENCE}&tlsVerify=false")


def build_from_a_repository(engine: RunningEngine) -> None:
    """An image is built from files of a repository, with an argument, without any change."""
    context = engine.workdir / "repository"
    context.mkdir()
    (context / "Dockerfile").write_text(_DOCKERFILE)
    git = engine.workdir / "programs" / "git"
    git.parent.mkdir()
    git.write_text(_GIT.format(top=context))
    git.chmod(0o755)
    builder = {
        "DOCKER_BUILDKIT": "1" if engine.kind.product == "docker" else "0",
        "PATH": f"{git.parent}:{engine.docker_environment()['PATH']}",
    }
    options = ("--network", "none", "--build-arg", "PLACE=/opt", "--tag", FIRST)
    engine.docker("build", *options, str(context), env=builder)


def update(engine: RunningEngine) -> None:
    """A container's limit of memory is changed while it runs."""
    _run(engine, "updated", "--memory", "64m", "--memory-swap", "64m")
    engine.docker("update", "--memory", "32m", "--memory-swap", "32m", "updated")


def use_networks(engine: RunningEngine) -> None:
    """A container joins a network and leaves it."""
    engine.docker("network", "create", "--internal", "harbour")
    _run(engine, "joiner", network="harbour")
    engine.docker("network", "disconnect", "harbour", "joiner")
    engine.docker("rm", "--force", "joiner")
    engine.docker("network", "rm", "harbour")


def become_unhealthy(engine: RunningEngine) -> bool | None:
    """A container's probe fails once; the engine is told to probe, since systemd is not there."""
    if engine.kind.product == "docker":
        return False
    _run(engine, "patient", "--health-cmd", "false", "--health-retries", "1")
    engine.post("/v5.0.0/libpod/containers/patient/start")
    return None


def write_inside(engine: RunningEngine) -> None:
    """A container writes a file and ends; its file system differs from its image's."""
    _run(engine, "writer", command=("sh", "-c", "echo new > /added"))
    _wait_until(lambda: "writer" in engine.docker("ps", "--filter", "status=exited", "--all"))


def prune_containers(engine: RunningEngine) -> None:
    """All containers that have ended are removed."""
    engine.docker("container", "prune", "--force")


def prune_volumes(engine: RunningEngine) -> None:
    """All volumes without a name that nothing uses are removed."""
    engine.docker("volume", "create")
    engine.docker("volume", "prune", "--force")


def prune_networks(engine: RunningEngine) -> None:
    """All networks that nothing uses are removed."""
    engine.docker("network", "create", "--internal", "idle")
    engine.docker("network", "prune", "--force")


def prune_images(engine: RunningEngine) -> None:
    """All images that nothing uses are removed."""
    engine.docker("image", "prune", "--all", "--force")


def prune_the_builder(engine: RunningEngine) -> bool | None:
    """The builder's cache is emptied."""
    if engine.kind.product != "docker":
        return False
    engine.docker("builder", "prune", "--all", "--force")
    return None


def end_unseen(engine: RunningEngine) -> None:
    """The engine is killed, a container ends meanwhile, and the engine is started again."""
    raise NotImplementedError


_RUN = ("run", "--pull", "never", "--detach")


def _run(
    engine: RunningEngine,
    name: str,
    *options: str,
    network: str = "none",
    command: tuple[str, ...] = ("sleep", "1000"),
) -> None:
    engine.docker(*_RUN, "--network", network, "--name", name, *options, BASE, *command)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLING
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("the engine has not got there")
        time.sleep(0.05)
