"""The proof that nothing but reading is asked of engines would fail if anything else were."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.engines.connection import Connection
from adapters.engines.endpoints import Endpoint
from tests.engines.api import UnixConnection
from tests.fakes.asked import ASKED, CALL, Request, forbidden
from tests.fakes.engine import FakeEngine

ROOT = Path(__file__).parents[2]
CONTAINER = "/v1.41/containers/" + "0" * 64

MISBEHAVING = """
import pytest
from tests.engines.api import UnixConnection
from tests.fakes.engine import FakeEngine


def ask(folder, method, path):
    with FakeEngine(folder / "other.sock") as engine:
        connection = UnixConnection(engine.socket, 5.0)
        connection.request(method, path)
        connection.getresponse().read()
        connection.close()


def test_reading(short_folder):
    ask(short_folder, "GET", "/v1.41/info")


def test_writing(short_folder):
    ask(short_folder, "POST", "/v1.41/containers/create")


@pytest.mark.asks_itself
def test_of_the_fake_engine(short_folder):
    ask(short_folder, "DELETE", "/v1.41/images/web")
"""


@pytest.mark.parametrize(
    "request_",
    [
        Request("POST", "/v1.41/containers/create", {}),
        Request("DELETE", CONTAINER, {}),
        Request("HEAD", "/v1.41/info", {}),
        Request("GET", f"{CONTAINER}/export", {}),
        Request("GET", f"{CONTAINER}/logs", {}),
        Request("GET", "/v1.41/images/get", {"names": "web"}),
        Request("GET", "/v1.41/info", {"x": "1"}),
        Request("GET", "/v1.41/swarm/unlockkey", {}),
        Request("POST", "/grpc", {"x": "1"}),
        Request("POST", "/session", {}),
        Request(CALL, "/moby.buildkit.v1.Control/Solve", {}),
        Request(CALL, "/moby.buildkit.v1.Control/Prune", {}),
    ],
    ids=lambda request: f"{request.method} {request.path[-20:]}",
)
def test_whatever_is_no_reading_is_noticed(request_):
    assert forbidden([request_]) == [request_]


def test_reading_is_not_complained_of():
    paths = ("/version", "/v1.41/info", "/v1.41/images/shop/web:1/json", f"{CONTAINER}/changes")
    reading = [Request("GET", path, {}) for path in paths]
    reading += [Request("POST", "/grpc", {})]
    reading += [Request(CALL, "/moby.buildkit.v1.Control/ListenBuildHistory", {})]
    assert forbidden(reading) == []


def test_whatever_is_asked_of_any_fake_engine_is_written_down(short_folder):
    before = len(ASKED)
    with FakeEngine(short_folder / "one.sock") as one, FakeEngine(short_folder / "two.sock") as two:
        for engine in (one, two):
            connection = Connection(Endpoint("", engine.url))
            connection.negotiate()
            connection.get("/info")
            connection.close()
    asked = [request.path for request in ASKED[before:]]
    assert asked == ["/version", f"/v{connection.api_version}/info"] * 2


@pytest.mark.asks_itself
def test_writing_is_written_down_too(fake_engine):
    before = len(ASKED)
    asking = UnixConnection(fake_engine.socket, 5.0)
    asking.request("POST", "/v1.41/containers/create")
    asking.getresponse().read()
    asking.close()
    assert forbidden(ASKED[before:]) == [Request("POST", "/v1.41/containers/create", {})]


def test_a_test_in_which_an_engine_is_written_to_fails(tmp_path):
    (tmp_path / "test_misbehaving.py").write_text(MISBEHAVING)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.fakes.fixtures",
        "-p",
        "no:cacheprovider",
    ]
    command += ["-c", "/dev/null", "--rootdir", str(tmp_path), "-rA", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "3 passed, 1 error" in done.stdout
    assert re.search(r"^ERROR \S+::test_writing", done.stdout, re.MULTILINE)
    assert "/v1.41/containers/create" in done.stdout
    assert "2 requests by Shipslog, 1 of them not reading" in done.stdout
