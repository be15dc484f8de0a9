"""Where an engine is: a URL, a Docker context, DOCKER_HOST, or the platform's usual socket."""

import os
from pathlib import Path
from typing import Any

import msgspec
from docker.errors import DockerException
from docker.tls import TLSConfig

from adapters.engines.certificates import tls_of
from adapters.engines.contexts import DEFAULT, BrokenContext, current_context, find_context
from domain.errors import ShipslogError

_OVER_TCP = ("tcp://", "http://", "https://")
_SCHEMES = (*_OVER_TCP, "unix://", "npipe://", "ssh://")


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
            return Endpoint("", wanted, _tls_of_environment(wanted))
        if "/" in wanted or Path(wanted).is_socket():
            return Endpoint("", f"unix://{Path(wanted).absolute()}")
        return _of_context(wanted)
    if host := os.environ.get("DOCKER_HOST"):
        url = host if "://" in host else f"tcp://{host}"
        return Endpoint("", url, _tls_of_environment(url))
    return _of_context(current_context())


def _tls_of_environment(url: str) -> TLSConfig | None:
    """TLS as DOCKER_TLS_VERIFY and DOCKER_CERT_PATH want it; only what goes over TCP has any."""
    if not url.startswith(_OVER_TCP) or not os.environ.get("DOCKER_TLS_VERIFY"):
        return None
    folder = Path(os.environ.get("DOCKER_CERT_PATH") or Path.home() / ".docker")
    try:
        tls = tls_of(folder, verify=True)
    except (DockerException, OSError) as error:
        raise UnknownEngine(
            f"DOCKER_TLS_VERIFY is set but the certificates in {folder} cannot be used: {error}"
        ) from error
    if tls is None:
        raise UnknownEngine(
            f"DOCKER_TLS_VERIFY is set but there are no certificates in {folder}; "
            "DOCKER_CERT_PATH names the folder of ca.pem, cert.pem and key.pem."
        )
    return tls


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
