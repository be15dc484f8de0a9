from tests.app.story import HOSTILE_NAME, WEB_1, WEB_2

BEFORE, AFTER = "2026-11-23T08:15:00Z", "2026-11-23T09:50:00Z"


def test_the_keys_are_those_of_the_design(ask):
    answer = ask("diff", BEFORE, AFTER, "--format", "json").json
    assert list(answer) == ["from", "to", "containers", "images", "references"]
    for part in ("containers", "images", "references"):
        assert list(answer[part]) == ["added", "removed", "changed"]


def test_it_tells_what_came_and_what_is_otherwise(ask):
    answer = ask("diff", BEFORE, AFTER, "--format", "json").json
    assert [one["name"] for one in answer["containers"]["added"]] == ["web-2"]
    (worker,) = answer["containers"]["changed"]
    assert worker["changes"]["exit_code"] == {"from": None, "to": 137}
    (reference,) = answer["references"]["changed"]
    assert reference["changes"]["image_id"] == {"from": WEB_1, "to": WEB_2}


def test_backwards_what_came_has_gone(ask):
    answer = ask("diff", AFTER, BEFORE, "--format", "json").json
    assert [one["name"] for one in answer["containers"]["removed"]] == ["web-2"]


def test_the_table_marks_each_line(ask):
    told = ask("diff", BEFORE, AFTER)
    assert told.code == 0
    assert "\n+  a2a2a2a2a2a2  web-2" in told.out
    assert "\n~  c3c3c3c3c3c3  worker-1  state running -> exited, exit_code none -> 137" in told.out
    assert "\n-  " in ask("diff", AFTER, BEFORE).out


def test_that_nothing_changed_is_an_answer(ask):
    told = ask("diff", BEFORE, BEFORE, "--format", "json")
    assert told.code == 0
    assert told.json["containers"] == {"added": [], "removed": [], "changed": []}
    assert "Nothing is known to have changed" in told.err


def test_positions_are_moments(ask):
    answer = ask("diff", "#31", "#34", "--format", "jsonl").lines[0]
    assert [one["name"] for one in answer["containers"]["added"]] == [HOSTILE_NAME]


def test_what_is_no_time_is_wrong_usage(ask):
    assert ask("diff", "then", "now").code == 2


def test_hostile_names_are_symbols_in_the_table(ask):
    table = ask("diff", "#31", "#34").out
    assert "\x1b" not in table
    assert "\\x1b[2J" in table


def test_it_runs_as_a_process_of_its_own(process):
    assert process("diff", BEFORE, AFTER).returncode == 0
