"""The fake engine as a fixture, which proves at its end that only reading was asked of it."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.engine import FakeEngine, Request

# Written down apart from the list that Shipslog itself keeps.
_MAY_BE_READ = [
    r"/version",
    r"(/v1\.\d+)?/info",
    r"/v1\.\d+/events",
    r"/v1\.\d+/containers/json",
    r"/v1\.\d+/containers/[0-9a-f]{64}/(json|changes)",
    r"/v1\.\d+/images/json",
    r"/v1\.\d+/images/(sha256:[0-9a-f]{64}|[a-z0-9./:-]+)/(json|history)",
]
# The way to BuildKit's history of builds, of which only what reads is called.
_ASKING_FOR_BUILDS = [Request("POST", "/grpc", {})]
_MAY_BE_ASKED = {"since", "until", "stream", "all"}


def forbidden_requests(engine: FakeEngine) -> list[object]:
    """The requests that a tool which only reads must not make."""
    return [
        request
        for request in engine.requests
        if request not in _ASKING_FOR_BUILDS
        and (
            request.method != "GET"
            or not any(re.fullmatch(path, request.path) for path in _MAY_BE_READ)
            or not set(request.query) <= _MAY_BE_ASKED
        )
    ]


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="shipslog-") as folder:
        yield Path(folder)


@pytest.fixture
def fake_engine(short_folder: Path) -> Iterator[FakeEngine]:
    """A fake engine with one image, `shop/web:1`."""
    with FakeEngine(short_folder / "docker.sock") as fake:
        fake.add_image("shop/web:1", created=fake.now() - 10**15)
        yield fake
        assert forbidden_requests(fake) == []
