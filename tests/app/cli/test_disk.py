from tests.app.story import BASE, WEB_1, WEB_2


def test_json_tells_what_each_image_is_kept_for(ask):
    told = ask("state", "--disk", "--format", "json").json
    assert told["at"] == "2026-11-23T10:00:00.000000000Z"
    (laptop,) = told["engines"]
    kept = {one["id"]: one["kept"] for one in laptop["images"]}
    assert kept == {WEB_1: "in_use", WEB_2: "in_use", BASE: "unused"}
    needed = {one["id"]: {each["name"] for each in one["needed_by"]} for one in laptop["images"]}
    assert needed[WEB_1] == {"web-1", "worker-1"}
    assert (laptop["unused"]["images"], laptop["unused"]["at_most"]) == (1, 5_000_000)


def test_an_earlier_moment_knows_less(ask):
    told = ask("state", "--disk", "--at", "2026-11-23T08:05:00Z", "--format", "json").json
    (laptop,) = told["engines"]
    assert {one["kept"] for one in laptop["images"]} == {"unused"}


def test_the_table_ends_with_what_a_prune_would_free(ask):
    lines = ask("state", "--disk").out.splitlines()
    assert lines[2] == "Images on laptop"
    assert any("worker-1 (exited)" in line for line in lines)
    assert lines[-2] == "  `docker image prune` would free nothing."
    assert lines[-1].startswith("  `docker image prune --all` would free ")


def test_jsonl_is_one_line(ask):
    (line,) = ask("state", "--disk", "--format", "jsonl").lines
    assert line == ask("state", "--disk", "--format", "json").json


def test_before_the_history_there_is_nothing(ask):
    told = ask("state", "--disk", "--at", "2026-11-22T08:00:00Z")
    assert told.code == 1
    assert "No image is known" in told.err


def test_it_chooses_no_containers(ask):
    assert ask("state", "--disk", "--running").code == 2
