"""A real engine read over TCP: with TLS on both sides, and plain, with the history of builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.engines.buildkit.history import BuildHistory, NoHistory, open_history
from adapters.engines.connection import Connection, StreamEnded
from adapters.engines.endpoints import Endpoint, endpoint
from adapters.engines.events import split_lines
from domain.engine_event import parse_engine_event
from tests.engines.running import RunningEngine
from tests.fakes.tcp import Authority, relay, tls_relay


def test_an_engine_is_watched_over_tls(
    docker_engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority("shop")
    server, client = authority.issue(tmp_path / "server"), authority.issue(tmp_path / "client")
    image = docker_engine.base_image()
    with tls_relay(docker_engine.socket, server, client) as port:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{port}")
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        monkeypatch.setenv("DOCKER_CERT_PATH", str(client))
        connection = Connection(endpoint(None))
        assert connection.negotiate()["Version"] == docker_engine.version
        lines = filter(None, split_lines(connection.stream("/events", since="1")))
        object_id = docker_engine.docker("create", "--network", "none", image, "true")
        events = map(parse_engine_event, lines)
        assert any(event.actor == object_id and event.action == "create" for event in events)
        assert isinstance(open_history(endpoint(None)), NoHistory)
        connection.close()
        with pytest.raises(StreamEnded):
            list(lines)
    docker_engine.docker("rm", object_id)


def test_builds_are_told_of_over_plain_tcp(docker_engine: RunningEngine) -> None:
    image = docker_engine.base_image()
    dockerfile = f"FROM {image}\nLABEL way=tcp\n".encode()
    docker_engine.docker("build", "--network", "none", "-", input=dockerfile)
    with relay(docker_engine.socket) as port:
        history = open_history(Endpoint("", f"tcp://127.0.0.1:{port}"))
        assert isinstance(history, BuildHistory)
        assert history.read(history.entries()[-1], str).steps
        history.close()
