"""The proxy does what it is told, and nothing else."""

import json
import socket
import time
from pathlib import Path

import pytest

from adapters.engines.connection import (
    Connection,
    EngineRefused,
    EngineUnreachable,
    StreamEnded,
)
from adapters.engines.endpoints import Endpoint
from adapters.engines.events import split_lines
from tests.fakes.engine import FakeEngine
from tests.faults.proxy import Mishap, Proxy

NAMES = ["first", "Jos\u00e9 \u2693 \U0001f40b", "third"]


@pytest.fixture
def proxy(fake_engine, short_folder):
    with Proxy(short_folder / "proxy.sock", fake_engine.socket) as proxy:
        yield proxy


@pytest.fixture
def connection(proxy):
    connection = Connection(Endpoint("proxied", proxy.url))
    connection.negotiate()
    yield connection
    connection.close()


def names(connection: Connection, engine: FakeEngine) -> tuple[list[str], StreamEnded | None]:
    """The names that a stream brings of the three containers that are created; and its end."""
    read: list[str] = []
    try:
        lines = split_lines(connection.stream("/events", since="1"))
        for name in NAMES:
            engine.create(name)
        for line in lines:
            read.append(_name(line))
            if len(read) == 3:
                return read, None
    except StreamEnded as end:
        return read, end
    raise AssertionError("a stream always ends with StreamEnded")


def _name(line: bytes) -> str:
    try:
        return str(json.loads(line)["Actor"]["Attributes"]["name"])
    except ValueError:
        return "unreadable"


def test_without_faults_everything_passes(connection, fake_engine):
    assert connection.get("/info")["ID"] == fake_engine.daemon_id
    assert names(connection, fake_engine) == (NAMES, None)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_events_in_slices_are_the_same_events(proxy, connection, fake_engine, size):
    proxy.conditions.slices = size
    assert names(connection, fake_engine) == (NAMES, None)


@pytest.mark.parametrize(
    ("mishap", "expected"),
    [
        (Mishap.DROP, NAMES[1:]),
        (Mishap.DOUBLE, [NAMES[0], *NAMES[:2]]),
        (Mishap.SWAP, [NAMES[1], NAMES[0], NAMES[2]]),
        (Mishap.GARBLE, ["unreadable", *NAMES[1:]]),
    ],
)
def test_an_event_is_lost_or_altered(proxy, connection, fake_engine, mishap, expected):
    lines = split_lines(connection.stream("/events", since="1"))
    proxy.happen(mishap)
    for name in [*NAMES, *NAMES]:
        fake_engine.create(name)
    assert [_name(next(lines)) for _ in expected] == expected
    assert proxy.befallen == {mishap: 1}


@pytest.mark.parametrize(
    ("mishap", "words"),
    [
        (Mishap.CUT, "IncompleteRead"),
        (Mishap.CUT_IN_SIZE, "IncompleteRead"),
        (Mishap.GARBLE_SIZE, "b'zz"),
        (Mishap.CUT_AFTER_HEAD, "b''"),
        (Mishap.RESET, "Connection reset by peer"),
    ],
)
def test_a_stream_breaks_off(proxy, connection, fake_engine, mishap, words):
    proxy.happen(mishap)
    read, end = names(connection, fake_engine)
    assert read == []
    assert end is not None
    assert not end.clean
    assert words in str(end)


def test_a_stream_ends_in_good_order(proxy, connection, fake_engine):
    proxy.happen(Mishap.END)
    read, end = names(connection, fake_engine)
    assert read == []
    assert end is not None
    assert end.clean


@pytest.mark.parametrize(("reset", "words"), [(False, "b''"), (True, "reset")])
def test_all_connections_are_cut_at_once(proxy, connection, fake_engine, reset, words):
    lines = split_lines(connection.stream("/events", since="1"))
    fake_engine.create("first")
    assert _name(next(lines)) == "first"
    proxy.cut(reset=reset)
    with pytest.raises(StreamEnded, match=words):
        next(lines)
    assert connection.get("/info")


def test_a_stream_goes_silent_and_the_rest_goes_on(proxy, connection, fake_engine, short_folder):
    lines = split_lines(connection.stream("/events", since="1"))
    proxy.happen(Mishap.SILENCE)
    fake_engine.create("first")
    while not proxy.befallen[Mishap.SILENCE]:
        time.sleep(0.005)
    fake_engine.create("second")
    assert connection.get("/info")
    other = Connection(Endpoint("another", proxy.url))
    other.negotiate()
    assert names(other, fake_engine)[1] is None
    other.close()
    proxy.cut()
    with pytest.raises(StreamEnded):
        next(lines)


def test_an_answer_breaks_off(proxy, connection):
    proxy.happen(Mishap.CUT_IN_ANSWER)
    with pytest.raises(EngineUnreachable, match="broke off its answer"):
        connection.get("/info")


def test_requests_are_refused_with_a_status(proxy, connection):
    proxy.conditions.status = 503
    with pytest.raises(EngineRefused, match="status 503: a fault was injected"):
        connection.get("/info")
    proxy.heal()
    assert connection.get("/info")


def test_connections_are_refused_for_a_while(proxy, connection):
    proxy.refuse()
    with pytest.raises(EngineUnreachable, match="refused"):
        connection.get("/info")
    proxy.heal()
    assert connection.get("/info")


def test_a_request_is_passed_on_and_never_answered(proxy, connection, fake_engine, monkeypatch):
    monkeypatch.setattr("adapters.engines.connection._ANSWER_SECONDS", 0.2)
    proxy.conditions.unanswered = True
    asked = len(fake_engine.requests)
    with pytest.raises(EngineUnreachable, match="timed out"):
        connection.get("/info")
    assert len(fake_engine.requests) == asked + 1


def test_what_is_stalled_comes_later(proxy, connection, fake_engine):
    lines = split_lines(connection.stream("/events", since="1"))
    proxy.conditions.stalled_streams = True
    fake_engine.create("first")
    began = time.monotonic()
    assert connection.get("/info")
    assert time.monotonic() - began < 1.0
    proxy.heal()
    assert _name(next(lines)) == "first"


@pytest.mark.parametrize("condition", [{"latency": 0.2}, {"bandwidth": 3_000}])
def test_what_is_slow_takes_its_time(proxy, connection, condition):
    for name, value in condition.items():
        setattr(proxy.conditions, name, value)
    began = time.monotonic()
    assert connection.get("/info")
    assert time.monotonic() - began > 0.15


def test_what_is_no_http_any_more_passes_in_both_directions(short_folder: Path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(short_folder / "other.sock"))
    listener.listen()
    with Proxy(short_folder / "proxy.sock", short_folder / "other.sock") as proxy:
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(proxy.socket))
        client.sendall(b"POST /grpc HTTP/1.1\r\nUpgrade: h2c\r\n\r\n")
        engine, _ = listener.accept()
        assert engine.recv(100).endswith(b"\r\n\r\n")
        engine.sendall(b"HTTP/1.1 101 UPGRADED\r\n\r\nhello")
        assert client.recv(100) == b"HTTP/1.1 101 UPGRADED\r\n\r\nhello"
        client.sendall(b"PRI")
        assert engine.recv(3) == b"PRI"
        engine.sendall(b"more")
        assert client.recv(4) == b"more"
        for end in (engine, client, listener):
            end.close()
