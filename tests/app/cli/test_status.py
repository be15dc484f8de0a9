import os
import shutil

from adapters.store.lock import hold
from app.locations import recorder_status_file
from app.recording.status import EngineStatus, RecorderStatus, write_status
from domain.moments import SECOND
from tests.app.story import ENDPOINT, LAPTOP, MORNING, story


def _recording(store, **changes):
    values = {
        "name": "laptop",
        "key": LAPTOP,
        "endpoint": ENDPOINT,
        "connected": True,
        "lag_ns": 2_000_000,
        "since": MORNING,
        "last_event_at": MORNING + SECOND,
        "error": "",
    }
    engine = EngineStatus(**(values | changes))
    write_status(store, RecorderStatus(os.getpid(), MORNING, "0.1.0", MORNING + SECOND, (engine,)))


def test_the_keys_are_those_of_the_design(ask):
    answer = ask("status", "--format", "json").json
    assert list(answer) == ["store", "events", "recorder", "engines", "gaps"]
    (engine,) = answer["engines"]
    assert set(engine) >= {"name", "connected", "lag_ns", "since"}


def test_a_store_that_nothing_records_into_says_so(ask):
    answer = ask("status", "--format", "json").json
    assert answer["events"] == len(story().entries)
    assert answer["recorder"] is None
    assert answer["engines"][0]["connected"] is False
    assert "none has recorded here" in ask("status").out


def test_every_gap_is_listed_with_its_cause(ask):
    first, second = ask("status", "--format", "json").json["gaps"]
    assert (first["from"], first["cause"]) == (None, "before_first_recording")
    assert (second["from"], second["to"], second["cause"]) == (
        "2026-11-23T08:40:00.000000000Z",
        "2026-11-23T08:50:00.000000000Z",
        "recorder_off",
    )


def test_a_running_recorder_tells_how_far_it_lags(shipslog, told, tmp_path):
    store = shutil.copy(told, tmp_path / "s.db")
    _recording(store)
    with hold(store, now=MORNING):
        answer = shipslog("--store", store, "status", "--format", "json").json
    assert answer["recorder"]["running"] is True
    assert answer["recorder"]["pid"] == os.getpid()
    (engine,) = answer["engines"]
    assert (engine["connected"], engine["lag_ns"]) == (True, 2_000_000)
    assert engine["since"] == "2026-11-23T08:00:00.000000000Z"


def test_a_recorder_that_is_gone_is_connected_to_nothing(shipslog, told, tmp_path):
    store = shutil.copy(told, tmp_path / "s.db")
    _recording(store)
    answer = shipslog("--store", store, "status", "--format", "json").json
    assert answer["recorder"]["running"] is False
    assert answer["engines"][0]["connected"] is False
    assert answer["engines"][0]["lag_ns"] is None
    assert "not running; it was last alive at 2026-11-23 08:00:01Z" in (
        shipslog("--store", store, "status").out
    )


def test_an_engine_that_was_never_recorded_is_listed_with_its_error(shipslog, told, tmp_path):
    store = shutil.copy(told, tmp_path / "s.db")
    _recording(store, key="ffffffffffff", name="ci", connected=False, error="It does not answer.")
    with hold(store, now=MORNING):
        answer = shipslog("--store", store, "status", "--format", "json").json
    assert [engine["name"] for engine in answer["engines"]] == ["laptop", "ci"]
    assert answer["engines"][1]["error"] == "It does not answer."


def test_a_damaged_status_file_counts_as_none(shipslog, told, tmp_path):
    store = shutil.copy(told, tmp_path / "s.db")
    recorder_status_file(store).write_text("{half")
    assert shipslog("--store", store, "status", "--format", "json").json["recorder"] is None


def test_coverage_is_of_the_time_since_the_first_recording(shipslog, told, tmp_path):
    store = shutil.copy(told, tmp_path / "s.db")
    _recording(store)
    answer = shipslog("--store", store, "status", "--format", "json").json
    covered = answer["engines"][0]["coverage"]
    assert covered["since"] == "2026-11-23T08:00:00.000000000Z"
    # The recorder was last alive a second after it began; nobody has recorded since.
    assert covered["recorded_ns"] == SECOND
    assert 0 < covered["share"] < 0.01
    assert "0 %" in shipslog("--store", store, "status").out


def test_a_store_that_cannot_be_written_is_told(shipslog, told, tmp_path):
    store = shutil.copy(told, tmp_path / "s.db")
    status = RecorderStatus(os.getpid(), MORNING, "0.1.0", MORNING, (), "The disk is full.")
    write_status(store, status)
    with hold(store, now=MORNING):
        assert "The disk is full." in shipslog("--store", store, "status").out


def test_it_runs_as_a_process_of_its_own(process):
    assert b"recorder  none" in process("status").stdout
