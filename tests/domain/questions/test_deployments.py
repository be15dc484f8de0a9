"""Deployments: what a person who follows along would write down."""

import pytest

from domain.facts import Fact, Origin, container
from domain.facts.container import Configuration
from domain.questions.deployments import deployments, to_json
from domain.questions.known_services import passing, services, services_named
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions.services_story import Told, web
from tests.domain.questions.story import moment

ONE, TWO = "shop/web:1 #1", "shop/web:1 #2"


def test_the_first_container_of_a_service_deploys_it() -> None:
    (only,) = web().deployments()
    assert (only.kind, only.from_, str(only.to)) == ("deployed", None, ONE)
    assert (only.service, only.project, only.at) == ("web", "shop", moment(10))
    assert [each.name for each in only.containers] == ["shop-web-1"]
    assert only.containers[0].started_at == moment(10.5)


def test_compose_putting_a_new_image_in_place_is_an_upgrade_not_a_scaling() -> None:
    told = web().recomposed(60, 2, 1, made_from=2)
    assert told.line()[1:] == [("upgraded", ONE, TWO)]
    upgraded = told.deployments()[1]
    assert (upgraded.at, upgraded.count_before, upgraded.count) == (moment(60), 1, 1)
    shown = [told.facts[position - 1][1] for position in upgraded.events]
    assert [type(fact) for fact in shown] == [
        container.ContainerCreated,
        container.ContainerRemoved,
        container.ContainerStarted,
    ]


def test_an_old_container_that_takes_a_minute_to_stop_is_no_scaling_either() -> None:
    told = web().composed(60, 2, made_from=2).stopped(119, 1).removed(120, 1)
    assert told.line()[1:] == [("upgraded", ONE, TWO)]


def test_going_back_to_an_image_that_ran_before_is_a_roll_back() -> None:
    told = web().recomposed(60, 2, 1, made_from=2).points(70, "shop/web:1", 1)
    told.recomposed(80, 3, 2, made_from=1)
    assert told.line()[2:] == [("rolled_back", TWO, "shop/web:1 #3")]
    back = told.deployments()[2]
    assert str(back.earlier) == ONE
    assert back.to is not None
    assert back.to.image_id == image_id(1)


def test_going_forth_again_after_a_roll_back_is_an_upgrade() -> None:
    told = web().recomposed(60, 2, 1, made_from=2).points(70, "shop/web:1", 1)
    told.recomposed(80, 3, 2, made_from=1).points(85, "shop/web:1", 2)
    told.recomposed(90, 4, 3, made_from=2)
    assert [kind for kind, _, _ in told.line()] == [
        "deployed",
        "upgraded",
        "rolled_back",
        "upgraded",
    ]


def test_the_same_image_put_in_place_again_is_recreated_and_says_what_is_otherwise() -> None:
    told = Told().points(0, "shop/web:1", 1)
    told.composed(10, 1, setup=Configuration(hostname=f"{1:064x}"[:12], memory_bytes=1))
    told.recomposed(60, 2, 1, setup=Configuration(hostname=f"{2:064x}"[:12], memory_bytes=2))
    recreated = told.deployments()[1]
    assert (recreated.kind, recreated.changed) == ("recreated", ["memory_bytes"])
    assert recreated.same_image is True


@pytest.mark.parametrize(("config", "changed"), [("one", []), ("two", ["configuration"])])
def test_composes_hash_tells_a_changed_configuration_where_none_was_inspected(
    config: str, changed: list[str]
) -> None:
    told = Told().points(0, "shop/web:1", 1).composed(10, 1, made_from=None)
    told.recomposed(60, 2, 1, made_from=None, config=config)
    assert [(each.kind, each.changed) for each in told.deployments()[1:]] == [
        ("recreated", changed)
    ]


def test_scaling_up_and_down_is_told_once_each_with_the_numbers() -> None:
    told = web()
    told.composed(60, 2, place=2, starts=1).composed(60.1, 3, place=3, starts=1)
    told.stopped(80, 2).stopped(80, 3).removed(80.4, 3).removed(80.9, 2)
    scaled = told.deployments()[1:]
    assert [(each.kind, each.count_before, each.count) for each in scaled] == [
        ("scaled", 1, 3),
        ("scaled", 3, 1),
    ]
    assert [len(each.containers) for each in scaled] == [2, 2]
    assert {str(each.from_) for each in scaled} == {str(each.to) for each in scaled} == {ONE}


def test_scaling_right_after_the_first_start_is_not_part_of_the_deployment() -> None:
    told = Told().points(0, "shop/web:1", 1).composed(10, 1, starts=0.5).composed(11, 2, place=2)
    assert [each.kind for each in told.deployments()] == ["deployed", "scaled"]


def test_several_containers_that_are_created_before_any_starts_are_one_deployment() -> None:
    told = Told().points(0, "shop/web:1", 1)
    for place in (1, 2, 3):
        told.composed(10 + place / 10, place, place=place, starts=1)
    (only,) = told.deployments()
    assert (only.kind, only.count_before, only.count) == ("deployed", 0, 3)
    assert len(only.containers) == 3


def test_a_rolling_upgrade_is_one_upgrade() -> None:
    told = web().composed(20, 2, place=2)
    told.recomposed(60, 3, 1, made_from=2).recomposed(300, 4, 2, made_from=2, place=2)
    assert [kind for kind, _, _ in told.line()] == ["deployed", "scaled", "upgraded"]
    upgraded = told.deployments()[2]
    assert (len(upgraded.containers), upgraded.count) == (2, 2)


def test_an_upgrade_whose_containers_go_again_falls_back_to_what_is_left() -> None:
    told = web().composed(60, 2, place=2, made_from=2).stopped(90, 2).removed(91, 2)
    assert told.line()[1:] == [("upgraded", ONE, TWO), ("rolled_back", TWO, ONE)]


def test_taking_all_containers_away_removes_the_service_once() -> None:
    told = web().composed(20, 2, place=2).removed(100, 1).removed(100.5, 2)
    assert told.line()[-1] == ("removed", ONE, "-")
    removed = told.deployments()[-1]
    assert (removed.count_before, removed.count, removed.at) == (2, 0, moment(100))


def test_compose_up_right_after_down_deploys_anew() -> None:
    told = web().removed(55, 1).composed(56, 2, made_from=2)
    assert told.line()[1:] == [("removed", ONE, "-"), ("deployed", "-", TWO)]


def test_restarts_pauses_and_stops_are_no_deployments() -> None:
    told = web().stopped(20, 1).started(30, 1).exited(40, 1, 1).started(41, 1)
    told.add(memory.container(1), 42, container.ContainerPaused)
    assert [each.kind for each in told.deployments()] == ["deployed"]


def test_what_compose_run_makes_belongs_to_no_service() -> None:
    one_off = {"com.docker.compose.oneoff": "True"}
    told = web().composed(60, 2, place=1, made_from=2, more=one_off).removed(70, 2)
    assert [each.kind for each in told.deployments()] == ["deployed"]


def test_a_container_that_never_started_says_so() -> None:
    told = Told().points(0, "shop/web:1", 1).composed(10, 1, starts=None)
    assert told.deployments()[0].containers[0].started_at is None


# Containers without labels are services of their own name.


def test_removing_and_running_anew_by_the_same_name_is_an_upgrade() -> None:
    told = Told().points(0, "db:1", 1).points(0, "db:2", 2)
    told.created(10, 1, "db", typed="db:1").removed(60, 1)
    told.created(90, 2, "db", typed="db:2", made_from=2)
    assert told.line() == [("deployed", "-", "db:1 #1"), ("upgraded", "db:1 #1", "db:2 #1")]


def test_the_same_name_long_after_is_another_deployment() -> None:
    told = Told().points(0, "db:1", 1).created(10, 1, "db", typed="db:1").removed(60, 1)
    told.created(600, 2, "db", typed="db:1")
    assert [kind for kind, _, _ in told.line()] == ["deployed", "removed", "deployed"]


def test_a_container_renamed_out_of_the_way_is_followed_by_the_one_of_its_name() -> None:
    told = Told().points(0, "db:1", 1).points(0, "db:2", 2).created(10, 1, "db", typed="db:1")
    told.add(memory.container(1), 60, container.ContainerRenamed, name="db-old", old_name="db")
    told.created(61, 2, "db", typed="db:2", made_from=2).removed(100, 1)
    assert [(each.service, each.kind) for each in told.deployments()] == [
        ("db", "deployed"),
        ("db", "upgraded"),
    ]


def test_a_container_that_takes_anothers_name_takes_its_place() -> None:
    told = Told().points(0, "db:1", 1).points(0, "db:2", 2).created(10, 1, "db", typed="db:1")
    told.created(60, 2, "db-new", typed="db:2", made_from=2).removed(70, 1)
    told.add(memory.container(2), 71, container.ContainerRenamed, name="db", old_name="db-new")
    assert [(each.service, each.kind) for each in told.deployments()] == [
        ("db", "deployed"),
        ("db-new", "deployed"),
        ("db", "upgraded"),
        ("db-new", "removed"),
    ]


def test_renaming_a_container_back_into_its_place_rolls_back() -> None:
    told = Told().points(0, "db:1", 1).points(0, "db:2", 2).created(10, 1, "db", typed="db:1")
    told.add(memory.container(1), 60, container.ContainerRenamed, name="db-old", old_name="db")
    told.created(61, 2, "db", typed="db:2", made_from=2).removed(100, 2)
    told.add(memory.container(1), 101, container.ContainerRenamed, name="db", old_name="db-old")
    assert [each.kind for each in told.deployments()] == ["deployed", "upgraded", "rolled_back"]


def test_a_canary_that_is_renamed_stays_one_service() -> None:
    told = Told().points(0, "db:1", 1).created(10, 1, "trial", typed="db:1")
    told.add(memory.container(1), 60, container.ContainerRenamed, name="canary").removed(90, 1)
    assert [(each.service, each.kind) for each in told.deployments()] == [
        ("trial", "deployed"),
        ("trial", "removed"),
    ]


def test_names_given_to_containers_that_remove_themselves_are_passing() -> None:
    told = Told().created(10, 1, "job", setup=Configuration(auto_remove=True)).removed(12, 1)
    told.created(20, 2, "tool").created(30, 3, "unseen", made_from=None)
    history, reading = told.history()
    assert {each.name for each in passing(history, reading)} == {"job"}


# The ugly cases.


def test_without_image_ids_the_typed_name_tells_an_upgrade() -> None:
    imported = {"made_from": None, "origin": Origin.IMPORTED}
    told = Told().created(10, 1, "db", typed="db:1", **imported).removed(20, 1)
    told.created(21, 2, "db", typed="db:2", **imported)
    assert told.line() == [("deployed", "-", "db:1"), ("upgraded", "db:1", "db:2")]
    assert {each.origin for each in told.deployments()} == {"imported"}


def test_without_image_ids_the_same_name_may_hide_another_image_and_says_so() -> None:
    told = Told().created(10, 1, "db", typed="db:1", made_from=None).removed(20, 1)
    told.created(21, 2, "db", typed="db:1", made_from=None)
    recreated = told.deployments()[1]
    assert (recreated.kind, recreated.same_image) == ("recreated", None)


def test_composes_image_label_tells_the_image_of_an_imported_container() -> None:
    def by(number: int) -> dict[str, str]:
        return {"com.docker.compose.image": image_id(number)}

    told = Told().composed(10, 1, made_from=None, more=by(1)).removed(20, 1)
    told.composed(19, 2, made_from=None, more=by(2))
    assert [kind for kind, _, _ in told.line()] == ["deployed", "upgraded"]


def test_a_tag_that_moves_while_the_container_runs_changes_nothing() -> None:
    told = web().points(70, "shop/web:1", 3).points(80, "shop/web:1", 1)
    assert told.line() == [("deployed", "-", ONE)]


def test_a_change_that_nobody_recorded_has_the_moment_that_the_engine_told_later() -> None:
    told = web().gap(60, 100)
    labels = {
        "com.docker.compose.project": "shop",
        "com.docker.compose.service": "web",
        "com.docker.compose.container-number": "1",
    }
    stream = memory.container(2)
    parts = {"name": "shop-web-1", "image": "shop/web:1", "labels": labels}
    parts |= {"origin": Origin.RECONCILED, "created_at": moment(70)}
    told.add(stream, 70, container.ContainerFound, **parts)
    told.add(stream, 70, container.ContainerConfigured, image_id=image_id(2))
    bounds = {"not_before": moment(60), "not_after": moment(100)}
    told.removed(100, 1, origin=Origin.RECONCILED, **bounds)
    upgraded = told.deployments()[1]
    assert (upgraded.kind, upgraded.at, upgraded.origin) == ("upgraded", moment(70), "reconciled")
    assert upgraded.unrecorded


def test_a_removal_that_nobody_recorded_has_its_bounds() -> None:
    bounds = {"not_before": moment(60), "not_after": moment(100)}
    told = web().gap(60, 100).removed(100, 1, origin=Origin.RECONCILED, **bounds)
    removed = told.deployments()[1]
    assert (removed.kind, removed.origin, removed.unrecorded) == ("removed", "reconciled", True)
    assert (removed.not_before, removed.not_after) == (moment(60), moment(100))


def test_what_was_there_when_the_recording_began_has_only_an_upper_bound() -> None:
    parts = {"name": "db", "image": "db:1", "origin": Origin.IMPORTED}
    told = Told().add(memory.container(1), 10, container.ContainerFound, **parts)
    (only,) = told.deployments()
    assert (only.kind, only.not_before, only.not_after) == ("deployed", None, moment(10))


def test_two_engines_with_the_same_project_are_two_services() -> None:
    told = web().points(0, "shop/web:1", 2, key="f" * 12)
    told.composed(20, 2, made_from=2, key="f" * 12)
    assert [(each.engine, each.kind) for each in told.deployments()] == [
        (memory.KEY, "deployed"),
        ("f" * 12, "deployed"),
    ]


def task(seconds: float, number: int, told: Told, made_from: int = 1, starts: float = 0.5) -> None:
    labels = {
        "com.docker.stack.namespace": "shop",
        "com.docker.swarm.service.name": "shop_web",
        "com.docker.swarm.task.id": f"task{number}",
        "com.docker.swarm.task.name": f"shop_web.1.task{number}",
    }
    name = f"shop_web.1.task{number}"
    told.created(seconds, number, name, labels=labels, made_from=made_from, starts=starts)


def test_a_swarm_that_replaces_a_task_that_failed_has_only_restarted_it() -> None:
    told = Told().points(0, "shop/web:1", 1)
    task(10, 1, told)
    told.exited(60, 1, 1)
    task(65, 2, told)
    assert [(each.service, each.kind) for each in told.deployments()] == [("shop_web", "deployed")]


def test_a_swarm_that_updates_a_service_upgrades_it() -> None:
    told = Told().points(0, "shop/web:1", 1).points(50, "shop/web:1", 2)
    task(10, 1, told)
    told.stopped(60, 1)
    task(61, 2, told, made_from=2)
    assert [each.kind for each in told.deployments()] == ["deployed", "upgraded"]


# Asking.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web", ["shop/web"]),
        ("shop/web", ["shop/web"]),
        ("shop", ["shop/web", "shop/api"]),
        ("shop-api-1", ["shop/api"]),
        ("db", ["None/db"]),
        (f"{3:064x}", ["None/db"]),
        ("nobody", []),
    ],
)
def test_a_service_is_meant_by_its_name_its_project_or_a_container(
    text: str, expected: list[str]
) -> None:
    history, _ = web().composed(20, 2, service="api").created(30, 3, "db").history()
    found = [f"{each.project}/{each.name}" for each in services_named(history, text)]
    assert found == expected
    assert services_named(history, text, engine="0" * 12) == []


def test_only_chosen_services_are_answered_for() -> None:
    history, reading = web().composed(20, 2, service="api").history()
    chosen = [each for each in services(history) if each.name == "api"]
    found = deployments(history, reading, chosen=chosen)
    assert [each.service for each in found] == ["api"]


def test_as_of_a_moment_nothing_later_is_known() -> None:
    told = web().recomposed(60, 2, 1, made_from=2)
    assert told.line(until=59) == [("deployed", "-", ONE)]


def test_containers_of_which_almost_nothing_is_known_do_no_harm() -> None:
    orphan: tuple[str, Fact] = (
        memory.container(9),
        at(moment(5), container.ContainerConfigured, image_id=image_id(1)),
    )
    told = web().removed(60, 8)
    told.facts.insert(0, orphan)
    assert told.line() == [("deployed", "-", ONE)]


def test_deployments_are_written_with_the_keys_that_scripts_rely_on() -> None:
    first, second = to_json(web().recomposed(60, 2, 1, made_from=2).deployments())
    assert set(first) >= {
        *("service", "project", "engine", "engine_name", "kind", "at", "from", "to"),
        *("containers", "events", "origin"),
    }
    assert first["from"] is None
    assert second["from"] == {
        "reference": "shop/web:1",
        "version": 1,
        "image_id": image_id(1),
    }
    assert second["at"] == "2026-09-21T14:14:20.000000000Z"
    assert set(second["containers"][0]) >= {"id", "name"}


def test_scaling_down_and_taking_all_away_soon_after_are_two_actions() -> None:
    told = web().composed(20, 2, place=2).composed(20.1, 3, place=3)
    told.stopped(30, 2).stopped(30, 3).removed(30.3, 2).removed(30.4, 3)
    told.stopped(34, 1).removed(34.3, 1)
    assert [each.kind for each in told.deployments()] == ["deployed", "scaled", "scaled", "removed"]


def test_what_is_stopped_together_is_taken_away_together_though_one_takes_longer() -> None:
    told = web().composed(20, 2, place=2)
    told.stopped(30, 2).stopped(30, 1).removed(30.3, 2).removed(38, 1)
    assert [each.kind for each in told.deployments()] == ["deployed", "scaled", "removed"]
