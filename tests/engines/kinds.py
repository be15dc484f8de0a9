"""The engines that the tests know, and how each daemon is called."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.engines.roots import RootRecipe

_EVERYWHERE = ("ca-certificates", "iptables", "busybox-static", "runc")
_DOCKER = ("docker.io", "containerd", *_EVERYWHERE)
_DOCKER_CLI = ("docker-cli", "docker-buildx", "docker-compose")
_PODMAN = ("podman", "conmon", "netavark", "golang-github-containers-common", *_EVERYWHERE)

BOOKWORM = RootRecipe("docker-bookworm", "bookworm", _DOCKER)
TRIXIE = RootRecipe("docker-trixie", "trixie", (*_DOCKER, *_DOCKER_CLI))
SID = RootRecipe("docker-sid", "sid", (*_DOCKER, *_DOCKER_CLI), rolling=True)
TRIXIE_PODMAN = RootRecipe("podman-trixie", "trixie", (*_PODMAN, *_DOCKER_CLI))


@dataclass(frozen=True)
class EngineKind:
    """One engine of one version.

    `version` is the beginning of the version that the engine reports and `api` the newest API that
    it speaks. `flags` are added to the daemon's command.
    """

    name: str
    product: str
    version: str
    api: str
    recipe: RootRecipe
    flags: tuple[str, ...] = ()

    @property
    def suite(self) -> str:
        """The Debian suite that the engine is from."""
        return self.recipe.suite

    @property
    def has_buildkit(self) -> bool:
        """Whether its command line builds with buildx."""
        return "docker-buildx" in self.recipe.packages and self.product == "docker"

    @property
    def has_containerd_store(self) -> bool:
        """Whether containerd, not a graph driver, keeps its images."""
        return "containerd-snapshotter=true" in self.flags

    def daemon(self, folder: Path, cgroup: str) -> tuple[str, ...]:
        """The daemon's command; data and socket are in `folder`, the rest is in its own /run."""
        url = f"unix://{folder}/docker.sock"
        if self.product == "podman":
            return (
                *("podman", "--root", f"{folder}/data", "--cgroup-manager", "cgroupfs"),
                *("--storage-driver", "overlay", "--runtime", "runc", "--events-backend", "file"),
                *(*self.flags, "system", "service", "--time", "0", url),
            )
        return (
            *("dockerd", "--host", url, "--data-root", f"{folder}/data"),
            *("--exec-root", "/run/docker", "--pidfile", "/run/docker.pid"),
            *("--bridge", "none", "--iptables=false", "--ip6tables=false"),
            *("--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", cgroup),
            *self.flags,
        )

    def cgroups(self, folder: Path, cgroup: str) -> list[str]:
        """The control groups that a daemon with this data and this `cgroup` has made."""
        if self.product == "podman":
            containers = [path.name for path in folder.glob("data/overlay-containers/*/")]
            return [f"/libpod_parent/libpod-{id}" for id in containers]
        return [cgroup]


def containers_conf() -> str:
    """Podman's configuration: no limit of a build or a container is above this machine's own.

    Podman's builds ask for 1048576 files and processes, and fail where root may not raise a limit.
    """
    wanted = 1048576
    limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
    lines = []
    for name, limit in limits.items():
        hard = resource.getrlimit(limit)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        lines.append(f'"{name}={most}:{most}"')
    return f"[containers]\ndefault_ulimits = [{', '.join(lines)}]\n"


def _by_name(*kinds: EngineKind) -> Mapping[str, EngineKind]:
    return MappingProxyType({kind.name: kind for kind in kinds})


KINDS = _by_name(
    EngineKind("docker-20.10", "docker", "20.10", "1.41", BOOKWORM),
    EngineKind("docker-26.1", "docker", "26.1", "1.45", TRIXIE),
    EngineKind("docker-28.5", "docker", "28.5", "1.51", SID),
    EngineKind(
        *("docker-28.5-containerd", "docker", "28.5", "1.51", SID),
        flags=("--feature", "containerd-snapshotter=true"),
    ),
    EngineKind("podman-5.4", "podman", "5.4", "1.41", TRIXIE_PODMAN),
)
