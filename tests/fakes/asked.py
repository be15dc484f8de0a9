"""Whatever is asked of a fake engine in a test session, and which of it is more than reading."""

import re
from collections.abc import Iterable
from typing import NamedTuple

CALL = "gRPC"
"""The method of a request that is a call on a connection that was upgraded."""

# Written down apart from the lists that Shipslog itself keeps.
_MAY_BE_READ = [
    r"/version",
    r"(/v1\.\d+)?/info",
    r"/v1\.\d+/events",
    r"/v1\.\d+/containers/json",
    r"/v1\.\d+/containers/[0-9a-f]{64}/(json|changes)",
    r"/v1\.\d+/images/json",
    r"/v1\.\d+/images/(sha256:[0-9a-f]{64}|[a-z0-9./:-]+)/(json|history)",
]
_MAY_BE_ASKED = {"since", "until", "stream", "all"}
# The way to BuildKit's history of builds, of which only what reads is called.
_UPGRADE = ("POST", "/grpc")
_MAY_BE_CALLED = {
    "/moby.buildkit.v1.Control/ListenBuildHistory",
    "/moby.buildkit.v1.Control/Status",
    "/containerd.services.content.v1.Content/Read",
}


class Request(NamedTuple):
    """What was asked of the engine."""

    method: str
    path: str
    query: dict[str, str]


ASKED: list[Request] = []
"""All requests of this session, to whichever fake engine, in the order in which they came."""


def forbidden(requests: Iterable[Request]) -> list[Request]:
    """Those that a tool which only reads must not make."""
    return [request for request in requests if not _only_reads(request)]


def _only_reads(request: Request) -> bool:
    if request.method == CALL:
        return request.path in _MAY_BE_CALLED
    if (request.method, request.path) == _UPGRADE:
        return not request.query
    return (
        request.method == "GET"
        and any(re.fullmatch(path, request.path) for path in _MAY_BE_READ)
        and set(request.query) <= _MAY_BE_ASKED
    )
