import pytest

from tests.app.story import LAPTOP, OLD, WEB_1, WEB_2

CONTAINER_KEYS = {
    "id",
    "name",
    "engine",
    "state",
    "image_id",
    "reference",
    "version",
    "service",
    "health",
    "exit_code",
    "created_at",
    "started_at",
    "finished_at",
    "origin",
}


def _names(answer):
    return {container["name"] for container in answer.json["containers"]}


def test_the_keys_are_those_of_the_design(ask):
    state = ask("state", "--format", "json").json
    assert list(state) == ["at", "position", "engines", "containers", "images", "references"]
    assert all(set(one) >= CONTAINER_KEYS for one in state["containers"])
    image_keys = {"id", "engine", "references", "base", "created_at", "size", "in_use"}
    assert all(set(one) >= image_keys for one in state["images"])
    assert all(
        set(one) >= {"reference", "engine", "image_id", "version"} for one in state["references"]
    )


def test_the_newest_state_has_stopped_containers_and_no_removed_ones(ask):
    answer = ask("state", "--format", "json")
    assert answer.code == 0
    assert _names(answer) == {"web-1", "web-2", "worker-1"}
    assert answer.json["position"] == 37


def test_a_moment_gives_what_was_there_then(ask):
    state = ask("state", "--at", "2026-11-23T08:15:00Z", "--format", "json").json
    (web, worker) = state["containers"]
    assert (web["id"], web["state"], web["version"]) == (OLD, "running", 1)
    assert (worker["state"], worker["exit_code"]) == ("running", None)
    assert {one["reference"]: one["image_id"] for one in state["references"]}[
        "shop/web:latest"
    ] == WEB_1


def test_a_container_stays_bound_to_its_image_when_the_name_moves(ask):
    state = ask("state", "--format", "json").json
    images = {one["name"]: one["image_id"] for one in state["containers"]}
    assert (images["web-1"], images["web-2"]) == (WEB_1, WEB_2)


def test_jsonl_is_the_whole_state_on_one_line(ask):
    (line,) = ask("state", "--format", "jsonl").lines
    assert line == ask("state", "--format", "json").json


def test_the_table_has_every_section(ask):
    table = ask("state").out
    for title in ("Engines", "Containers", "Images", "References"):
        assert f"\n{title}\n" in table
    assert "exited (137)" in table


def test_engines_say_whether_the_moment_was_recorded(ask):
    def recorded(at):
        (engine,) = ask("state", "--at", at, "--format", "json").json["engines"]
        assert engine["key"] == LAPTOP
        return engine["recording"]

    assert recorded("2026-11-23T08:30:00Z") is True
    assert recorded("2026-11-23T08:45:00Z") is False


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("status=running", {"web-1", "web-2"}),
        ("status=exited", {"worker-1"}),
        ("exited=137", {"worker-1"}),
        ("name=web", {"web-1", "web-2"}),
        ("id=a1a1", {"web-1"}),
        ("health=none", {"web-1", "web-2", "worker-1"}),
        ("label=com.docker.compose.project", {"web-1", "web-2", "worker-1"}),
        ("label=com.docker.compose.service=web2", {"web-2"}),
        ("ancestor=shop/web", {"web-1", "web-2", "worker-1"}),
        ("ancestor=222222222222", {"web-2"}),
        ("service=worker", {"worker-1"}),
        ("project=shop", {"web-1", "web-2", "worker-1"}),
        ("engine=laptop", {"web-1", "web-2", "worker-1"}),
    ],
)
def test_filters_are_those_of_docker_ps(ask, wanted, names):
    assert _names(ask("state", "--filter", wanted, "--format", "json")) == names


def test_different_keys_must_all_hold_and_values_of_one_are_alternatives(ask):
    both = ("--filter", "name=web-1", "--filter", "name=worker", "--filter", "status=running")
    assert _names(ask("state", *both, "--format", "json")) == {"web-1"}


def test_running_is_short_for_its_filter(ask):
    assert _names(ask("state", "--running", "--format", "json")) == {"web-1", "web-2"}


@pytest.mark.parametrize("wanted", ["colour=red", "status", "=x"])
def test_an_unknown_filter_is_wrong_usage(ask, wanted):
    assert ask("state", "--filter", wanted).code == 2


def test_no_matching_container_is_exit_code_1(ask):
    told = ask("state", "--filter", "name=nobody")
    assert told.code == 1
    assert "No container matched" in told.err


def test_before_the_history_nothing_is_known(ask):
    told = ask("state", "--at", "2020-01-01", "--format", "json")
    assert told.code == 1
    assert told.json["containers"] == []
    assert "Nothing is known of 2020-01-01 00:00:00Z" in told.err


def test_full_ids_are_shown_when_asked_for(ask):
    assert WEB_2 in ask("state", "--no-trunc").out


def test_the_state_runs_as_a_process_of_its_own(process):
    assert b"web-1" in process("state").stdout
