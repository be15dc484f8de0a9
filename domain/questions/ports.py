"""Published ports, as configurations keep them: `127.0.0.1:8080->80/tcp`."""

import re
from typing import NamedTuple

_PORT = re.compile(r"\d+(?:-\d+)?")


class Port(NamedTuple):
    """A port of a container that is reachable at the host."""

    address: str
    """The host's address; empty for all of them."""
    outside: str
    """The host's port; empty where the engine chooses one."""
    inside: str
    """With its protocol: `80/tcp`."""


def read_port(text: str) -> Port:
    """Reads one published port."""
    outside, arrow, inside = text.rpartition("->")
    if not arrow:
        return Port("", "", text)
    if _PORT.fullmatch(outside):
        return Port("", outside, inside)
    address, colon, port = outside.rpartition(":")
    if colon and _PORT.fullmatch(port):
        return Port(address.strip("[]"), port, inside)
    return Port(outside.strip("[]"), "", inside)


def is_everywhere(port: Port) -> bool:
    """Whether every address of the host leads to the port."""
    return port.address in ("", "0.0.0.0", "::")
