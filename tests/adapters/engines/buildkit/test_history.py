"""Opening, listing, listening and reading, against a fake engine."""

import hashlib
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.engines.buildkit import contents, history, lines
from adapters.engines.buildkit.calls import LISTEN, READ
from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.buildkit.history import (
    BuildHistory,
    Change,
    HistoryEntry,
    NoHistory,
    open_history,
)
from adapters.engines.buildkit.messages import HistoryEvent
from adapters.engines.buildkit.protobuf import decode
from adapters.engines.endpoints import Endpoint
from domain.build_record import BuildOutcome
from tests.adapters.engines.buildkit.fake_engine import FakeEngine, field
from tests.adapters.engines.buildkit.recordings import CASES, ENGINES, SECRET, recorded
from tests.fakes.tcp import relay

Make = Callable[..., FakeEngine]


def told_build(ref: str, seconds: int = 1, kind: int = 1) -> bytes:
    """An event of a build that has just this name and this beginning."""
    return field(1, kind) + field(2, field(1, ref) + field(6, field(1, seconds)))


def opened(engine: FakeEngine, api_version: str = "1.51") -> BuildHistory:
    found = open_history(engine.endpoint, api_version)
    assert isinstance(found, BuildHistory)
    return found


# -- opening


def test_an_engine_is_asked_for_an_upgrade(make_engine: Make) -> None:
    engine = make_engine()
    opened(engine).close()
    assert len(engine.heads) == 1
    assert engine.methods == [LISTEN]


@pytest.mark.parametrize("upgrade", [101, 404])
def test_a_newer_engine_is_spoken_to_without_any_post(upgrade: int, make_engine: Make) -> None:
    engine = make_engine(upgrade=upgrade, direct=True)
    opened(engine, "1.53").close()
    assert engine.heads == []
    assert engine.methods == [LISTEN]


@pytest.mark.parametrize(
    ("upgrade", "direct", "version"),
    [(404, True, "1.51"), (404, True, ""), (101, False, "1.53"), (101, False, "1.100")],
)
def test_each_way_is_tried_if_the_other_fails(
    upgrade: int, direct: bool, version: str, make_engine: Make
) -> None:
    engine = make_engine(upgrade=upgrade, direct=direct)
    engine.events.append(told_build("a"))
    history = opened(engine, version)
    assert [entry.ref for entry in history.entries()] == ["a"]
    history.close()


@pytest.mark.parametrize(("version", "upgrade"), [("1.51", 101), ("1.53", 404)])
def test_an_engine_over_tcp_is_asked_in_either_way(
    version: str, upgrade: int, make_engine: Make
) -> None:
    engine = make_engine(upgrade=upgrade, direct=version == "1.53")
    engine.events.append(told_build("b1"))
    with relay(Path(engine.endpoint.url.removeprefix("unix://"))) as port:
        found = open_history(Endpoint("far", f"tcp://127.0.0.1:{port}"), version)
        assert isinstance(found, BuildHistory)
        assert [entry.ref for entry in found.entries()] == ["b1"]
        found.close()


@pytest.mark.parametrize("version", ["1.41", "1.54", "", "podman"])
def test_an_engine_without_grpc_has_no_history(version: str, make_engine: Make) -> None:
    engine = make_engine(upgrade=404)
    answer = open_history(engine.endpoint, version)
    assert isinstance(answer, NoHistory)
    assert "POST /grpc with status 404" in answer.reason


@pytest.mark.parametrize("version", ["1.41", "1.53"])
def test_an_engine_with_an_older_builder_has_no_history(version: str, make_engine: Make) -> None:
    engine = make_engine(direct=True)
    engine.unknown.add(LISTEN)
    answer = open_history(engine.endpoint, version)
    assert isinstance(answer, NoHistory)
    assert "Docker 24.0 and newer" in answer.reason
    assert len(engine.methods) == 1


@pytest.mark.parametrize("version", ["1.51", "1.53"])
@pytest.mark.parametrize(
    "endpoint",
    [Endpoint("far", "tcp://host:2376", tls=object()), Endpoint("far", "npipe:////./pipe/docker")],
    ids=["TLS", "pipe"],
)
def test_to_what_there_is_no_way_is_said_to_be_unsupported(
    endpoint: Endpoint, version: str
) -> None:
    answer = open_history(endpoint, version)
    assert isinstance(answer, NoHistory)
    assert "Unix sockets, ssh and plain TCP" in answer.reason
    assert endpoint.url in answer.reason


@pytest.mark.parametrize("version", ["1.51", "1.53"])
def test_a_python_without_unix_sockets_reads_no_history(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    answer = open_history(Endpoint("", "tcp://127.0.0.1:1"), version)
    assert isinstance(answer, NoHistory)


@pytest.mark.parametrize("version", ["1.51", "1.53"])
def test_no_engine_at_all_is_a_fault(version: str) -> None:
    with pytest.raises(BuildHistoryFault) as fault:
        open_history(Endpoint("none", "unix:///nonexistent/docker.sock"), version)
    assert fault.value.code == "UNAVAILABLE"


def test_opening_and_closing_leaves_nothing_behind(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine()
    opened(engine).close()
    monkeypatch.setattr(tempfile, "tempdir", tempfile.mkdtemp(prefix="shipslog-"))
    files = _open_files()
    for _ in range(5):
        opened(engine).close()
        assert list(Path(tempfile.gettempdir()).iterdir()) == []
    Path(tempfile.gettempdir()).rmdir()
    _eventually(lambda: not _carriers())
    _eventually(lambda: _open_files() <= files)


def test_a_line_that_was_never_used_leaves_nothing_behind(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine()
    monkeypatch.setattr(tempfile, "tempdir", tempfile.mkdtemp(prefix="shipslog-"))
    line = lines.upgraded_line(engine.endpoint)
    (folder,) = Path(tempfile.gettempdir()).iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    line.close()
    assert not folder.exists()
    Path(tempfile.gettempdir()).rmdir()
    _eventually(lambda: not _carriers())


# -- listing and reading


def test_entries_come_oldest_first_and_each_once(make_engine: Make) -> None:
    engine = make_engine()
    engine.events += [
        told_build("late", 9),
        told_build("early", 3, kind=0),
        told_build("early", 3, kind=1),
        told_build("", 5),
        told_build("unheard-of", 5, kind=7),
    ]
    history = opened(engine)
    entries = history.entries()
    assert [(entry.ref, entry.change) for entry in entries] == [
        ("early", Change.COMPLETED),
        ("late", Change.COMPLETED),
    ]
    history.close()


def test_an_entry_shows_nothing_of_what_it_holds() -> None:
    record = decode(recorded("docker-26.1", "finished").event, HistoryEvent).record
    entry = HistoryEntry(Change.COMPLETED, record)
    assert SECRET not in repr(entry)
    assert entry.ref == record.ref


@pytest.mark.parametrize("name", ENGINES)
def test_recorded_builds_are_read_whole(name: str, make_engine: Make) -> None:
    engine = make_engine()
    for case in CASES:
        told = recorded(name, case)
        engine.tell(told, decode(told.event, HistoryEvent).record.ref)
    history = opened(engine)
    finished, failed = [history.read(entry, str) for entry in history.entries()]
    assert finished.outcome is BuildOutcome.FINISHED
    assert failed.outcome is BuildOutcome.FAILED
    assert finished.missing == failed.missing == ()
    assert finished.dockerfile is not None
    assert failed.failure is not None
    assert failed.failure.exit_code == 3
    history.close()


def test_what_the_engine_has_lost_is_missing(make_engine: Make) -> None:
    engine = make_engine()
    for case in CASES:
        engine.events.append(recorded("docker-28.5", case).event)
    history = opened(engine)
    finished, failed = [history.read(entry, str) for entry in history.entries()]
    assert finished.missing == ("steps", "provenance")
    assert failed.missing == ("steps", "error")
    assert failed.failure is not None
    assert "exit code: 3" in failed.failure.message
    history.close()


def test_a_build_that_kept_no_steps_is_not_waited_for(make_engine: Make) -> None:
    engine = make_engine()
    engine.events.append(
        field(1, 1) + field(2, field(1, "a") + field(6, field(1, 1)) + field(7, field(1, 2)))
    )
    history = opened(engine)
    (entry,) = history.entries()
    assert history.read(entry, str).missing == ("steps",)
    assert set(engine.methods) == {LISTEN}
    history.close()


def test_a_running_build_is_read_without_asking_for_more(make_engine: Make) -> None:
    engine = make_engine()
    engine.events.append(told_build("a", kind=0))
    history = opened(engine)
    (entry,) = history.entries()
    record = history.read(entry, str)
    assert record.outcome is BuildOutcome.RUNNING
    assert record.missing == ()
    assert set(engine.methods) == {LISTEN}
    history.close()


@pytest.mark.parametrize("fault", ["changed", "too large", "no provenance"])
def test_a_blob_that_is_not_what_it_should_be_is_missing(
    fault: str, make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, told = make_engine(), recorded("docker-28.5", "finished")
    engine.tell(told, decode(told.event, HistoryEvent).record.ref)
    ((digest, blob),) = told.blobs.items()
    if fault == "changed":
        engine.blobs[digest] = blob.replace(b"shipslog", b"shipsfog")
    elif fault == "too large":
        monkeypatch.setattr(contents, "LARGEST_BLOB", 100)
    else:
        other = f"sha256:{hashlib.sha256(b'[]').hexdigest()}"
        engine.blobs[other] = b"[]"
        engine.events = [told.event.replace(digest.encode(), other.encode())]
    history = opened(engine)
    (entry,) = history.entries()
    assert history.read(entry, str).missing == ("provenance",)
    history.close()


def test_a_blob_larger_than_it_says_is_not_taken(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, told = make_engine(), recorded("docker-28.5", "finished")
    engine.tell(told, decode(told.event, HistoryEvent).record.ref)
    ((digest, _),) = told.blobs.items()
    monkeypatch.setattr(contents, "LARGEST_BLOB", 20_000)
    engine.blobs[digest] = b"x" * 1_000_000
    history = opened(engine)
    (entry,) = history.entries()
    assert history.read(entry, str).missing == ("provenance",)
    history.close()


def test_logs_that_are_too_large_are_not_asked_for(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "LARGEST_LOG", 100)
    engine, told = make_engine(), recorded("docker-28.5", "finished")
    engine.tell(told, decode(told.event, HistoryEvent).record.ref)
    history = opened(engine)
    (entry,) = history.entries()
    assert history.read(entry, str).missing == ("steps",)
    assert set(engine.methods) == {LISTEN, READ}
    history.close()


@pytest.mark.parametrize("time", range(20))  # where gRPC hung, it did so one time in ten
def test_an_engine_that_ends_meanwhile_is_a_fault_and_not_a_gap_in_the_record(
    time: int, make_engine: Make
) -> None:
    engine, told = make_engine(), recorded("docker-28.5", "finished")
    engine.tell(told, decode(told.event, HistoryEvent).record.ref)
    history = opened(engine)
    (entry,) = history.entries()
    engine.close()
    with pytest.raises(BuildHistoryFault) as fault:
        history.read(entry, str)
    assert fault.value.code == "UNAVAILABLE"
    history.close()


def test_a_closed_history_says_so(make_engine: Make) -> None:
    history = opened(make_engine())
    history.close()
    with pytest.raises(BuildHistoryFault, match="closed"):
        history.entries()


def test_an_answer_that_makes_no_sense_is_a_fault(make_engine: Make) -> None:
    engine = make_engine()
    engine.events.append(b"\x12\x7f")
    history = opened(engine)
    with pytest.raises(BuildHistoryFault, match="makes no sense") as fault:
        history.entries()
    assert fault.value.code == "DATA_LOSS"
    history.close()


def test_more_builds_than_can_be_are_a_fault(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MOST_ENTRIES", 3)
    engine = make_engine()
    engine.events += [told_build(f"b{number}") for number in range(4)]
    found = opened(engine)
    with pytest.raises(BuildHistoryFault, match="more than 3 builds"):
        found.entries()
    found.close()


def test_an_engine_that_does_not_answer_is_given_up(
    make_engine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "ANSWER_SECONDS", 0.2)
    engine = make_engine()
    found = opened(engine)
    hang = threading.Event()
    monkeypatch.setattr(engine, "listen", lambda *_: (hang.wait(5) and b"" for _ in range(1)))
    with pytest.raises(BuildHistoryFault) as fault:
        found.entries()
    hang.set()
    assert fault.value.code == "DEADLINE_EXCEEDED"
    found.close()


# -- listening


def test_listening_gives_what_is_known_and_then_what_comes(make_engine: Make) -> None:
    engine = make_engine()
    engine.events.append(told_build("known"))
    history = opened(engine)
    listening = history.listen()
    entries = iter(listening)
    assert next(entries).ref == "known"
    engine.live.put(told_build("new", kind=0))
    engine.live.put(told_build("new", kind=1))
    engine.live.put(told_build("known", kind=2))
    told = [next(entries) for _ in range(3)]
    assert [(entry.ref, entry.change) for entry in told] == [
        ("new", Change.STARTED),
        ("new", Change.COMPLETED),
        ("known", Change.DELETED),
    ]
    listening.close()
    assert list(entries) == []
    history.close()


@pytest.mark.parametrize("close", ["listening", "history"])
def test_listening_ends_when_another_thread_closes_it(close: str, make_engine: Make) -> None:
    history = opened(make_engine())
    listening = history.listen()
    ending = threading.Timer(0.1, listening.close if close == "listening" else history.close)
    ending.start()
    assert list(listening) == []
    ending.join()
    history.close()


@pytest.mark.parametrize("end", ["politely", "at once"])
def test_an_engine_that_ends_ends_the_listening_with_a_fault(end: str, make_engine: Make) -> None:
    engine = make_engine()
    history = opened(engine)
    entries = iter(history.listen())
    engine.live.put(told_build("a"))
    assert next(entries).ref == "a"
    if end == "politely":
        engine.live.put(None)
    else:
        threading.Thread(target=engine.close).start()
    with pytest.raises(BuildHistoryFault) as fault:
        next(entries)
    assert fault.value.code == "UNAVAILABLE"
    history.close()


def _carriers() -> list[threading.Thread]:
    """The threads of lines. What the fake engine and other tests run is not this test's matter."""
    return [thread for thread in threading.enumerate() if thread.name == lines.CARRIER]


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _eventually(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        threading.Event().wait(0.02)
    assert condition()
