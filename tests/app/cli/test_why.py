from tests.app.story import HOSTILE, NEW, WORKER


def test_an_end_for_want_of_memory_is_explained_with_its_events(ask):
    answer = ask("why", "worker-1", "--format", "json").json
    assert (answer["id"], answer["outcome"]) == (WORKER, "stopped")
    claims = {one["what"]: one for one in answer["claims"]}
    assert claims["out_of_memory"]["certainty"] == "certain"
    assert claims["unhealthy"]["at"] == "2026-11-23T08:20:00.000000000Z"
    log = ask("log", "--format", "jsonl").lines
    shown = [log[position - 1]["type"] for position in claims["out_of_memory"]["events"]]
    assert shown == ["container.oom"]


def test_a_removed_container_is_explained_too(ask):
    answer = ask("why", HOSTILE, "--format", "json").json
    assert answer["outcome"] == "removed"
    assert answer["claims"][-1]["at"] == "2026-11-23T09:36:00.000000000Z"


def test_an_earlier_moment_knows_less(ask):
    told = ask("why", "worker-1", "--at", "2026-11-23T08:15:00Z", "--format", "json").json
    assert (told["outcome"], told["at"]) == ("running", "2026-11-23T08:15:00.000000000Z")


def test_the_table_has_a_claim_a_line_with_how_sure_it_is(ask):
    lines = ask("why", "worker-1").out.splitlines()
    assert lines[0].startswith("worker-1 stopped: it ran out of memory. (c3c3c3c3c3c3, shop/web")
    assert all(line.startswith("2026-11-23 08:") for line in lines[1:])
    assert all("  certain    " in line and line.endswith("]") for line in lines[1:])


def test_jsonl_has_a_claim_a_line(ask):
    lines = ask("why", NEW[:6], "--format", "jsonl").lines
    assert lines == ask("why", NEW[:6], "--format", "json").json["claims"]


def test_only_containers_are_explained(ask):
    told = ask("why", "shop/web:latest")
    assert (told.code, told.out) == (1, "")
    assert "knows no container" in told.err


def test_a_moment_before_the_container_is_exit_code_1(ask):
    told = ask("why", "worker-1", "--at", "2026-11-23T08:01:00Z")
    assert told.code == 1
    assert "Nothing is recorded of worker-1 up to" in told.err


def test_hostile_names_are_symbols(ask):
    told = ask("why", HOSTILE).out
    assert "\x1b" not in told
    assert "\r" not in told


def test_it_runs_as_a_process_of_its_own(process):
    assert b"out of memory" in process("why", "worker-1").stdout
