"""What happens to an engine besides the day of `tests.engines.scenario`, one thing of each kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.engines.kinds import EngineKind
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
    for step in steps(engine.kind):
        step(engine)
        yield Checkpoint(step.__name__, (step.__doc__ or "").partition("\n")[0])


def steps(kind: EngineKind) -> list[Callable[[RunningEngine], None]]:
    """The steps for a kind of engine, in order."""
    is_docker = kind.product == "docker"
    taken = [pull, build_from_a_repository, run_to_update, update]
    taken += [stop, change_files]
    taken += [start_in_a_network, leave_the_network]
    taken += [] if is_docker else [become_unhealthy]  # the scenario has it for Docker
    taken += [prune_containers, prune_volumes, prune_networks, prune_images]
    taken += [prune_the_builder] if is_docker else []
    return [*taken, end_unseen]


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


def run_to_update(engine: RunningEngine) -> None:
    """A container runs with a limit of memory."""
    _run(engine, "updated", "--memory", "64m", "--memory-swap", "64m")


def update(engine: RunningEngine) -> None:
    """Its limit of memory is changed while it runs."""
    engine.docker("update", "--memory", "32m", "--memory-swap", "32m", "updated")


def stop(engine: RunningEngine) -> None:
    """A container is stopped, and ends well."""
    _run(engine, "stopper", command=("sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"))
    engine.docker("stop", "stopper")


def start_in_a_network(engine: RunningEngine) -> None:
    """Two networks are created, and a container is started in one."""
    for network in ("harbour", "pier"):
        engine.docker("network", "create", "--internal", network)
    _run(engine, "joiner", network="harbour")


def leave_the_network(engine: RunningEngine) -> None:
    """The container joins the other network, leaves it, and is removed; so are both networks."""
    engine.docker("network", "connect", "pier", "joiner")
    # Podman does all this but complains, since the roots have no name server for its networks.
    check = engine.kind.product == "docker"
    engine.docker("network", "disconnect", "pier", "joiner", check=check)
    engine.docker("kill", "joiner")
    engine.docker("rm", "joiner", check=check)
    for network in ("harbour", "pier"):
        engine.docker("network", "rm", network)


def change_files(engine: RunningEngine) -> None:
    """A container writes a file and ends: its file system differs from its image's."""
    _run(engine, "writer", command=("sh", "-c", "echo new > /added"))
    _wait_until(lambda: not engine.get("/containers/writer/json")["State"]["Running"])


def become_unhealthy(engine: RunningEngine) -> None:
    """A container's probe fails; Podman is told to probe, as else systemd does."""
    _run(engine, "patient", "--health-cmd", "false", "--health-retries", "1")
    for _ in range(2):
        engine.get("/v5.0.0/libpod/containers/patient/healthcheck")
    engine.docker("rm", "--force", "patient")


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


def prune_the_builder(engine: RunningEngine) -> None:
    """The builder's cache is emptied."""
    engine.docker("builder", "prune", "--all", "--force")


def end_unseen(engine: RunningEngine) -> None:
    """The engine is killed, a container ends meanwhile, and the engine is started again."""
    _run(engine, "brief", command=("sleep", "2"))
    engine.kill()
    time.sleep(2.5)
    engine.start_again()


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
