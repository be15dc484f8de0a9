"""Talking to an engine over a real socket, and what becomes of everything that can go wrong."""

import json
import os
import threading
import time
from pathlib import Path

import pytest

from adapters.engines import connection as connections
from adapters.engines.allowlist import ForbiddenRequest
from adapters.engines.connection import Connection, EngineRefused, EngineUnreachable, StreamEnded
from adapters.engines.endpoints import Endpoint
from adapters.engines.events import api_moment, split_lines
from domain.engine_event import parse_engine_event
from tests.fakes.engine import Answer, FakeEngine


def connect(fake_engine) -> Connection:
    made = Connection(Endpoint("", fake_engine.url))
    made.negotiate()
    return made


@pytest.fixture
def connection(fake_engine):
    made = connect(fake_engine)
    yield made
    made.close()


@pytest.fixture
def impatient(monkeypatch):
    """Waits for answers only a moment."""
    monkeypatch.setattr(connections, "_ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(connections, "_CONNECT_SECONDS", 0.2)


def actions(chunks):
    for line in filter(None, split_lines(chunks)):
        yield parse_engine_event(line).action


def eventually(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


# --- agreeing on a version ---


@pytest.mark.parametrize(
    ("newest", "oldest", "spoken"),
    [
        ("1.51", "1.24", "1.51"),
        ("1.55", "1.40", "1.51"),
        ("1.41", "1.12", "1.41"),
        ("1.60", "1.52", "1.52"),
        ("1.24", None, "1.24"),
        ("x", "y", "1.24"),
        ("2.0", "1.44", "1.51"),
    ],
)
def test_the_newest_version_is_spoken_that_was_tested(fake_engine, newest, oldest, spoken):
    version = fake_engine.version() | {"ApiVersion": newest, "MinAPIVersion": oldest}
    fake_engine.answers.append(Answer("/version", 200, body=json.dumps(version).encode()))
    connection = connect(fake_engine)
    assert connection.api_version == spoken
    fake_engine.answers.clear()
    connection.close()


def test_requests_carry_the_version(connection, fake_engine):
    connection.get("/info")
    assert [request.path for request in fake_engine.requests] == ["/version", "/v1.51/info"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_engine_is_refused_with_a_sentence(fake_engine, body):
    fake_engine.answers.append(Answer("/version", 200, body=body))
    with pytest.raises(EngineRefused, match="does not answer as a container engine does"):
        connect(fake_engine)


# --- asking ---


def test_what_the_engine_tells_is_given(connection, fake_engine):
    assert connection.get("/info")["ID"] == fake_engine.daemon_id
    object_id = fake_engine.create("web")
    assert [item["Id"] for item in connection.get("/containers/json", all="1")] == [object_id]
    assert connection.get_image("shop/web:1", "json")["RepoTags"] == ["shop/web:1"]


@pytest.mark.parametrize("path", ["/containers/json/../x", "/swarm/unlockkey", "/images/get"])
def test_what_is_not_on_the_list_never_reaches_the_engine(connection, fake_engine, path):
    asked = len(fake_engine.requests)
    for ask in (connection.get, connection.stream, lambda p: list(connection.stream_to_end(p))):
        with pytest.raises(ForbiddenRequest):
            ask(path)
    assert len(fake_engine.requests) == asked


def test_a_strange_image_name_never_reaches_the_engine(connection, fake_engine):
    asked = len(fake_engine.requests)
    for name in ("../x", "web?x=1", "web\n", "", "wéb", "-v"):
        with pytest.raises(ForbiddenRequest):
            connection.get_image(name, "json")
    assert len(fake_engine.requests) == asked


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500, 502])
def test_a_refusal_comes_with_the_engines_own_words(connection, fake_engine, status):
    fake_engine.answers.append(Answer("/info", status, "because of the moon"))
    with pytest.raises(EngineRefused, match=f"status {status}: because of the moon") as refusal:
        connection.get("/info")
    assert refusal.value.status == status


NGINX = b"""<html>
<head><title>403 Forbidden</title></head>
<body>
<center><h1>403 Forbidden</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""
HAPROXY = b"""<html><body><h1>403 Forbidden</h1>
Request forbidden by administrative rules.
</body></html>
"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"no", "no"),
        (b"", "no reason given"),
        (b'{"x":1}', "{'x': 1}"),
        (b'{"message": null}', "no reason given"),
        (b'"quoted"', "quoted"),
        (NGINX, "403 Forbidden nginx"),
        (HAPROXY, "403 Forbidden Request forbidden by administrative rules."),
        (b"<script>alert(1)</script><!-- x -->no<br>way", "no way"),
        (b"a < b and b > c", "a < b and b > c"),
        (b"one\r\ntwo\x1b[2J\xe2\x80\xaethree", "one two [2J three"),
        (b"\xff" * 9000, "\ufffd" * 300 + "…"),
        (b"[" * 4000, "[" * 300 + "…"),
    ],
)
def test_a_refusal_in_other_words_is_told_on_one_line(connection, fake_engine, body, words):
    fake_engine.answers.append(Answer("/info", 403, body=body))
    with pytest.raises(EngineRefused) as refusal:
        connection.get("/info")
    assert str(refusal.value) == (
        f"The engine at {fake_engine.url} refused /info with status 403: {words}"
    )
    assert refusal.value.status == 403


def test_a_redirect_is_not_followed(connection, fake_engine):
    elsewhere = (("Location", "http://localhost/v1.51/version"),)
    fake_engine.answers.append(Answer("/info", 301, headers=elsewhere))
    with pytest.raises(EngineRefused, match="status 301"):
        connection.get("/info")
    assert [request.path for request in fake_engine.requests].count("/v1.51/version") == 0


def test_an_answer_that_breaks_off_is_no_answer(connection, fake_engine):
    fake_engine.answers.append(
        Answer("/info", 200, headers=(("Content-Length", "1000"),), body=b'{"ID":')
    )
    with pytest.raises((EngineUnreachable, EngineRefused)):
        connection.get("/info")


def test_an_answer_without_end_is_given_up(connection, fake_engine, monkeypatch):
    monkeypatch.setattr(connections, "_MOST_BYTES_OF_AN_ANSWER", 100)
    with pytest.raises(EngineRefused, match="too large"):
        connection.get("/info")


# --- not reaching it ---


def test_a_socket_that_is_not_there(short_folder):
    with pytest.raises(EngineUnreachable, match="no such socket; is the engine running"):
        Connection(Endpoint("", f"unix://{short_folder}/none.sock")).negotiate()


def test_a_socket_that_nobody_listens_on(short_folder):
    with FakeEngine(short_folder / "docker.sock") as engine:
        os.link(engine.socket, short_folder / "left.sock")
    with pytest.raises(EngineUnreachable, match="connection refused; is the engine running"):
        Connection(Endpoint("", f"unix://{short_folder}/left.sock")).negotiate()


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "http://127.0.0.1:1"])
def test_a_port_that_nobody_listens_on(url):
    with pytest.raises(EngineUnreachable, match=r"127\.0\.0\.1:1 cannot be reached"):
        Connection(Endpoint("", url)).negotiate()


@pytest.mark.parametrize("url", ["unix://", "tcp://", "nonsense", "http://[::1"])
def test_an_address_that_is_none(url):
    with pytest.raises(EngineUnreachable, match="cannot be reached"):
        Connection(Endpoint("", url)).negotiate()


def test_an_engine_that_never_answers(fake_engine, impatient):
    fake_engine.freeze()
    with pytest.raises(EngineUnreachable, match="cannot be reached"):
        connect(fake_engine)
    fake_engine.thaw()


def test_an_engine_that_goes_away(connection, fake_engine):
    fake_engine.down()
    with pytest.raises(EngineUnreachable):
        connection.get("/info")
    fake_engine.up()
    assert connection.get("/info")


# --- the stream ---


def test_a_stream_gives_what_is_remembered_and_what_happens(connection, fake_engine):
    object_id = fake_engine.create("web")
    stream = actions(connection.stream("/events", since="1"))
    assert next(stream) == "create"
    fake_engine.start(object_id)
    assert next(stream) == "start"


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_stream_in_slices_is_put_together(connection, fake_engine, size):
    fake_engine.slices = size
    fake_engine.create("web", tier="front – ⚓")
    lines = split_lines(connection.stream("/events", since="1"))
    assert parse_engine_event(next(lines)).attributes["tier"] == "front – ⚓"


def test_what_is_remembered_can_be_asked_for_alone(connection, fake_engine):
    for number in range(300):
        fake_engine.say("image", "tag", "sha256:x", name=f"web:{number}")
    until = api_moment(time.time_ns())
    chunks = connection.stream_to_end("/events", since="1", until=until)
    assert len(list(actions(chunks))) == 256


def test_an_engine_that_stops_ends_the_stream(connection, fake_engine):
    stream = connection.stream("/events", since="1")
    fake_engine.memory.end()
    with pytest.raises(StreamEnded, match="The engine ended the event stream") as end:
        next(stream)
    assert end.value.clean


def test_a_stream_that_is_cut_breaks_off(connection, fake_engine):
    stream = actions(connection.stream("/events", since="1"))
    fake_engine.faults["cut"] = 1
    fake_engine.create("web")
    with pytest.raises(StreamEnded, match="broke off") as end:
        next(stream)
    assert not end.value.clean


def test_a_stream_whose_connection_is_cut_breaks_off(connection, fake_engine):
    stream = connection.stream("/events", since="1")
    fake_engine.cut()
    with pytest.raises(StreamEnded, match="broke off") as end:
        next(stream)
    assert not end.value.clean


def test_a_stream_that_is_refused_says_so(connection, fake_engine):
    fake_engine.answers.append(Answer("/events", 403, "not for you"))
    with pytest.raises(EngineRefused, match="status 403: not for you"):
        connection.stream("/events", since="1")


def test_a_moment_that_the_engine_does_not_understand_is_refused(connection):
    with pytest.raises(EngineRefused, match="invalid syntax"):
        connection.stream("/events", since="yesterday")


def test_a_quiet_stream_is_waited_for(fake_engine, impatient):
    connection = connect(fake_engine)
    stream = actions(connection.stream("/events", since="1"))
    threading.Timer(0.5, lambda: fake_engine.create("web")).start()
    assert next(stream) == "create"
    connection.close()


def test_a_stream_that_never_begins_is_not_waited_for(fake_engine, impatient):
    connection = connect(fake_engine)
    fake_engine.silent_paths.add("/events")
    with pytest.raises(EngineUnreachable):
        connection.stream("/events", since="1")
    fake_engine.silent_paths.clear()
    connection.close()


def test_what_is_remembered_is_not_waited_for_without_end(fake_engine, impatient):
    connection = connect(fake_engine)
    never = api_moment(time.time_ns() + 10**18)
    with pytest.raises(StreamEnded, match="broke off"):
        list(connection.stream_to_end("/events", since="1", until=never))
    connection.close()


# --- closing ---


def test_closing_ends_a_stream_that_another_thread_reads(connection):
    ended = []
    stream = connection.stream("/events", since="1")

    def read():
        try:
            list(stream)
        except StreamEnded as end:
            ended.append(end)

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(0.05)
    began = time.monotonic()
    connection.close()
    reader.join(2)
    assert not reader.is_alive()
    assert time.monotonic() - began < 1
    assert len(ended) == 1


def test_closing_twice_or_after_the_end_does_no_harm(connection, fake_engine):
    stream = connection.stream("/events", since="1")
    fake_engine.memory.end()
    with pytest.raises(StreamEnded):
        list(stream)
    connection.close()
    connection.close()


def test_a_closed_connection_asks_nothing_more(connection, fake_engine):
    connection.close()
    asked = len(fake_engine.requests)
    with pytest.raises((EngineUnreachable, StreamEnded)):
        connection.get("/info")
    with pytest.raises((EngineUnreachable, StreamEnded)):
        connection.stream("/events", since="1")
    assert len(fake_engine.requests) == asked


def test_several_threads_may_ask_while_one_reads_the_stream(connection, fake_engine):
    stream = actions(connection.stream("/events", since="1"))
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(connection.get("/info")["ID"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    fake_engine.create("web")
    assert next(stream) == "create"
    for thread in threads:
        thread.join(5)
    assert answers == [fake_engine.daemon_id] * 8


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_socket_is_left_open(fake_engine):
    connect(fake_engine).close()
    before = open_files()
    for _ in range(20):
        connection = connect(fake_engine)
        stream = connection.stream("/events", since="1")
        connection.close()
        with pytest.raises(StreamEnded):
            list(stream)
    eventually(lambda: open_files() <= before + 5)
