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


def test_json_tells_the_way_back_to_each_version(ask):
    (web,) = ask("versions", "shop/web", "--format", "json").json
    first, second = (version["way_back"] for version in web["versions"])
    assert set(first) == {"present", "reference", "gone_since", "gone_by", "pull"}
    assert (first["present"], first["reference"]) == (True, None)
    assert (second["present"], second["reference"]) == (True, "shop/web:latest")


def test_the_way_back_has_a_table_of_its_own(ask):
    lines = ask("versions", "shop/web", "--way-back").out.splitlines()
    assert lines[1].split() == [
        *("VERSION", "IMAGE", "ID", "FROM", "TO", "THERE", "AS", "GONE", "SINCE", "BY", "PULL")
    ]
    assert "yes    its id" in lines[2]
    assert "yes    shop/web:latest" in lines[3]


def test_health_tells_how_each_version_fared(ask):
    (web,) = ask("versions", "shop/web", "--health", "--format", "json").json
    first, second = (version["health"] for version in web["versions"])
    assert set(first) >= {
        *("containers", "hours_run", "crashes", "oom_kills", "unhealthy_spells", "restarts"),
        "seconds_to_healthy",
    }
    assert (first["containers"], first["oom_kills"], first["unhealthy_spells"]) == (2, 1, 1)
    # Two containers, of which one ended after 18 minutes; ten minutes were not recorded.
    assert round(first["hours_run"] * 60) == 118
    assert round(first["hours_unrecorded"] * 60) == 10
    assert (second["containers"], second["crashes"]) == (2, 0)


def test_the_table_of_health_has_a_version_a_line(ask):
    table = ask("versions", "shop/web", "--health").out.splitlines()
    assert table[1].split()[:7] == [
        "VERSION",
        "IMAGE",
        "ID",
        "FROM",
        "CONTAINERS",
        "RAN",
        "CRASHES",
    ]
    assert len(table) == 4


def test_without_health_json_has_none(ask):
    (web,) = ask("versions", "shop/web", "--format", "json").json
    assert all("health" not in version for version in web["versions"])


def test_one_table_at_a_time(ask):
    assert ask("versions", "--health", "--way-back").code == 2


def test_two_versions_are_compared(ask):
    told = ask("versions", "shop/web", "--compare", "1", "2", "--format", "json").json
    assert told["reference"] == "shop/web:latest"
    assert (told["from"]["number"], told["to"]["number"]) == (1, 2)
    assert [each["name"] for each in told["containers"]["from"]] == ["web-1", "worker-1"]
    assert told["size"] == {"from": 10_000_000, "to": 15_000_000}


def test_a_comparison_in_words(ask):
    told = ask("versions", "shop/web", "--compare", "1", "2").out
    assert told.startswith("shop/web:latest on laptop: version 1 and version 2\n")
    assert "  the same in both: 1\n" in told


def test_a_comparison_needs_a_name_and_versions_that_are_there(ask):
    assert ask("versions", "--compare", "1", "2").code == 2
    assert ask("versions", "shop/web", "--compare", "1", "x").code == 2
    gone = ask("versions", "shop/web", "--compare", "1", "9")
    assert (gone.code, gone.err.count("\n")) == (1, 1)
