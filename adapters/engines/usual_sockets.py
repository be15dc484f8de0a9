"""Where engines put their sockets, as far as they exist on this machine."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from adapters.engines.endpoints import Endpoint


def usual_sockets() -> Iterator[Endpoint]:
    """Docker's own, Podman's, and those of the programs that bring an engine along."""
    seen = set()
    for name, path in _places():
        if _is_socket(path) and (real := path.resolve()) not in seen:
            seen.add(real)
            yield Endpoint(name, f"unix://{path}")


def _is_socket(path: Path) -> bool:
    # An account that may not enter the folder cannot use the socket either.
    with suppress(OSError):
        return path.is_socket()
    return False


def _places() -> Iterator[tuple[str, Path]]:
    yield "docker", Path("/var/run/docker.sock")
    yield "podman", Path("/run/podman/podman.sock")
    for folder in _runtime_folders():
        yield "rootless docker", folder / "docker.sock"
        yield "rootless podman", folder / "podman" / "podman.sock"
    home = Path.home()
    yield "docker desktop", home / ".docker/desktop/docker.sock"
    yield "docker desktop", home / ".docker/run/docker.sock"
    yield "rancher desktop", home / ".rd/docker.sock"
    yield "orbstack", home / ".orbstack/run/docker.sock"
    # Of the last three there may be several machines, each with a name.
    for colima in (home / ".colima", _configurations(home) / "colima"):
        yield from (("colima", path) for path in _matching(colima, "*/docker.sock"))
    yield from (("lima", path) for path in _matching(home / ".lima", "*/sock/*.sock"))
    machines = home / ".local/share/containers/podman/machine"
    yield "podman machine", machines / "podman.sock"
    yield from (("podman machine", path) for path in _matching(machines, "*/podman.sock"))


def _runtime_folders() -> Iterator[Path]:
    """The folder for sockets of this account; for root, those of all that are logged in."""
    if chosen := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(chosen)
    if hasattr(os, "getuid"):
        user = "*" if os.getuid() == 0 else str(os.getuid())
        yield from _matching(Path("/run/user"), user)


def _configurations(home: Path) -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")


def _matching(folder: Path, pattern: str) -> list[Path]:
    with suppress(OSError):
        return sorted(folder.glob(pattern))
    return []
