"""Named pipes, and a system that lacks what Unix has; simulated, in a process of its own."""

import json
import subprocess
import sys

import pytest

WINDOWS = """
import importlib, json, pkgutil, sys, threading
from tests.fakes.windows import install
install()
import adapters.engines
for module in pkgutil.walk_packages(adapters.engines.__path__, "adapters.engines."):
    importlib.import_module(module.name)
from adapters.engines.connection import Connection, StreamEnded
from adapters.engines.discovery import candidates
from adapters.engines.endpoints import Endpoint, endpoint
from adapters.engines.buildkit.history import open_history
from domain.errors import ShipslogError

told = {"default": endpoint(None).url, "found": [one.detail for one in candidates()]}
url = "npipe://" + sys.argv[1]
"""

READING = """
connection = Connection(Endpoint("", url))
told["version"] = connection.negotiate()["ApiVersion"]
told["id"] = connection.get("/info")["ID"]
told["history"] = open_history(Endpoint("", url)).reason
stream = connection.stream("/events", since="1")
told["first"] = json.loads(next(stream))["Action"]
def read():
    try:
        list(stream)
    except StreamEnded as end:
        told["end"] = str(end)
reader = threading.Thread(target=read)
reader.start()
threading.Event().wait(0.2)
connection.close()
reader.join(5)
print(json.dumps(told))
"""

FAILING = """
for url in (url, "ssh://build-host"):
    try:
        Connection(Endpoint("", url)).negotiate()
    except ShipslogError as error:
        told[url] = str(error)
print(json.dumps(told))
"""


def on_windows(script, socket):
    command = [sys.executable, "-c", WINDOWS + script, str(socket)]
    done = subprocess.run(command, capture_output=True, timeout=60, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture(autouse=True)
def plain(monkeypatch, tmp_path):
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


def test_an_engine_is_read_through_a_pipe_and_the_stream_can_be_closed(fake_engine):
    fake_engine.create("web")
    told = on_windows(READING, fake_engine.socket)
    assert told["default"] == "npipe:////./pipe/docker_engine"
    assert told["id"] == fake_engine.daemon_id
    assert told["first"] == "create"
    assert told["end"].startswith("The event stream broke off")
    assert "Unix sockets" in told["history"]


def test_what_fails_is_told_in_a_sentence(short_folder):
    told = on_windows(FAILING, short_folder / "none")
    assert told["found"][0].endswith("there is no such pipe; is the engine running?")
    assert told[f"npipe://{short_folder}/none"].endswith(
        "there is no such pipe; is the engine running?"
    )
    assert "from Linux and macOS only" in told["ssh://build-host"]
