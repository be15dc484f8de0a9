import json

import msgspec
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.engine_event import (
    EngineEvent,
    NoEngineEvent,
    fingerprint,
    parse_engine_event,
    writable,
)
from tests.domain.world import C1, NOON, event
from tests.properties import quick, thorough
from tests.recordings import DOCKERS, event_lines

START = {
    "Type": "container",
    "Action": "start",
    "Actor": {"ID": C1, "Attributes": {"image": "shop/web:1", "name": "web", "tier": "front"}},
    "scope": "local",
    "time": NOON // 10**9,
    "timeNano": NOON,
}


def line(**changes) -> bytes:
    return json.dumps(START | changes).encode()


# --- what an event is ---


def test_an_event_is_read_into_its_parts():
    assert parse_engine_event(line()) == EngineEvent(
        type="container",
        action="start",
        payload="",
        actor=C1,
        attributes={"image": "shop/web:1", "name": "web", "tier": "front"},
        time_ns=NOON,
        scope="local",
    )


@pytest.mark.parametrize(
    ("said", "action", "payload"),
    [
        ("exec_create: sh -c echo: 1", "exec_create", "sh -c echo: 1"),
        ("exec_start: ", "exec_start", ""),
        ("exec_die", "exec_die", ""),
        ("health_status: unhealthy", "health_status", "unhealthy"),
        ("health_status", "health_status", ""),
        ("archive-path", "archive-path", ""),
        ("other: thing", "other: thing", ""),
    ],
)
def test_only_actions_that_carry_a_payload_are_split(said, action, payload):
    read = parse_engine_event(line(Action=said))
    assert (read.action, read.payload) == (action, payload)


def test_an_event_of_the_oldest_api_has_only_status_and_id():
    old = {"status": "start", "id": C1, "from": "shop/web:1", "time": 7, "timeNano": 7 * 10**9 + 1}
    read = parse_engine_event(json.dumps(old))
    assert (read.type, read.action, read.actor) == ("container", "start", C1)
    assert read.time_ns == 7 * 10**9 + 1


def test_seconds_do_where_nanoseconds_are_missing():
    without = {key: value for key, value in START.items() if key != "timeNano"}
    assert parse_engine_event(json.dumps(without)).time_ns == NOON


def test_numbers_and_nothing_among_attributes_become_text():
    attributes = {"a": 1, "b": None, "c": [1, {"d": True}], "e": 1.5}
    read = parse_engine_event(line(Actor={"ID": C1, "Attributes": attributes}))
    assert read.attributes == {"a": "1", "b": "null", "c": '[1, {"d": true}]', "e": "1.5"}


@pytest.mark.parametrize("missing", ["Actor", "scope", "Type"])
def test_what_an_event_can_do_without(missing):
    assert parse_engine_event(json.dumps({k: v for k, v in START.items() if k != missing}))


# --- what no event is ---


@pytest.mark.parametrize(
    "changes",
    [
        {"Action": ""},
        {"Action": None},
        {"Action": 7},
        {"Type": []},
        {"Actor": "web"},
        {"Actor": {"ID": 7}},
        {"Actor": {"Attributes": []}},
        {"timeNano": "x"},
        {"timeNano": True},
        {"timeNano": 1.5},
        {"timeNano": -1},
        {"timeNano": 2**63},
        {"timeNano": 2**64},
        {"timeNano": 10**400},
        {"timeNano": 0, "time": None},
        {"timeNano": None, "time": -1},
        {"timeNano": None, "time": 1e300},
        {"timeNano": None, "time": "now"},
        {"scope": None},
    ],
)
def test_wrong_types_and_impossible_times_are_no_event(changes):
    with pytest.raises(NoEngineEvent, match="no engine event"):
        parse_engine_event(line(**changes))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b"7",
        b'"start"',
        b"{}",
        b"{",
        line()[:-20],
        line() + b"}",
        b"\xff\xfe",
        line().replace(b'"front"', b'"\xff"'),
        line().replace(b'"front"', b'"a\nb"'),
        line().replace(str(NOON).encode(), b"NaN"),
        line().replace(str(NOON).encode(), b"Infinity"),
        line().replace(str(NOON).encode(), b"1e999"),
        line().replace(str(NOON).encode(), b"1" * 5000),
        b"[" * 100_000,
        b'{"Actor":' * 100_000,
        line().replace(b'"front"', b"[" * 100_000 + b"]" * 100_000),
        line().replace(b'"front"', b'"\\ud800",' + b'"x":' + b"[" * 100_000 + b"]" * 100_000),
        line().replace(b'"front"', b'"\\ud800"').replace(str(NOON).encode(), b"NaN"),
        line().replace(b'"front"', b'"\\ud800"').replace(str(NOON).encode(), b"1" * 5000),
    ],
)
def test_what_is_no_json_of_an_event_is_no_event(text):
    with pytest.raises(NoEngineEvent, match="no engine event"):
        parse_engine_event(text)


def test_a_byte_order_mark_does_no_harm():
    assert parse_engine_event(b"\xef\xbb\xbf" + line()) == parse_engine_event(line())


@pytest.mark.parametrize("surrogate", ["", "\\ud800"])
def test_of_a_key_that_comes_twice_the_last_counts_however_it_is_read(surrogate):
    twice = (
        b'{"Action":"start","Action":"die","timeNano":1,"timeNano":2,"Actor":{"ID":"x","ID":"y",'
        b'"Attributes":{"name":"a","name":"b","z":"%s"}}}' % surrogate.encode()
    )
    read = parse_engine_event(twice)
    assert (read.action, read.time_ns, read.actor) == ("die", 2, "y")
    assert read.attributes["name"] == "b"


@pytest.mark.parametrize("changes", [{"Type": "x" * 5_000}, {"Action": "x" * 5_000}])
def test_words_longer_than_any_engines_are_no_event(changes):
    with pytest.raises(NoEngineEvent, match="no engine event"):
        parse_engine_event(line(**changes))


def test_of_a_hundred_thousand_labels_some_are_kept_and_the_others_counted():
    labels = {f"label-{number}": "x" for number in range(100_000)} | {
        "name": "web",
        "exitCode": "1",
    }
    created = parse_engine_event(line(Actor={"ID": C1, "Attributes": labels})).attributes
    del labels["exitCode"]
    started = parse_engine_event(line(Actor={"ID": C1, "Attributes": labels})).attributes
    assert (created["name"], created["exitCode"], created["«cut»"]) == ("web", "1", "99,000 more")
    assert started.items() < created.items()


@pytest.mark.parametrize("moment", [1, 2**53 + 1, 2**63 - 1])
def test_every_moment_that_an_engine_can_tell_is_exact(moment):
    assert parse_engine_event(line(timeNano=moment)).time_ns == moment


# --- totality ---

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None, categories=("L", "N", "P", "Cs", "Cc"))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keys = ["Type", "Action", "Actor", "scope", "time", "timeNano", "status", "id"]
almost_events = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(keys, json_values),
        "Actor": st.fixed_dictionaries({}, optional={"ID": json_values, "Attributes": json_values}),
    },
).map(lambda changes: START | changes)


def is_read_or_refused(text) -> None:
    try:
        read = parse_engine_event(text)
    except NoEngineEvent:
        return
    assert 0 < read.time_ns < 2**63
    texts = [read.type, read.action, read.payload, read.actor, read.scope]
    texts += [*read.attributes.keys(), *read.attributes.values()]
    for part in texts:
        part.encode()
    assert len(fingerprint(read)) == 16
    assert msgspec.json.decode(msgspec.json.encode(read), type=EngineEvent) == read


@thorough
@given(st.binary())
def test_any_bytes_are_an_event_or_none(data):
    is_read_or_refused(data)


@thorough
@given(json_values)
def test_any_json_is_an_event_or_none(value):
    is_read_or_refused(json.dumps(value))


@thorough
@given(almost_events)
@example(START | {"Action": "\ud800"})
@example(START | {"Actor": {"ID": "\udfff", "Attributes": {"a": ["\ud800"], "\ud800": "b"}}})
@example(START | {"Actor": {"Attributes": {"a": 2**64, "b": 2**70}}})
@example(START | {"Actor": {"Attributes": {"a": -(2**70), "surrogate": "\ud800"}}})
@example(START | {"Actor": {"Attributes": {"a": float("nan"), "surrogate": "\ud800"}}})
def test_anything_like_an_event_is_an_event_or_none(value):
    is_read_or_refused(json.dumps(value))
    is_read_or_refused(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))


@pytest.mark.parametrize("depth", [100, 500, 900, 1_000, 2_000, 10_000])
@pytest.mark.parametrize("surrogate", ["", "\\ud800"])
def test_nesting_of_any_depth_is_an_event_or_none(depth, surrogate):
    deep = b"[" * depth + b'"' + surrogate.encode() + b'"' + b"]" * depth
    is_read_or_refused(line().replace(b'"front"', deep))


@quick
@given(st.integers(0, 1_000_000))
def test_an_event_cut_anywhere_is_none(place):
    whole = line()
    with pytest.raises(NoEngineEvent):
        parse_engine_event(whole[: place % len(whole)])


# --- lone surrogates ---


def test_a_lone_surrogate_is_written_as_its_escape():
    read = parse_engine_event(line(Actor={"ID": C1, "Attributes": {"tier\udfff": "x\ud800y"}}))
    assert read.attributes == {"tier\\udfff": "x\\ud800y"}


def test_a_pair_of_surrogates_is_a_character():
    read = parse_engine_event(line(Actor={"ID": C1, "Attributes": {"tier": "⚓ 🚢"}}))
    assert read.attributes == {"tier": "⚓ 🚢"}


@given(st.text(st.characters(codec=None)))
def test_every_text_can_be_made_writable_and_stays_so(text):
    written = writable(text)
    written.encode()
    assert writable(written) == written
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert written == text


# --- fingerprints ---


@pytest.mark.parametrize("engine", DOCKERS)
def test_the_same_event_has_one_fingerprint_in_every_dialect(engine):
    by_api = [fingerprint(parse_engine_event(line)) for line in event_lines(engine)]
    printed = [fingerprint(parse_engine_event(line)) for line in event_lines(engine, "cli")]
    assert by_api == printed
    assert len(set(by_api)) == len(by_api)
    for said in event_lines(engine):
        new = {k: v for k, v in json.loads(said).items() if k not in ("status", "id", "from")}
        assert parse_engine_event(json.dumps(new)) == parse_engine_event(said)


# No engine has NUL in a name or an id; the fingerprint keeps its parts apart by it.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)
events = st.builds(
    EngineEvent,
    type=st.sampled_from(["container", "image", "network", ""]),
    action=st.sampled_from(["start", "die", "health_status", "exec_create"]) | texts,
    payload=texts,
    actor=texts,
    attributes=st.dictionaries(st.sampled_from(["name", "container", "image"]) | texts, texts),
    time_ns=st.integers(1, 3),
    scope=st.sampled_from(["local", "swarm"]),
)


def identity(said: EngineEvent) -> tuple:
    attributes = said.attributes
    named = [attributes.get(key, "") for key in ("name", "container", "execID", "image")]
    status = said.payload if said.action == "health_status" else ""
    destination = attributes.get("destination", "")
    return (
        said.scope,
        said.time_ns,
        said.type,
        said.action,
        status,
        said.actor,
        *named,
        destination,
    )


@thorough
@given(events, events)
@example(event("a b", name="x"), event("a b", container="x"))
@example(event("a b", "c", name="d"), event("a b", "cd"))
def test_different_events_have_different_fingerprints(one, other):
    assert (fingerprint(one) == fingerprint(other)) == (identity(one) == identity(other))


@quick
@given(events, texts, texts)
def test_a_label_does_not_change_the_fingerprint(said, key, value):
    assume(key not in ("name", "container", "execID", "image", "destination"))
    labelled = msgspec.structs.replace(said, attributes=said.attributes | {key: value})
    assert fingerprint(labelled) == fingerprint(said)


@quick
@given(texts)
def test_a_command_does_not_change_the_fingerprint(command):
    said = event("container exec_create", C1, payload="echo", execID="1")
    other = msgspec.structs.replace(said, payload=command)
    assert fingerprint(other) == fingerprint(said)


def test_a_health_status_does_change_the_fingerprint():
    well = event("container health_status", C1, payload="healthy")
    ill = event("container health_status", C1, payload="unhealthy")
    assert fingerprint(well) != fingerprint(ill)


def test_podmans_health_stands_beside_the_action_and_tells_of_one_probe():
    line = (
        b'{"Type":"container","Action":"health_status","Actor":{"ID":"c1","Attributes":{}},'
        b'"timeNano":1795435300000000000,"HealthStatus":"unhealthy"}'
    )
    event = parse_engine_event(line)
    assert (event.action, event.payload, event.probed) == ("health_status", "unhealthy", True)
    without = parse_engine_event(line.replace(b',"HealthStatus":"unhealthy"', b""))
    assert fingerprint(event) == fingerprint(without)


def test_dockers_health_is_a_change_and_no_single_probe():
    line = b'{"Type":"container","Action":"health_status: healthy","id":"c1","timeNano":1}'
    event = parse_engine_event(line)
    assert (event.payload, event.probed) == ("healthy", False)
