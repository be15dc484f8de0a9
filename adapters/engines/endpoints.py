"""Where an engine is: a URL, a Docker context, DOCKER_HOST, or the platform's usual socket."""

import os
from pathlib import Path
from typing import Any

import msgspec
from docker.errors import DockerException
from docker.tls import TLSConfig

from adapters.engines.contexts import DEFAULT, BrokenContext, current_context, find_context
from domain.errors import ShipslogError

_SCHEMES = ("unix://", "tcp://", "http://", "https://", "npipe://", "ssh://")


class UnknownEngine(ShipslogError):
    """What the person named is no engine that can be found."""


class Endpoint(msgspec.Struct, frozen=True):
    """How to reach an engine."""

    name: str
    """The name of the Docker context; empty where the engine's own host name says more."""
    url: str
    tls: Any = None


def endpoint(wanted: str | None) -> Endpoint:
    """The endpoint that a `--engine` option names.

    A URL, the path of a socket or the name of a Docker context. Without a name: DOCKER_HOST,
    then DOCKER_CONTEXT or the current context, then the platform's default, as Docker does.

    Raises:
        UnknownEngine: no context has the name, or its files cannot be read.
    """
    if wanted:
        if wanted.startswith(_SCHEMES):
            return Endpoint("", wanted)
        if "/" in wanted or Path(wanted).is_socket():
            return Endpoint("", f"unix://{Path(wanted).absolute()}")
        return _of_context(wanted)
    if host := os.environ.get("DOCKER_HOST"):
        url = host if "://" in host else f"tcp://{host}"
        return Endpoint("", url, _tls_of_environment())
    return _of_context(current_context())


def _tls_of_environment() -> TLSConfig | None:
    if not os.environ.get("DOCKER_TLS_VERIFY"):
        return None
    folder = Path(os.environ.get("DOCKER_CERT_PATH") or Path.home() / ".docker")
    try:
        return TLSConfig(
            client_cert=(str(folder / "cert.pem"), str(folder / "key.pem")),
            ca_cert=str(folder / "ca.pem"),
            verify=True,
        )
    except DockerException as error:
        raise UnknownEngine(
            f"DOCKER_TLS_VERIFY is set but the certificates in {folder} cannot be used: {error}"
        ) from error


def _of_context(name: str) -> Endpoint:
    try:
        context = find_context(name)
    except BrokenContext as error:
        raise UnknownEngine(str(error)) from error
    if context is None:
        raise UnknownEngine(
            f"There is no Docker context named {name!r}; see `docker context ls`, or give a URL "
            "such as unix:///var/run/docker.sock."
        )
    return Endpoint("" if name == DEFAULT else name, context.host, context.tls)
