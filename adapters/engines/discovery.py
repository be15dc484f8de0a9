"""Which engines this machine has: DOCKER_HOST, Docker contexts, and the usual sockets."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from adapters.engines.connection import Connection
from adapters.engines.contexts import all_contexts
from adapters.engines.endpoints import Endpoint, endpoint
from domain.errors import ShipslogError


class Candidate(msgspec.Struct, frozen=True):
    """An engine that may be there; `detail` is its version, or why it cannot be reached."""

    name: str
    url: str
    reachable: bool
    detail: str


def candidates() -> list[Candidate]:
    """Every engine that can be found without being told, each tried once."""
    found: dict[str, Endpoint] = {}
    failed: list[Candidate] = []
    try:
        default = endpoint(None)
        found[default.url] = default
    except ShipslogError as error:
        failed.append(Candidate("default", "", False, str(error)))
    for known in (*_contexts(), *_sockets()):
        found.setdefault(known.url, known)
    return [*failed, *map(_try, found.values())]


def _try(where: Endpoint) -> Candidate:
    try:
        connection = Connection(where)
    except ShipslogError as error:
        return Candidate(where.name, where.url, False, str(error))
    try:
        version = connection.negotiate()
    except ShipslogError as error:
        return Candidate(where.name, where.url, False, str(error))
    finally:
        connection.close()
    told = f"version {version.get('Version', 'unknown')}, API {version.get('ApiVersion')}"
    return Candidate(where.name, where.url, True, told)


def _contexts() -> Iterator[Endpoint]:
    for context in all_contexts():
        yield Endpoint(context.name, context.host, context.tls)


def _sockets() -> Iterator[Endpoint]:
    """The sockets of rootless Docker, Podman, Docker Desktop and Colima, where they exist."""
    home = Path.home()
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    for name, path in (
        ("docker", Path("/var/run/docker.sock")),
        ("rootless docker", runtime / "docker.sock"),
        ("podman", Path("/run/podman/podman.sock")),
        ("rootless podman", runtime / "podman" / "podman.sock"),
        ("docker desktop", home / ".docker" / "desktop" / "docker.sock"),
        ("docker desktop", home / ".docker" / "run" / "docker.sock"),
        ("colima", home / ".colima" / "default" / "docker.sock"),
    ):
        if path.is_socket():
            yield Endpoint(name, f"unix://{path}")
