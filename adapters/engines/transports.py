"""The ways to an engine: the docker SDK's own, with what they lack."""

import socket
from typing import Any
from urllib.parse import urlsplit

import docker
import requests.adapters
import urllib3

from adapters.engines.endpoints import Endpoint
from adapters.engines.ssh import SshAdapter
from adapters.engines.ssh_addresses import SCHEME as SSH
from adapters.engines.ssh_addresses import ssh_address
from adapters.engines.ssh_socket import SshSocket

UNIX = "unix://"

_OLDEST_API = "1.24"
_NOWHERE = "unix:///dev/null"
_IDLE_SECONDS, _PROBE_SECONDS, _PROBES = 30, 10, 3


class NoWay(Exception):
    """There is no such connection to this address; the message says why."""


def new_client(endpoint: Endpoint) -> docker.APIClient:
    """The SDK's client for an endpoint; nothing is asked of the engine yet.

    Raises:
        DockerException, ValueError, OSError: the address or the certificates cannot be used.
    """
    if endpoint.url.startswith(SSH):
        client = docker.APIClient(base_url=_NOWHERE, version=_OLDEST_API)
        client.mount("http+docker://", SshAdapter(ssh_address(endpoint.url)))
        return client
    client = docker.APIClient(base_url=endpoint.url, version=_OLDEST_API, tls=endpoint.tls or False)
    # Or requests would send an engine the password that ~/.netrc has for its machine.
    client.trust_env = False
    for scheme in ("http://", "https://"):
        if client.base_url.startswith(scheme):
            client.mount(scheme, _KeptAlive())
    if client.verify is False:
        # Whoever made the context wants it so; it need not be said with every request.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return client


class _KeptAlive(requests.adapters.HTTPAdapter):
    """HTTP over TCP, where a peer that is gone is noticed after a minute without a word."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, socket_options=_keep_alive(), **kwargs)


def _keep_alive() -> list[tuple[int, int, int]]:
    options = urllib3.connection.HTTPConnection.default_socket_options
    options = [*options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for names, value in (
        (("TCP_KEEPIDLE", "TCP_KEEPALIVE"), _IDLE_SECONDS),  # macOS has the second name
        (("TCP_KEEPINTVL",), _PROBE_SECONDS),
        (("TCP_KEEPCNT",), _PROBES),
    ):
        number = next((getattr(socket, name) for name in names if hasattr(socket, name)), None)
        if number is not None:
            options.append((socket.IPPROTO_TCP, number, value))
    return options


def dial(endpoint: Endpoint, seconds: float) -> socket.socket:
    """A connection to the engine on which HTTP is not all that is spoken.

    Raises:
        NoWay: to this kind of address there is none. OSError: it fails.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise NoWay("not by a Python without Unix sockets, which carry what is spoken")
    if endpoint.url.startswith(SSH):
        over_ssh = SshSocket.to(ssh_address(endpoint.url))
        over_ssh.settimeout(seconds)
        return over_ssh
    if endpoint.url.startswith(UNIX):
        return _dial_unix(endpoint.url.removeprefix(UNIX), seconds)
    parts = urlsplit(endpoint.url)
    if parts.scheme in ("tcp", "http") and not endpoint.tls and parts.port:
        return socket.create_connection((parts.hostname, parts.port), seconds)
    raise NoWay(f"not over {endpoint.url}")


def _dial_unix(path: str, seconds: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(seconds)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection
