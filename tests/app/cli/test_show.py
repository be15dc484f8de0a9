from tests.app.story import HOSTILE, HOSTILE_NAME, NEW, WORKER


def test_a_container_is_shown_with_its_whole_life(ask):
    life = ask("show", "worker-1", "--format", "json").json
    assert (life["kind"], life["id"]) == ("container", WORKER)
    assert (life["reference"], life["version"]) == ("shop/web:latest", 1)
    types = [event["type"] for event in life["events"]]
    assert types[0] == "container.created"
    assert types[-1] == "container.exited"


def test_a_removed_container_is_shown_too(ask):
    life = ask("show", HOSTILE, "--format", "json").json
    assert life["name"] == HOSTILE_NAME
    assert life["there"][-1]["to"] == "2026-11-23T09:36:00.000000000Z"


def test_the_beginning_of_an_id_is_enough(ask):
    assert ask("show", NEW[:6], "--format", "json").json["name"] == "web-2"


def test_jsonl_has_an_event_a_line(ask):
    lines = ask("show", "worker-1", "--format", "jsonl").lines
    assert lines == ask("show", "worker-1", "--format", "json").json["events"]


def test_the_table_begins_with_who_it_is(ask):
    told = ask("show", "worker-1").out
    assert told.startswith("container worker-1\n")
    assert "  version  shop/web:latest #1\n" in told
    assert "  there    2026-11-23 08:12:00Z to now\n" in told


def test_an_ambiguous_beginning_names_what_it_may_mean(ask):
    told = ask("show", "image:shop")
    assert told.code == 1
    assert told.err.count("\n") == 1


def test_an_unknown_object_is_exit_code_1(ask):
    told = ask("show", "\x1b[2Jnobody")
    assert (told.code, told.out) == (1, "")
    assert "\x1b" not in told.err


def test_hostile_names_are_symbols(ask):
    told = ask("show", HOSTILE).out
    assert "\x1b" not in told
    assert "\r" not in told


def test_it_runs_as_a_process_of_its_own(process):
    assert b"container web-1" in process("show", "web-1").stdout


def test_a_container_tells_what_is_its_own_and_what_weakens_that(ask):
    told = ask("show", "worker-1").out
    assert "\nof its own\n  processes  its own\n" in told
    assert "  medium  4.1  Its process runs as root." in told
    assert ask("show", "worker-1", "--format", "json").json["isolation"]["findings"]


def test_an_image_has_no_inner_life(ask):
    assert "isolation" not in ask("show", "shop/base:1", "--format", "json").json


def test_a_look_needs_a_recorder(ask):
    told = ask("show", "worker-1", "--look")
    assert (told.code, told.out) == (1, "")
    assert "Nobody records now" in told.err


def test_only_a_container_can_be_looked_at(ask):
    told = ask("show", "shop/web:latest", "--look")
    assert told.code == 2
    assert "is for containers" in told.err
