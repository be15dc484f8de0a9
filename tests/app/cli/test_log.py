import subprocess
import sys
import threading
import time

import pytest

from adapters.store.opening import create_or_open
from domain.facts import Entry
from domain.facts.container import ContainerPaused
from domain.identity import CONTAINER, stream_id
from domain.moments import SECOND
from tests.app.cli.conftest import ROOT
from tests.app.story import HOSTILE_NAME, LAPTOP, MORNING, OLD, moment, story

KEYS = {
    "position",
    "occurred_at",
    "recorded_at",
    "engine",
    "type",
    "origin",
    "subject",
    "data",
}


def test_every_event_is_printed_oldest_first(ask):
    told = ask("log", "--format", "jsonl")
    assert told.code == 0
    assert [event["position"] for event in told.lines] == list(range(1, len(story().entries) + 1))


def test_the_keys_of_an_event_are_those_of_the_design(ask):
    for event in ask("log", "--format", "jsonl").lines:
        assert set(event) >= KEYS
        assert set(event["subject"]) == {"kind", "id", "name"}
        assert len(event["occurred_at"]) == len("2026-11-23T08:00:00.000000000Z")


def test_json_is_one_array_of_the_same_objects(ask):
    assert ask("log", "--format", "json").json == ask("log", "--format", "jsonl").lines


def test_nothing_found_is_an_empty_array_and_exit_code_1(ask):
    told = ask("log", "no-such-thing", "--format", "json")
    assert (told.code, told.out, told.err) == (1, "[]\n", "shipslog: No event matches.\n")


def test_an_empty_store_says_so(shipslog, tmp_path):
    create_or_open(tmp_path / "e.db", now=MORNING, keys=tmp_path / "k").close()
    told = shipslog("--store", tmp_path / "e.db", "log")
    assert (told.code, told.out) == (1, "")
    assert "holds no events yet" in told.err


def test_the_table_names_time_event_object_and_what_matters(ask):
    line = ask("log", "--filter", "event=oom").out
    assert line.startswith("2026-11-23 08:30:00.000Z  container.oom")
    assert "worker-1 (c3c3c3c3c3c3)" in line
    assert "exit_code=137" in ask("log", "--filter", "event=die").out


def test_an_exit_with_code_0_shows_its_code(ask):
    assert "exit_code=0" in ask("log", "--filter", "event=die").out


def test_facts_that_the_engine_did_not_report_say_how_they_are_known(ask):
    assert "[inspected]" in ask("log").out


def test_full_ids_are_shown_when_asked_for(ask):
    assert OLD in ask("log", "--no-trunc").out
    assert OLD not in ask("log").out


@pytest.mark.parametrize(
    ("words", "types"),
    [
        (["--filter", "event=die"], {"container.exited"}),
        (["--filter", "event=die", "--filter", "event=oom"], {"container.exited", "container.oom"}),
        (["-f", "container=worker-1", "-f", "event=die"], {"container.exited"}),
        (["worker-1", "/oom|health/"], {"container.oom", "container.health_changed"}),
        (
            ["--filter", "label=com.docker.compose.service=web2", "-f", "event=start"],
            {"container.started"},
        ),
    ],
)
def test_filters_are_those_of_docker(ask, words, types):
    told = ask("log", *words, "--format", "jsonl")
    assert {event["type"] for event in told.lines} == types


def test_an_unknown_filter_is_wrong_usage(ask):
    told = ask("log", "--filter", "colour=red")
    assert told.code == 2
    assert told.err.startswith("shipslog: 'colour' is no filter")


def test_since_and_until_belong_to_the_period(ask):
    times = ("--since", "2026-11-23T08:30:00Z", "--until", "2026-11-23T08:40:00Z")
    positions = [event["position"] for event in ask("log", *times, "--format", "jsonl").lines]
    assert positions == [19, 20, 21, 22]


def test_a_position_is_a_time_too(ask):
    told = ask("log", "--since", "#36", "--format", "jsonl")
    assert [event["position"] for event in told.lines] == [36, 37]


@pytest.mark.parametrize("time", ["yesterday", "#0", "#999", "2026-13-01", ""])
def test_what_is_no_time_is_wrong_usage(ask, time):
    told = ask("log", f"--since={time}")
    assert told.code == 2
    assert told.err.count("\n") == 1


def test_a_period_that_ends_before_it_begins_is_wrong_usage(ask):
    told = ask("log", "--since", "#30", "--until", "#3")
    assert told.code == 2
    assert "--since #30 is after --until #3" in told.err


def test_the_limit_keeps_the_newest(ask):
    told = ask("log", "-n", "2", "--format", "jsonl")
    assert [event["position"] for event in told.lines] == [36, 37]


def test_hostile_names_are_symbols_in_the_table_and_exact_in_json(ask):
    table = ask("log").out
    assert "\x1b" not in table
    assert "\u202e" not in table
    assert "\r" not in table
    assert "\\x1b[2J\\u202e" in table
    names = {event["subject"]["name"] for event in ask("log", "--format", "jsonl").lines}
    assert HOSTILE_NAME in names


def test_following_cannot_be_one_json_array(ask):
    assert ask("log", "--follow", "--format", "json").code == 2


def test_following_prints_what_is_appended_and_matches(tmp_path):
    store = tmp_path / "s.db"
    writer = create_or_open(store, now=MORNING, keys=tmp_path / "keys")
    writer.append(story().entries)
    command = [sys.executable, "-m", "app.cli", "--store", str(store), "log", "--follow"]
    following = subprocess.Popen(
        [*command, "--format", "jsonl", "-n", "1", "--filter", "event=pause", "-f", "event=start"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = []
    reading = threading.Thread(target=lambda: lines.extend(following.stdout))
    reading.start()
    _wait_for(lambda: len(lines) == 1)
    stream = stream_id(CONTAINER, LAPTOP, OLD)
    writer.append([Entry(stream, 4, ContainerPaused(**moment(200)))])
    _wait_for(lambda: len(lines) == 2)
    following.terminate()
    reading.join(10)
    writer.close()
    assert '"type":"container.paused"' in lines[1]


def test_following_ends_with_its_period(ask):
    told = ask("log", "--follow", "--until", "2026-11-23T09:00:00Z", "-n", "1")
    assert told.code == 0
    assert told.out.count("\n") == 1


def _wait_for(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_log_runs_as_a_process_of_its_own(process):
    done = process("log", "-n", "1")
    assert done.returncode == 0
    assert b"recording.stopped" in done.stdout


def test_the_first_of_a_second_of_events_is_at_its_nanosecond(ask):
    (event,) = ask("log", "--since", "#14", "--until", "#14", "--format", "jsonl").lines
    assert event["occurred_at"] == "2026-11-23T08:10:00.600000000Z"
    assert MORNING % SECOND == 0
