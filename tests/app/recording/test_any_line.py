"""Any JSON value as a line of the event stream: stored and read back as it was, or declared."""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.store.opening import create_or_open, open_reader
from adapters.store.writer import Writer
from app.recording.desk import Desk
from app.recording.messages import Arrived, Connected
from domain.book import Book
from domain.engine_event import (
    ENGINES_OWN,
    EngineEvent,
    NoEngineEvent,
    fingerprint,
    parse_engine_event,
)
from domain.facts import Entry, Origin
from domain.facts.engine import EngineObserved, GapDeclared
from domain.redaction import redact_named
from tests.domain.reporting.rebuilding import rebuilt, without_command
from tests.domain.test_engine_event import START, almost_events, json_values
from tests.properties import quick

NOW = 1_795_420_800 * 10**9
KINDS = ["container", "image", "network", "volume", "builder", "daemon", "plugin", "node", "x"]
ACTIONS = [
    *("create", "start", "die", "kill", "destroy", "rename", "commit", "exec_die"),
    *("exec_create: sh", "health_status: healthy", "connect", "mount", "reload", "remove", "other"),
    *("tag", "untag", "pull", "push", "delete", "load", "import", "prune", "build"),
]
words = st.text(st.characters(codec=None), max_size=6)
attributes = st.dictionaries(
    st.sampled_from(["name", "image", "exitCode", "execID", "signal", "oldName", "imageRef"])
    | st.sampled_from(["_type_", "_data_", "container", "podId", "containerExitCode", "imageID"])
    | words,
    words | st.sampled_from(["web:1", "sha256:" + "a" * 64, "9" * 30, "-1", "1e9", "NaN"]),
    max_size=5,
)
events = st.builds(
    lambda kind, action, actor, named, moment: {
        "Type": kind,
        "Action": action,
        "Actor": {"ID": actor, "Attributes": named},
        "scope": "local",
        "timeNano": moment,
    },
    st.sampled_from(KINDS),
    st.sampled_from(ACTIONS) | words,
    st.sampled_from(["a" * 64, "b" * 64, "sha256:" + "c" * 64, "shop/web:1", "", "a/b", "../x"])
    | words,
    attributes,
    st.integers(NOW, NOW + 50) | st.integers(1, 2**63 - 1),
)
lines = st.lists(events | almost_events | json_values, min_size=1, max_size=5).map(
    lambda values: [json.dumps(value).encode() for value in values]
)


numbers = count()


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[Writer]:
    """One store for all examples; each is another engine in it."""
    folder = tmp_path_factory.mktemp("any-line")
    with closing(create_or_open(folder / "log.db", now=NOW, keys=folder / "keys")) as writer:
        yield writer


def connected() -> Connected:
    times = {"occurred_at": NOW, "recorded_at": NOW, "origin": Origin.INSPECTED}
    engine = {"name": "e", "endpoint": "unix:///e", "daemon_id": f"e{next(numbers)}"}
    return Connected(EngineObserved(flavour="docker", **engine, **times), (), NOW, NOW, 0)


def kept(writer: Writer, told: list[bytes]) -> list[Entry]:
    """What is in the store after these lines have arrived."""
    with closing(open_reader(writer.path)) as reader:
        before = reader.head()
        book = Book(writer.load)
        desk = Desk(book, lambda engine, keys: set(), "test")
        desk.connected_to(connected(), None, None)
        for line in told:
            desk.arrived(Arrived(line, NOW))
        desk.enter_probes(NOW, all_of_them=True)
        writer.append(book.pending(), desk.keys)
        return [Entry(each.stream, each.version, each.fact) for each in next(reader.read(before))]


def is_as_told(stored: EngineEvent, told: EngineEvent) -> bool:
    """Whether it is the event; labels count as repeated in each, as engines do."""
    same = msgspec.structs.replace(stored, attributes=told.attributes) == told
    return same and told.attributes.items() <= stored.attributes.items()


def readable(told: list[bytes]) -> list[EngineEvent]:
    """The events among the lines, each once, as they should be stored: without secrets."""
    found = {}
    for line in told:
        try:
            event = parse_engine_event(line)
        except NoEngineEvent:
            continue
        kept = {
            key: value if key in ENGINES_OWN else redact_named(key, value).text
            for key, value in event.attributes.items()
        }
        expected = msgspec.structs.replace(without_command(event), attributes=kept)
        found.setdefault((event.time_ns, fingerprint(event)), expected)
    return list(found.values())


@quick
@given(lines)
@example([json.dumps(START | {"Action": "\ud800"}).encode()])
@example([b"[" * 100_000])
@example([json.dumps(START | {"Actor": {"ID": "a" * 5_000}}).encode()])
def test_any_line_is_stored_as_it_was_or_declared(store, told):
    entries = kept(store, told)
    assert [entry.originator_version for entry in entries]
    unreadable = set(told) - {line for line in told if readable([line])}
    gaps = [
        entry.fact
        for entry in entries
        if isinstance(entry.fact, GapDeclared) and entry.fact.cause == "unreadable_events"
    ]
    assert len(gaps) == len(unreadable)
    stored = rebuilt(entries)
    for event in readable(told):
        stored.remove(next(each for each in stored if is_as_told(each, event)))
    assert stored == []
