"""Importing what `docker events` printed: every shape of file, and that nothing is stored twice."""

import gzip
import io
import json
import os
import subprocess
import sys
import threading
import tracemalloc

import pytest

from adapters.store.errors import Held
from app.recording import importing
from app.recording.importing import Unimportable, import_files
from domain.engine_event import parse_engine_event
from domain.facts import Origin
from tests.app.recording.conftest import Log, _keys, eventually
from tests.app.recording.test_recording import live
from tests.domain.reporting.rebuilding import without_command
from tests.recordings import DOCKERS, ENGINES, event_lines


@pytest.fixture
def store(tmp_path):
    return Log(tmp_path / "imported.db")


def take(store, *files, engine=None):
    return import_files(store.path, [str(file) for file in files], engine=engine, say=print)


def written(path, lines, end=b"\n"):
    path.write_bytes(end.join(lines) + end)
    return path


@pytest.fixture
def lines():
    return event_lines("docker-28.5", "cli")


@pytest.fixture
def file(tmp_path, lines):
    return written(tmp_path / "monday.jsonl", lines)


def expected(lines):
    return _keys([without_command(parse_engine_event(line)) for line in lines])


# --- what is stored ---


@pytest.mark.parametrize("engine", ENGINES)
def test_every_event_of_a_file_is_stored_once(store, tmp_path, engine):
    lines = event_lines(engine)
    result = take(store, written(tmp_path / "events.jsonl", lines))
    assert (result.read, result.stored, result.known) == (len(lines), len(lines), 0)
    assert result.broken == []
    if engine != "podman-5.4":
        assert _keys(store.events) == expected(lines)
    assert {fact.origin for fact in store.facts} == {Origin.IMPORTED}


def test_a_file_is_a_recording_of_the_engine_that_it_is_named_after(store, file, lines):
    take(store, file)
    (observed,) = store.of("engine.observed")
    assert (observed.name, observed.flavour, observed.endpoint) == ("monday", "file", "file")
    (started,) = store.of("recording.started")
    assert started.recorder == f"import of {file}"
    (stopped,) = store.of("recording.stopped")
    moments = [parse_engine_event(line).time_ns for line in lines]
    assert (started.occurred_at, stopped.occurred_at) == (moments[0], max(moments))


def test_the_same_file_again_changes_nothing(store, file, lines):
    take(store, file)
    before = store.entries
    result = take(store, file)
    assert (result.read, result.stored, result.known) == (len(lines), 0, len(lines))
    assert store.entries == before


def test_files_of_one_engine_that_overlap_are_stored_once(store, tmp_path, lines):
    monday = written(tmp_path / "monday.jsonl", lines[:40])
    tuesday = written(tmp_path / "tuesday.jsonl", lines[30:])
    result = take(store, monday, tuesday, engine="laptop")
    assert (result.stored, result.known) == (len(lines), 10)
    assert _keys(store.events) == expected(lines)
    assert [fact.name for fact in store.of("engine.observed")] == ["laptop"]


def test_every_file_is_another_engine_where_none_is_named(store, tmp_path, lines):
    monday = written(tmp_path / "monday.jsonl", lines[:40])
    tuesday = written(tmp_path / "tuesday.jsonl", lines[30:])
    assert take(store, monday, tuesday).stored == len(lines) + 10
    assert [fact.name for fact in store.of("engine.observed")] == ["monday", "tuesday"]


@pytest.mark.parametrize("engine", DOCKERS)
def test_what_the_command_line_printed_and_what_the_engine_sent_are_the_same(
    store, tmp_path, engine
):
    take(store, written(tmp_path / "api.jsonl", event_lines(engine)), engine="laptop")
    result = take(
        store, written(tmp_path / "cli.jsonl", event_lines(engine, "cli")), engine="laptop"
    )
    assert result.stored == 0


def test_more_events_than_are_stored_at_once(store, tmp_path, monkeypatch, lines):
    monkeypatch.setattr(importing, "_BATCH", 7)
    assert take(store, written(tmp_path / "e.jsonl", lines)).stored == len(lines)
    assert _keys(store.events) == expected(lines)


# --- shapes of files ---


def test_a_compressed_file_is_unpacked(store, tmp_path, lines):
    packed = tmp_path / "monday.jsonl.gz"
    packed.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
    assert take(store, packed).stored == len(lines)
    assert store.of("engine.observed")[0].name == "monday"


def test_a_compressed_file_that_breaks_off_gives_what_is_there(store, tmp_path, lines):
    packed = gzip.compress(b"\n".join(lines) + b"\n")
    file = tmp_path / "cut.jsonl.gz"
    file.write_bytes(packed[: len(packed) * 3 // 4])
    with pytest.raises(Unimportable, match=r"cut\.jsonl\.gz cannot be read: .* is stored"):
        take(store, file)
    stored = store.events
    assert len(lines) // 2 < len(stored) < len(lines)
    assert _keys(stored) == expected(lines[: len(stored)])
    assert len(store.of("recording.stopped")) == 1


def test_a_compressed_file_with_noise_in_it_gives_what_is_before(store, tmp_path, lines):
    packed = bytearray(gzip.compress(b"\n".join(lines * 20)))
    packed[-8:-4] = b"\0\0\0\0"
    file = tmp_path / "noisy.gz"
    file.write_bytes(packed)
    with pytest.raises(Unimportable, match="noisy"):
        take(store, file)
    assert _keys(store.events) == expected(lines)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b" \t\n", b"\n\x1e"])
def test_lines_may_end_in_many_ways(store, tmp_path, lines, end):
    result = take(store, written(tmp_path / "e.jsonl", lines, end))
    assert (result.stored, result.broken) == (len(lines), [])


def test_the_last_line_need_not_end(store, tmp_path, lines):
    file = tmp_path / "e.jsonl"
    file.write_bytes(b"\n".join(lines))
    assert take(store, file).stored == len(lines)


def test_a_byte_order_mark_does_no_harm(store, tmp_path, lines):
    file = tmp_path / "e.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    assert take(store, file).stored == len(lines)


def test_standard_input_is_read_to_its_end(store, monkeypatch, lines):
    given = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"\n".join(lines))))
    monkeypatch.setattr(sys, "stdin", given)
    assert take(store, "-").stored == len(lines)
    assert store.of("engine.observed")[0].name == "standard input"


def test_standard_input_may_be_compressed_and_come_slowly(store, lines):
    command = ["-m", "app.cli", "--store", str(store.path), "import", "-", "--engine", "ci"]
    packed = gzip.compress(b"\n".join(lines))
    process = subprocess.Popen(
        [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    for start in range(0, len(packed), 500):
        process.stdin.write(packed[start : start + 500])
        process.stdin.flush()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert _keys(store.events) == expected(lines)


# --- what is no event ---


def test_lines_that_are_no_events_are_named_and_passed_over(store, tmp_path, lines):
    wrong = [b"[]", b'{"Action":"start"}', b"[" * 100_000, b'{"Action":"x","timeNano":1e999}']
    mixed = [lines[0], *wrong, *lines[1:]]
    file = written(tmp_path / "mixed.jsonl", mixed)
    result = take(store, file)
    assert result.stored == len(lines)
    assert [(name, number) for name, number, _ in result.broken] == [
        (str(file), number) for number in (2, 3, 4, 5)
    ]
    assert all(reason.startswith("no engine event") for _, _, reason in result.broken)


def test_a_line_that_is_too_long_is_named_and_the_rest_is_read(store, tmp_path, lines):
    giant = b'{"Action":"' + b"x" * 5_000_000 + b'"}'
    result = take(store, written(tmp_path / "e.jsonl", [lines[0], giant, *lines[1:]]))
    assert result.stored == len(lines)
    ((_, number, reason),) = result.broken
    assert number == 2
    assert "4,194,304 bytes" in reason


def test_a_file_without_a_single_event_is_refused_with_a_way_out(store, tmp_path):
    file = written(tmp_path / "notes.txt", [b"hello", b"world"])
    with pytest.raises(Unimportable, match=r"none of its 2 lines is an event.*docker events"):
        take(store, file)
    assert store.events == []


def test_a_file_of_noise_is_refused(store, tmp_path):
    file = tmp_path / "noise.bin"
    file.write_bytes(os.urandom(300_000))
    with pytest.raises(Unimportable, match="is no event stream"):
        take(store, file)


def test_an_empty_file_holds_no_events(store, tmp_path):
    file = tmp_path / "empty.jsonl"
    file.touch()
    result = take(store, file)
    assert (result.read, result.stored, result.broken) == (0, 0, [])
    assert store.entries == []


@pytest.mark.parametrize("missing", ["nothing.jsonl", "."])
def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(store, tmp_path, missing):
    with pytest.raises(Unimportable, match=r"cannot be read: (No such file|Is a directory)"):
        take(store, tmp_path / missing)


def test_what_was_read_before_a_file_that_is_missing_stays(store, tmp_path, file, lines):
    with pytest.raises(Unimportable):
        take(store, file, tmp_path / "nothing.jsonl")
    assert len(store.events) == len(lines)


# --- beside a recorder ---


def test_a_file_is_not_imported_while_a_recorder_writes(log, file):
    with log.recorded(), pytest.raises(Held):
        take(log, file)


def test_a_capture_of_what_was_recorded_is_known_already(log, fake_engine, tmp_path):
    with log.recorded():
        live(fake_engine)
        eventually(log.has_all)
    capture = written(tmp_path / "e.jsonl", [json.dumps(e).encode() for e in fake_engine.said])
    (observed,) = log.of("engine.observed")
    assert take(log, capture, engine=observed.name).stored == 0


def test_a_capture_tells_the_same_as_the_recording_of_the_same_events(
    log, store, fake_engine, tmp_path
):
    with log.recorded():
        for name in ("web", "db"):
            live(fake_engine, name)
        fake_engine.tag("shop/web:2", fake_engine.holdings.image("shop/web:1")["Id"])
        fake_engine.untag("shop/web:2")
        eventually(log.has_all)
    capture = written(tmp_path / "e.jsonl", [json.dumps(e).encode() for e in fake_engine.said])
    take(store, capture)

    def reported(told):
        return [
            (fact.TOPIC, fact.occurred_at, fact.said)
            for fact in told.facts
            if fact.said is not None
        ]

    assert sorted(reported(store), key=repr) == sorted(reported(log), key=repr)


def test_an_import_that_is_interrupted_ends_what_it_began(store, tmp_path, lines, monkeypatch):
    real = importing.parse_engine_event
    seen = []

    def parse(line):
        seen.append(line)
        if len(seen) > 20:
            raise KeyboardInterrupt
        return real(line)

    monkeypatch.setattr(importing, "parse_engine_event", parse)
    with pytest.raises(KeyboardInterrupt):
        take(store, written(tmp_path / "e.jsonl", lines))
    assert len(store.events) == 20
    assert len(store.of("recording.stopped")) == 1
    assert threading.active_count() < 50


# --- files made to do harm ---


def poured(path, pieces):
    """A pipe in the file system that a thread writes these into."""
    os.mkfifo(path)

    def pour():
        with path.open("wb") as pipe:
            for piece in pieces:
                pipe.write(piece)

    threading.Thread(target=pour, daemon=True).start()
    return path


def test_a_line_of_hundreds_of_megabytes_is_named_and_the_rest_is_read_in_little_memory(
    store, tmp_path, lines
):
    megabyte = b"x" * 1024 * 1024
    pieces = [lines[0], b"\n", *[megabyte] * 256, b"\n", lines[1], b"\n"]
    tracemalloc.start()
    result = take(store, poured(tmp_path / "events", pieces))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (result.read, result.stored) == (2, 2)
    assert [(number, reason[:24]) for _, number, reason in result.broken] == [
        (2, "no engine event: it has ")
    ]
    assert peak < 32 * 1024 * 1024


def test_many_events_of_megabytes_are_stored_in_little_memory(store, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "_BATCH_BYTES", 2 * 1024 * 1024)

    def events():
        for number in range(40):
            attributes = {"name": f"web-{number}", "big": "x" * 1_000_000}
            actor = {"ID": f"{number:064x}", "Attributes": attributes}
            event = {"Type": "container", "Action": "create", "Actor": actor}
            yield json.dumps(event | {"timeNano": 10**18 + number}).encode() + b"\n"

    tracemalloc.start()
    result = take(store, poured(tmp_path / "events", events()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.stored == 40
    assert peak < 48 * 1024 * 1024


def test_lines_made_to_do_harm_are_named_and_the_others_are_read(store, tmp_path, lines):
    harmful = [
        b"[" * 100_000,
        b'{"Actor":' * 100_000,
        b'{"Action":"start","timeNano":' + b"9" * 5_000 + b"}",
        b'{"Action":"start","timeNano":NaN}',
        b'{"Action":"start","time":Infinity}',
        b'{"Action":"start","timeNano":-9223372036854775808}',
        b"\xff\xfe\x00",
        b'{"Action":"' + b"x" * 10_000 + b'","timeNano":1}',
    ]
    mixed = [b"\xef\xbb\xbf" + lines[0]]
    for number, line in enumerate(harmful):
        mixed += [line, lines[number + 1]]
    result = take(store, written(tmp_path / "mixed.jsonl", mixed))
    assert result.read == result.stored == len(harmful) + 1
    assert [number for _, number, _ in result.broken] == list(range(2, 2 * len(harmful) + 1, 2))
    assert all(len(reason) < 200 for *_, reason in result.broken)
