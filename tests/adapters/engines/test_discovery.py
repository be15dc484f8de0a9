"""Engines that are found without being told of, also beside some that hang."""

import os
import socket
import time
from pathlib import Path

import pytest

from adapters.engines import discovery, usual_sockets
from adapters.engines.connection import EngineUnreachable
from adapters.engines.discovery import another_that_answers, candidates, endpoints, every_endpoint
from adapters.engines.endpoints import Endpoint, UnknownEngine, endpoint
from adapters.engines.usual_sockets import usual_sockets as find_sockets
from tests.adapters.engines.test_endpoints import config, make_context
from tests.fakes.engine import FakeEngine

__all__ = ["config"]


@pytest.fixture(autouse=True)
def home(short_folder, monkeypatch):
    """A home with a short path, and a machine whose own sockets do not matter."""
    for variable in ("HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(short_folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(usual_sockets, "_runtime_folders", lambda: iter([short_folder]))
    return short_folder


@pytest.fixture
def only_homes_sockets(home, monkeypatch):
    """As if there were no socket outside of this home."""
    really = usual_sockets._places
    monkeypatch.setattr(
        usual_sockets,
        "_places",
        lambda: (place for place in really() if home in place[1].parents),
    )
    monkeypatch.setattr(discovery, "all_contexts", list)


def listen(path):
    """A socket that takes connections and says nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    return server


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("docker.sock", "rootless docker"),
        ("podman/podman.sock", "rootless podman"),
        (".docker/desktop/docker.sock", "docker desktop"),
        (".docker/run/docker.sock", "docker desktop"),
        (".rd/docker.sock", "rancher desktop"),
        (".orbstack/run/docker.sock", "orbstack"),
        (".colima/default/docker.sock", "colima"),
        (".config/colima/work/docker.sock", "colima"),
        (".lima/docker/sock/docker.sock", "lima"),
        (".local/share/containers/podman/machine/podman.sock", "podman machine"),
        (".local/share/containers/podman/machine/qemu/podman.sock", "podman machine"),
    ],
)
def test_each_usual_place_is_looked_at(home, only_homes_sockets, path, name):
    with listen(home / path):
        assert list(find_sockets()) == [Endpoint(name, f"unix://{home / path}")]


def test_a_link_to_a_socket_is_no_second_engine(home, only_homes_sockets):
    with listen(home / ".docker/run/docker.sock") as server:
        (home / "docker.sock").symlink_to(server.getsockname())
        assert [found.name for found in find_sockets()] == ["rootless docker"]


def test_a_place_that_may_not_be_entered_is_passed_over(monkeypatch):
    def refuse(_path):
        raise PermissionError

    monkeypatch.setattr(Path, "is_socket", refuse)
    monkeypatch.setattr(Path, "glob", lambda *_: refuse(None))
    assert list(find_sockets()) == []


def test_a_system_without_user_numbers_has_no_runtime_folder(monkeypatch):
    monkeypatch.undo()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.delattr(os, "getuid")
    assert list(usual_sockets._runtime_folders()) == []
    assert isinstance(list(find_sockets()), list)


# --- trying them ---


def test_an_engine_that_hangs_holds_nobody_up(home, config, fake_engine, monkeypatch):
    monkeypatch.setattr(discovery, "_SECONDS", 0.5)
    hanging = home / "hanging"
    make_context(config, "fake", fake_engine.url)
    for name in ("one", "two", "three"):
        make_context(config, name, f"unix://{hanging}")
    with listen(hanging):
        make_context(config, "four", f"unix://{home}/./hanging")
        began = time.monotonic()
        found = {candidate.name: candidate for candidate in candidates()}
        assert time.monotonic() - began < 5
    assert found["fake"].reachable
    assert sum("did not answer within 0.5 seconds" in one.detail for one in found.values()) == 1


# --- several at once ---


def test_several_engines_are_named_and_each_is_taken_once(config, fake_engine):
    make_context(config, "fake", fake_engine.url)
    wanted = ["fake", fake_engine.url, str(fake_engine.socket), "tcp://far:2375"]
    assert [one.url for one in endpoints(wanted)] == [fake_engine.url, "tcp://far:2375"]
    assert endpoints([]) == [endpoint(None)]
    with pytest.raises(UnknownEngine, match="nobody"):
        endpoints(["fake", "nobody"])


def test_all_are_those_that_answer(home, only_homes_sockets):
    with (
        listen(home / ".rd/docker.sock") as dead,
        FakeEngine(home / "docker.sock") as one,
        FakeEngine(home / ".lima.sock") as _unusual,
    ):
        dead.close()
        assert endpoints(["all"]) == [Endpoint("rootless docker", one.url)]


def test_where_none_answers_all_are_none(only_homes_sockets):
    with pytest.raises(EngineUnreachable, match="No engine answers on this machine"):
        every_endpoint()


# --- another than the one that was meant ---


def test_where_the_usual_engine_is_silent_another_that_answers_is_named(home, only_homes_sockets):
    gone = Endpoint("", f"unix://{home}/gone.sock")
    with FakeEngine(home / "docker.sock") as other:
        told = another_that_answers([gone])
        assert told == f"another engine answers: give `--engine {other.url}`"
        assert endpoint(other.url).url == other.url
        assert another_that_answers([gone, endpoint(other.url)]) == ""


def test_where_no_engine_answers_none_is_named(home, only_homes_sockets):
    with listen(home / "docker.sock") as dead:
        dead.close()
        assert another_that_answers([Endpoint("", f"unix://{home}/gone.sock")]) == ""


def test_an_engine_with_certificates_is_named_by_its_context():
    assert discovery._option(Endpoint("far away", "tcp://far:2376", tls=object())) == "'far away'"
    assert discovery._option(Endpoint("near", "tcp://near:2375")) == "tcp://near:2375"
