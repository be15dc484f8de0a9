from tests.app.story import WEB_1, WEB_2


def test_the_keys_are_those_of_the_design(ask):
    answer = ask("versions", "--format", "json").json
    assert {one["reference"] for one in answer} == {"shop/base:1", "shop/web:latest"}
    for reference in answer:
        assert set(reference) >= {"reference", "engine", "versions"}
        for version in reference["versions"]:
            keys = {"number", "image_id", "from", "to", "how", "origin", "containers"}
            assert set(version) >= keys


def test_versions_are_numbered_and_follow_each_other(ask):
    (web,) = ask("versions", "shop/web:latest", "--format", "json").json
    first, second = web["versions"]
    assert (first["number"], first["image_id"], second["image_id"]) == (1, WEB_1, WEB_2)
    assert first["to"] == second["from"] == "2026-11-23T09:10:00.000000000Z"
    assert second["to"] is None


def test_the_containers_made_from_each_version_are_told_and_which_are_stale(ask):
    (web,) = ask("versions", "shop/web", "--format", "json").json
    first, second = web["versions"]
    stale = {one["name"]: one["stale"] for one in first["containers"]}
    assert stale == {"web-1": True, "worker-1": True}
    assert {one["stale"] for one in second["containers"]} == {False}


def test_the_table_marks_stale_and_removed_containers(ask):
    table = ask("versions", "shop/web").out
    assert "web-1 (stale)" in table
    assert "(removed)" in table


def test_a_name_without_tag_means_every_tag_where_there_is_no_latest(ask):
    (base,) = ask("versions", "shop/base", "--format", "json").json
    assert base["reference"] == "shop/base:1"


def test_an_earlier_moment_knows_less(ask):
    (web,) = ask("versions", "shop/web", "--at", "2026-11-23T08:15:00Z", "--format", "json").json
    (first,) = web["versions"]
    assert first["to"] is None
    assert {one["stale"] for one in first["containers"]} == {False}


def test_an_unknown_reference_is_exit_code_1(ask):
    told = ask("versions", "nobody/nothing", "--format", "json")
    assert (told.code, told.json) == (1, [])
    assert "No reference 'nobody/nothing' is known" in told.err


def test_jsonl_has_a_reference_a_line(ask):
    assert ask("versions", "--format", "jsonl").lines == ask("versions", "--format", "json").json


def test_it_runs_as_a_process_of_its_own(process):
    assert b"shop/web:latest on laptop" in process("versions").stdout
