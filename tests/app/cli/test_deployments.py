import pytest

from tests.app.story import HOSTILE, NEW, OLD, WEB_1, WEB_2, WORKER


def test_the_keys_are_those_that_scripts_rely_on(ask):
    answer = ask("deployments", "--format", "json").json
    keys = {"service", "project", "engine", "engine_name", "kind", "at", "from", "to"}
    keys |= {"containers", "events", "origin"}
    for one in answer:
        assert set(one) >= keys
        assert set(one["containers"][0]) >= {"id", "name"}
        assert set(one["to"] or one["from"]) == {"reference", "version", "image_id"}


def test_each_service_is_told_in_the_order_of_time(ask):
    answer = ask("deployments", "--format", "json").json
    told = [(one["service"], one["kind"], one["containers"][0]["id"]) for one in answer]
    assert told == [
        ("web", "deployed", OLD),
        ("worker", "deployed", WORKER),
        ("web2", "deployed", NEW),
        ("hostile", "deployed", HOSTILE),
        ("hostile", "removed", HOSTILE),
    ]
    assert [one["to"]["image_id"] for one in answer[:3]] == [WEB_1, WEB_1, WEB_2]
    assert answer[0]["at"] == "2026-11-23T08:10:00.000000000Z"


@pytest.mark.parametrize("service", ["worker", "shop/worker", "worker-1"])
def test_one_service_can_be_asked_for(ask, service):
    (only,) = ask("deployments", service, "--format", "json").json
    assert only["service"] == "worker"


def test_a_period_can_be_asked_for(ask):
    answer = ask(
        "deployments",
        *("--since", "2026-11-23T09:00:00Z", "--until", "2026-11-23T09:31:00Z"),
        *("--format", "json"),
    ).json
    assert [one["service"] for one in answer] == ["web2", "hostile"]


def test_the_table_names_the_versions_and_the_events(ask):
    table = ask("deployments", "web").out
    assert "shop/web  deployed  -     shop/web:latest #1  web-1" in table
    log = ask("log", "--format", "jsonl").lines
    positions = table.splitlines()[1].split("  ")
    shown = next(cell for cell in positions if cell and set(cell.strip()) <= set("0123456789,"))
    types = [log[int(position) - 1]["type"] for position in shown.split(",")]
    assert types == ["container.created", "container.started"]


def test_jsonl_has_a_deployment_a_line(ask):
    assert (
        ask("deployments", "--format", "jsonl").lines == ask("deployments", "--format", "json").json
    )


def test_an_unknown_service_is_exit_code_1(ask):
    told = ask("deployments", "\x1b[2Jnobody")
    assert (told.code, told.out) == (1, "")
    assert "knows no service" in told.err
    assert "\x1b" not in told.err


def test_a_period_without_deployments_is_exit_code_1(ask):
    told = ask("deployments", "--until", "2026-11-23T08:00:00Z", "--format", "json")
    assert (told.code, told.json) == (1, [])


def test_hostile_names_are_symbols(ask):
    told = ask("deployments", "hostile").out
    assert "\x1b" not in told
    assert "\r" not in told


def test_an_engine_can_be_named(ask):
    assert len(ask("deployments", "--engine", "laptop", "--format", "json").json) == 5
    assert ask("deployments", "--engine", "nobody").code == 1


def test_it_runs_as_a_process_of_its_own(process):
    assert b"shop/web2" in process("deployments").stdout
