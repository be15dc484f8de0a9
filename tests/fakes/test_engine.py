"""The fake engine against what real ones answered: the same shapes, the same rules."""

import http.client
import json
import time
from queue import Empty

import pytest

from domain.moments import rfc3339
from tests.engines.api import UnixConnection
from tests.fakes.engine import Answer, FakeEngine
from tests.fakes.memory import Memory, Remembered
from tests.recordings import ENGINES, answer, event_lines

pytestmark = pytest.mark.asks_itself


@pytest.fixture(params=ENGINES)
def engine(request, short_folder):
    with FakeEngine(short_folder / "docker.sock", model=request.param) as fake:
        fake.add_image("shop/web:1")
        yield fake


def ask(engine, path, method="GET"):
    connection = UnixConnection(engine.socket, 5.0)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def get(engine, path):
    status, body = ask(engine, path)
    return json.loads(body) if status == 200 else (status, json.loads(body))


def shape(value, depth=3):
    """The keys and types of a JSON value, a few levels deep."""
    if isinstance(value, dict) and depth:
        return {key: shape(item, depth - 1) for key, item in value.items()}
    return type(value).__name__


def without_labels(described):
    described["Config"] = described["Config"] | {"Labels": {}}
    return described


# --- shapes ---


def test_it_describes_itself_as_the_real_one(engine):
    assert shape(get(engine, "/version")) == shape(answer(engine.model, "version"))
    assert shape(get(engine, "/info")) == shape(answer(engine.model, "info"))


def test_it_describes_containers_as_the_real_one(engine):
    object_id = engine.create("web", tier="front")
    real = without_labels(answer(engine.model, "container-created"))
    real["State"].pop("Health", None)
    assert shape(without_labels(get(engine, f"/containers/{object_id}/json"))) == shape(real)
    assert get(engine, f"/containers/{object_id}/changes") is None
    engine.holdings.changes[object_id] = answer(engine.model, "container-changes")
    assert {"Path": "/page", "Kind": 1} in get(engine, f"/containers/{object_id}/changes")
    (listed,) = get(engine, "/containers/json?all=1")
    assert listed.keys() == answer(engine.model, "containers")[0].keys()


def test_it_describes_images_as_the_real_one(engine):
    real = shape(answer(engine.model, "image-base"), 1)
    assert shape(get(engine, "/images/shop/web:1/json"), 1) == real
    history = get(engine, "/images/shop/web:1/history")
    assert shape(history[0]) == shape(answer(engine.model, "image-base-history")[0])
    (listed,) = get(engine, "/images/json")
    assert shape(listed, 1) == shape(answer(engine.model, "images")[0], 1)


def test_it_refuses_as_the_real_one():
    model = "docker-28.5"
    assert answer(model, "no-such-container")["message"].startswith("No such container: ")
    assert answer(model, "no-such-image")["message"].startswith("No such image: ")
    assert "invalid syntax" in answer(model, "bad-since")["message"]


def test_it_says_what_is_not_there_and_what_it_does_not_understand(engine):
    status, missing = get(engine, f"/containers/{'0' * 64}/json")
    assert (status, missing["message"]) == (404, f"No such container: {'0' * 64}")
    status, wrong = get(engine, "/events?since=bogus")
    assert (status, wrong["message"]) == (500, 'strconv.ParseInt: parsing "bogus": invalid syntax')
    assert get(engine, "/v9.99/info")[0] == 400


def test_its_events_have_the_keys_of_the_real_ones(engine):
    engine.start(engine.create("web"))
    real = [json.loads(line) for line in event_lines(engine.model)]
    (start,) = [event for event in real if event["Type"] == "container"][2:3]
    *_, said = lines(engine, "/events?since=1&stream=false" + until(engine))
    assert set(said) <= set(start) | {"from"}
    assert {"Type", "Action", "Actor", "scope", "time", "timeNano"} <= set(said)
    assert set(said["Actor"]) == {"ID", "Attributes"}


def lines(engine, path):
    status, body = ask(engine, path)
    assert status == 200
    return [json.loads(line) for line in body.splitlines()]


def until(engine):
    now = engine.now()
    return "" if engine.is_podman else f"&until={now // 10**9}.{now % 10**9:09d}"


# --- the memory ---


def moments(events):
    return [event.time_ns for event in events]


def remembered(*times):
    memory = Memory()
    for moment in times:
        memory.say(Remembered(moment, b"{}"))
    return memory


def test_it_remembers_256_events():
    memory = remembered(*range(1, 301))
    assert moments(memory.listen(1, None)[0]) == list(range(45, 301))


def test_since_and_until_are_inclusive():
    memory = remembered(1, 2, 3, 4)
    assert moments(memory.listen(2, 3)[0]) == [2, 3]


def test_an_event_out_of_order_hides_those_before_it():
    memory = remembered(10, 20, 5, 30)
    assert moments(memory.listen(8, None)[0]) == [30]
    assert moments(memory.listen(1, None)[0]) == [10, 20, 5, 30]


def test_without_since_only_what_comes_is_given():
    memory = remembered(1, 2)
    past, delivery = memory.listen(None, None)
    memory.say(Remembered(3, b"{}"))
    assert past == []
    assert delivery.get(timeout=1).time_ns == 3


def test_who_has_left_is_told_nothing():
    memory = remembered()
    _, delivery = memory.listen(1, None)
    memory.leave(delivery)
    memory.say(Remembered(1, b"{}"))
    with pytest.raises(Empty):
        delivery.get_nowait()


# --- streams and faults ---


@pytest.fixture
def docker(short_folder):
    with FakeEngine(short_folder / "docker.sock") as fake:
        fake.add_image("shop/web:1")
        yield fake


class Stream:
    """An open event stream, read line by line."""

    def __init__(self, engine, query="?since=1"):
        self.connection = UnixConnection(engine.socket, 5.0)
        self.connection.request("GET", f"/events{query}")
        self.response = self.connection.getresponse()
        assert self.response.getheader("Transfer-Encoding") == "chunked"

    def line(self):
        return self.response.readline()

    def action(self):
        return json.loads(self.line())["Action"]


def test_a_stream_gives_what_is_remembered_and_then_what_happens(docker):
    object_id = docker.create("web")
    stream = Stream(docker)
    assert stream.action() == "create"
    docker.start(object_id)
    assert stream.action() == "start"


def test_a_stream_ends_with_the_engine(docker):
    stream = Stream(docker)
    docker.restart()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        assert stream.line() == b""
        raise ConnectionError
    assert len(docker.memory) == 0
    assert get(docker, "/version")


@pytest.mark.parametrize(
    ("fault", "actions"),
    [
        ("", ["create", "start", "die"]),
        ("drop", ["start", "die"]),
        ("double", ["create", "create", "start", "die"]),
        ("swap", ["start", "create", "die"]),
    ],
)
def test_what_a_stream_delivers_under_a_fault(docker, fault, actions):
    stream = Stream(docker)
    docker.faults[fault] = 1
    object_id = docker.create("web")
    docker.start(object_id)
    docker.die(object_id)
    assert [stream.action() for _ in actions] == actions
    replayed = [event["Action"] for event in lines(docker, "/events?since=1" + until(docker))]
    assert replayed == ["create", "start", "die"]


def test_a_garbled_event_is_no_json_and_the_next_one_is(docker):
    stream = Stream(docker)
    docker.faults["garble"] = 1
    docker.start(docker.create("web"))
    with pytest.raises(ValueError, match=r".*"):
        json.loads(stream.line())
    assert stream.action() == "start"


def test_an_event_can_be_cut_in_the_middle(docker):
    stream = Stream(docker)
    docker.faults["cut"] = 1
    docker.create("web")
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        while stream.line():
            pass
        raise ConnectionError


def test_events_come_in_slices_of_any_size(docker):
    docker.slices = 3
    stream = Stream(docker)
    docker.create("web", tier="front – ⚓")
    assert json.loads(stream.line())["Actor"]["Attributes"]["tier"] == "front – ⚓"


def test_a_frozen_engine_accepts_and_answers_nothing_until_it_is_thawed(docker):
    docker.freeze()
    connection = UnixConnection(docker.socket, 0.2)
    connection.request("GET", "/version")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    docker.thaw()
    assert get(docker, "/version")


def test_a_silent_path_alone_is_not_answered(docker):
    docker.silent_paths.add("/info")
    connection = UnixConnection(docker.socket, 0.1)
    connection.request("GET", "/info")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    assert get(docker, "/version")


def test_answers_can_be_wrong(docker):
    docker.answers.append(Answer("/info", 301, headers=(("Location", "/elsewhere"),)))
    docker.answers.append(Answer("/version", 403, "not allowed"))
    assert ask(docker, "/info")[0] == 301
    assert get(docker, "/version") == (403, {"message": "not allowed"})


def test_an_engine_that_is_down_refuses(docker):
    docker.down()
    with pytest.raises(OSError, match=r".*"):
        ask(docker, "/version")


def test_an_engines_clock_can_be_wrong(docker):
    docker.clock_offset = -3600 * 10**9
    said = docker.say("container", "top", "c" * 64)
    assert abs(said["timeNano"] + 3600 * 10**9 - time.time_ns()) < 10**9
    assert get(docker, "/info")["SystemTime"] < rfc3339(time.time_ns() - 1800 * 10**9)


def test_cutting_ends_connections_but_not_the_engine(docker):
    stream = Stream(docker)
    docker.cut()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        stream.line()
        raise ConnectionError
    assert get(docker, "/version")


def test_podman_gives_two_events_where_it_is_asked_for_the_past_only(short_folder):
    with FakeEngine(short_folder / "podman.sock", model="podman-5.4") as podman:
        for number in range(300):
            podman.say("image", "tag", "a" * 64, name=f"web:{number}")
        now = podman.now()
        assert len(lines(podman, f"/events?since=1&until={now // 10**9}")) <= 2
        assert len(lines(podman, "/events?since=1&stream=false")) == 300
