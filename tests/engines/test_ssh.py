"""A real engine recorded over a real ssh."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.engines.buildkit.history import BuildHistory, open_history
from adapters.engines.endpoints import Endpoint
from adapters.store.opening import open_reader
from domain.facts.engine import GapDeclared
from tests.engines.comparison import captured, stored
from tests.engines.recorder import Shipslog, until
from tests.engines.running import RunningEngine
from tests.engines.sshd import Sshd, serving, ssh_children


@pytest.fixture
def far_engine(
    docker_engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sshd]:
    """The way to the engine: on the other machine, `docker` is its own command line."""
    folder = tmp_path / "sshd"
    folder.mkdir()
    environment = [f"{name}={value}" for name, value in docker_engine.docker_environment().items()]
    with serving(folder) as sshd:
        command = ["env", *environment, *docker_engine.docker_command()]
        sshd.give_docker(f'exec {shlex.join(command)} "$@"')
        monkeypatch.setenv("PATH", f"{sshd.bin}:{os.environ['PATH']}")
        yield sshd


def later_gaps(store: Path) -> list[Any]:
    """The gaps but that before the first recording."""
    reader = open_reader(store)
    gaps: list[Any] = [recorded.fact for recorded in reader.of_topics([GapDeclared.TOPIC])]
    reader.close()
    return [gap for gap in gaps if gap.started_at is not None]


def test_a_recording_over_ssh_misses_nothing_and_leaves_no_ssh_behind(
    docker_engine: RunningEngine, far_engine: Sshd, tmp_path: Path
) -> None:
    engine, shipslog = docker_engine, Shipslog(tmp_path / "far.db")
    image = engine.base_image()
    with shipslog.recording(far_engine.url) as recorder:
        with engine.capture() as capture:
            engine.docker("run", "--rm", image, "true")
            killed = ssh_children(recorder.pid)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            for _ in range(5):
                engine.docker("run", "--rm", image, "true")
        said = Counter(map(captured, capture.events))
        until(lambda: not said - Counter(stored(shipslog.store)), lambda: "not all is stored")
        tunnels = ssh_children(recorder.pid)
        assert killed
        assert tunnels
        assert not set(tunnels) & set(killed)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert not any(Path(f"/proc/{pid}").exists() for pid in tunnels)
    assert max(Counter(stored(shipslog.store)).values()) == 1
    assert later_gaps(shipslog.store) == []


def test_a_builds_history_is_read_over_ssh_by_the_path_of_the_far_socket(
    docker_engine: RunningEngine, far_engine: Sshd
) -> None:
    image = docker_engine.base_image()
    dockerfile = f"FROM {image}\nRUN echo far\n".encode()
    docker_engine.docker("build", "--network", "none", "--tag", "shop/far:1", "-", input=dockerfile)
    history = open_history(Endpoint("", f"{far_engine.url}{docker_engine.socket}"))
    assert isinstance(history, BuildHistory)
    newest = history.entries()[-1]
    assert history.read(newest, str).steps
    history.close()
    until(lambda: not ssh_children(os.getpid()), lambda: "an ssh outlives the history")


READER = """
import sys
from adapters.engines.connection import Connection
from adapters.engines.endpoints import Endpoint
connection = Connection(Endpoint("", sys.argv[1]))
connection.negotiate()
chunks = connection.stream("/events", since="1")
print("reading", flush=True)
for chunk in chunks:
    pass
"""


def test_a_reader_that_is_killed_leaves_no_ssh_behind(far_engine: Sshd) -> None:
    command = [sys.executable, "-c", READER, far_engine.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"reading\n"
        tunnels = ssh_children(reader.pid)
        reader.kill()
    assert tunnels
    until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in tunnels),
        lambda: "an ssh outlives its reader",
    )
