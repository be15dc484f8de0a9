def test_the_keys_are_those_that_scripts_rely_on(ask):
    for one in ask("regressions", "--format", "json").json:
        keys = {"reference", "engine", "measure", "direction", "version", "before", "counts"}
        assert set(one) >= keys | {"p", "sentence", "enough"}
        assert set(one["counts"]) == {"before", "after"}


def test_what_can_not_be_told_is_said_to_be_so(ask):
    answer = ask("regressions", "shop/web", "--format", "json").json
    memory = next(one for one in answer if one["measure"] == "oom_kills")
    assert (memory["before"], memory["version"], memory["enough"]) == (1, 2, False)
    assert memory["counts"]["before"]["events"] == 1
    assert "Too few to tell" in memory["sentence"]


def test_the_table_parts_what_is_sure_from_what_is_not(ask):
    lines = ask("regressions").out.splitlines()
    assert lines[0] == "Too few to tell"
    assert all(line.startswith("  unclear") for line in lines[1:])


def test_jsonl_has_a_comparison_a_line(ask):
    assert (
        ask("regressions", "--format", "jsonl").lines == ask("regressions", "--format", "json").json
    )


def test_an_earlier_moment_has_nothing_to_compare(ask):
    told = ask("regressions", "--at", "2026-11-23T08:30:00Z", "--format", "json")
    assert (told.code, told.json) == (1, [])
    assert "recorded of two versions" in told.err


def test_an_unknown_reference_is_exit_code_1(ask):
    told = ask("regressions", "nobody/nothing")
    assert (told.code, told.out) == (1, "")
    assert "No reference 'nobody/nothing' is known" in told.err


def test_it_runs_as_a_process_of_its_own(process):
    assert b"Too few to tell" in process("regressions").stdout
