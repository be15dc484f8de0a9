"""Docker contexts, read from the files in which the docker command line keeps them.

The docker SDK reads them too, but finds them only beside a `config.json`, and where there is none
it looks into the current folder, which may be anybody's.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec
from docker.constants import DEFAULT_NPIPE, DEFAULT_UNIX_SOCKET, IS_WINDOWS_PLATFORM
from docker.errors import DockerException

from adapters.engines.certificates import tls_of
from domain.errors import ShipslogError

DEFAULT = "default"
"""The context that is always there: the platform's own socket."""


class BrokenContext(ShipslogError):
    """The files of a context cannot be read or say nothing of an engine."""


class Context(msgspec.Struct, frozen=True):
    """A context: an engine with a name."""

    name: str
    host: str
    tls: Any = None


class _Endpoint(msgspec.Struct):
    Host: str = ""
    SkipTLSVerify: bool = False


class _Meta(msgspec.Struct):
    Name: str
    Endpoints: dict[str, _Endpoint] = {}


class _Configuration(msgspec.Struct):
    currentContext: str = ""


def current_context() -> str:
    """The name of the context in use, as DOCKER_CONTEXT or `docker context use` set it."""
    if name := os.environ.get("DOCKER_CONTEXT"):
        return name
    try:
        text = (_folder() / "config.json").read_bytes()
        return msgspec.json.decode(text, type=_Configuration).currentContext or DEFAULT
    except (OSError, msgspec.DecodeError):
        return DEFAULT


def find_context(name: str) -> Context | None:
    """The context with this name; None where there is none.

    Raises:
        BrokenContext: its files cannot be read or name no engine.
    """
    if name == DEFAULT:
        return Context(DEFAULT, default_host())
    folder = _folder() / "contexts"
    digest = hashlib.sha256(name.encode()).hexdigest()
    file = folder / "meta" / digest / "meta.json"
    return _read(file, folder / "tls" / digest / "docker") if file.is_file() else None


def all_contexts() -> list[Context]:
    """Every context that can be read, the default one first."""
    folder = _folder() / "contexts"
    found = [Context(DEFAULT, default_host())]
    for file in sorted(folder.glob("meta/*/meta.json")):
        try:
            found.append(_read(file, folder / "tls" / file.parent.name / "docker"))
        except BrokenContext:
            continue
    return found


def default_host() -> str:
    """The address of the platform's own engine."""
    host: str = DEFAULT_NPIPE if IS_WINDOWS_PLATFORM else DEFAULT_UNIX_SOCKET
    return host.removeprefix("http+")


def _folder() -> Path:
    chosen = os.environ.get("DOCKER_CONFIG")
    return Path(chosen) if chosen else Path.home() / ".docker"


def _read(file: Path, certificates: Path) -> Context:
    try:
        meta = msgspec.json.decode(file.read_bytes(), type=_Meta)
    except (OSError, msgspec.DecodeError) as error:
        raise BrokenContext(f"The Docker context in {file} cannot be read: {error}.") from error
    endpoint = meta.Endpoints.get("docker") or _Endpoint()
    if not endpoint.Host:
        raise BrokenContext(
            f"The Docker context {meta.Name!r} names no engine; see `docker context inspect`."
        )
    try:
        tls = tls_of(certificates, verify=not endpoint.SkipTLSVerify)
    except (DockerException, OSError) as error:
        raise BrokenContext(
            f"The certificates of the Docker context {meta.Name!r} in {certificates} cannot be "
            f"used: {error}"
        ) from error
    return Context(meta.Name, endpoint.Host, tls)
