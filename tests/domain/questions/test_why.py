"""Why a container is as it is: each claim, how sure it is, and the events that show it."""

import pytest

from domain.errors import ShipslogError
from domain.facts import Origin, container, engine
from domain.facts.container import Configuration, ContainerState
from domain.facts.engine import GapCause
from domain.questions.why import Why, to_json, why
from tests.adapters.readmodel import memory
from tests.domain.questions import story
from tests.domain.questions.services_story import Told, web
from tests.domain.questions.story import moment

C1 = memory.container(1)
ALWAYS = Configuration(restart_policy="always")


def ran(setup: Configuration | None = None, **parts: object) -> Told:
    """One container that was started ten seconds into the story."""
    told = Told().points(0, "shop/web:1", 1)
    return told.created(10, 1, "job", setup=setup or Configuration(restart_policy="no"), **parts)


def asked(told: Told, seconds: float | None = None, number: int = 1) -> Why:
    history, reading = told.history()
    subject = story.subject(history, memory.container(number))
    return why(history, subject, reading, None if seconds is None else moment(seconds))


def claims(told: Told, seconds: float | None = None, number: int = 1) -> dict[str, str]:
    """What is claimed, and how sure it is."""
    return {each.what: each.certainty for each in asked(told, seconds, number).claims}


def sentence(told: Told, what: str, seconds: float | None = None) -> str:
    return next(each.sentence for each in asked(told, seconds).claims if each.what == what)


def shown(told: Told, what: str) -> list[str]:
    """The topics of the events that show a claim."""
    found = next(each for each in asked(told).claims if each.what == what)
    return [told.facts[position - 1][1].TOPIC for position in found.events]


def observed(told: Told, seconds: float, state: ContainerState, **parts: object) -> Told:
    kind = container.ContainerObserved
    return told.add(C1, seconds, kind, origin=Origin.INSPECTED, state=state, **parts)


def test_what_runs_and_never_ended_has_nothing_to_explain() -> None:
    answer = asked(ran())
    assert answer.outcome == "running"
    assert [each.what for each in answer.claims] == ["created", "running"]


def test_a_process_that_ends_by_itself_says_so_and_that_nothing_starts_it_again() -> None:
    told = ran().exited(20, 1, 1)
    assert asked(told).outcome == "stopped"
    assert claims(told) == {
        "started": "certain",
        "ended": "certain",
        "by_itself": "certain",
        "not_restarted": "certain",
    }
    assert "an error of the program's own" in sentence(told, "ended")
    assert shown(told, "not_restarted") == ["container.configured", "container.exited"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "without an error"),
        (125, "could not run"),
        (126, "could not be run"),
        (127, "not found"),
        (134, "SIGABRT"),
        (139, "SIGSEGV"),
        (143, "SIGTERM"),
        (255, "lost track"),
    ],
)
def test_exit_codes_are_explained(code: int, words: str) -> None:
    assert words in sentence(ran().exited(20, 1, code), "ended")


def test_a_stop_names_the_signal_and_that_nobody_knows_who_asked() -> None:
    told = ran().stopped(20, 1, 143)
    assert claims(told)["stop_requested"] == "certain"
    assert "SIGTERM" in sentence(told, "stop_requested")
    assert "not available" in sentence(told, "stop_requested")
    assert shown(told, "stop_requested") == ["container.signalled", "container.stopped"]
    assert "by_itself" not in claims(told)


def test_the_stop_may_be_told_before_or_after_the_end() -> None:
    told = ran().add(C1, 20, container.ContainerSignalled, signal="15").exited(20.1, 1, 0)
    told.add(C1, 20.2, container.ContainerStopped)
    assert "stop_requested" in claims(told)


def test_a_stop_that_had_to_kill_says_so_however_long_it_waited() -> None:
    told = ran().add(C1, 20, container.ContainerSignalled, signal="15")
    told.add(C1, 320, container.ContainerSignalled, signal="9").exited(320.1, 1, 137)
    told.add(C1, 320.2, container.ContainerStopped)
    assert "SIGTERM, and then SIGKILL since it did not end in time" in sentence(
        told, "stop_requested"
    )


def test_a_signal_that_is_not_meant_to_end_a_container_is_no_reason() -> None:
    told = ran().add(C1, 19, container.ContainerSignalled, signal="28").exited(20, 1, 1)
    assert "by_itself" in claims(told)


def test_the_stop_signal_that_the_image_asks_for_is_a_reason() -> None:
    told = ran(Configuration(stop_signal="SIGWINCH"))
    told.add(C1, 19, container.ContainerSignalled, signal="WINCH").exited(20, 1, 0)
    assert "signalled" in claims(told)


def test_a_signal_long_before_without_a_stop_is_no_reason() -> None:
    told = ran().add(C1, 20, container.ContainerSignalled, signal="15").exited(300, 1, 1)
    assert "by_itself" in claims(told)


def test_a_removal_by_force_kills_at_once() -> None:
    told = ran().add(C1, 20, container.ContainerSignalled, signal="9").exited(20.1, 1, 137)
    told.removed(20.2, 1)
    assert asked(told).outcome == "removed"
    assert list(claims(told)) == ["started", "ended", "killed", "removed"]


def test_a_kill_that_nobody_asked_the_engine_for_is_not_known() -> None:
    told = ran().exited(20, 1, 137)
    assert claims(told)["not_known"] == "not_known"
    assert "nobody was seen to ask" in sentence(told, "ended")


def test_an_end_for_want_of_memory_by_event() -> None:
    told = ran(Configuration(memory_bytes=24_000_000))
    told.add(C1, 19.9, container.ContainerOutOfMemory).exited(20, 1, 137)
    assert claims(told)["out_of_memory"] == "certain"
    assert "24 MB" in sentence(told, "out_of_memory")
    assert "not_known" not in claims(told)


def test_an_end_for_want_of_memory_by_inspection() -> None:
    told = observed(ran().exited(20, 1, 137), 20, ContainerState.EXITED, oom_killed=True)
    assert claims(told)["out_of_memory"] == "certain"
    assert shown(told, "out_of_memory") == ["container.observed"]


def test_a_child_that_ran_out_of_memory_is_only_a_likely_reason() -> None:
    told = ran().add(C1, 15, container.ContainerOutOfMemory).exited(20, 1, 1)
    assert claims(told)["out_of_memory"] == "likely"


def test_a_want_of_memory_in_an_earlier_run_is_no_reason() -> None:
    told = ran().add(C1, 15, container.ContainerOutOfMemory).exited(20, 1, 137)
    told.started(30, 1).exited(40, 1, 1)
    assert "out_of_memory" not in claims(told)


def test_being_unhealthy_before_is_told_with_what_docker_does_about_it() -> None:
    told = ran().add(C1, 15, container.HealthChanged, status="unhealthy").exited(20, 1, 1)
    assert "ends no container for that" in sentence(told, "unhealthy")
    told = ran().add(C1, 15, container.HealthChanged, status="unhealthy")
    told.add(C1, 16, container.HealthChanged, status="healthy").exited(20, 1, 1)
    assert "unhealthy" not in claims(told)


def test_a_code_that_a_label_forges_is_taken_from_inspection_or_not_known() -> None:
    told = ran().exited(20, 1, None)
    assert "not known" in sentence(told, "ended")
    told = observed(ran().exited(20, 1, None), 20, ContainerState.EXITED, exit_code=3)
    assert "exit code 3" in sentence(told, "ended")


# What followed.


def test_a_restart_policy_that_inspection_saw_is_certain() -> None:
    told = ran(ALWAYS).exited(20, 1, 1)
    observed(told, 20, ContainerState.RESTARTING, exit_code=1, restart_count=3).started(21, 1)
    assert asked(told).outcome == "restarted"
    assert claims(told)["restart_policy"] == "certain"
    assert "its 3rd restart by it" in sentence(told, "restart_policy")
    assert shown(told, "restart_policy") == ["container.observed", "container.started"]


def test_a_start_soon_after_the_end_is_likely_the_policys() -> None:
    told = ran(ALWAYS).exited(20, 1, 1).started(21, 1)
    assert claims(told)["restart_policy"] == "likely"


@pytest.mark.parametrize(
    ("policy", "code", "pause"), [("no", 1, 1), ("on-failure", 0, 1), ("always", 1, 3600)]
)
def test_a_start_that_no_policy_explains_came_from_outside(
    policy: str, code: int, pause: float
) -> None:
    told = ran(Configuration(restart_policy=policy)).exited(20, 1, code).started(20 + pause, 1)
    assert claims(told)["started_again"] == "likely"


def test_a_restart_that_was_asked_for_is_no_policy() -> None:
    told = ran(ALWAYS).stopped(20, 1).started(21, 1).add(C1, 21.1, container.ContainerRestarted)
    assert list(claims(told)) == ["started", "ended", "restart_requested", "restarted"]


def test_a_stopped_container_that_is_started_by_hand_is_no_policy() -> None:
    told = ran(ALWAYS).stopped(20, 1).started(21, 1)
    assert claims(told)["started_again"] == "likely"


def test_without_inspection_the_policy_is_not_known() -> None:
    told = Told().created(10, 1, "job", made_from=None).exited(20, 1, 1).started(21, 1)
    assert claims(told)["not_known"] == "not_known"


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        (Configuration(restart_policy="on-failure", restart_retries=4), "gave up"),
        (Configuration(restart_policy="no"), "no restart policy"),
        (Configuration(), "no restart policy"),
    ],
)
def test_why_nothing_starts_it_again(setup: Configuration, words: str) -> None:
    assert words in sentence(ran(setup).exited(20, 1, 1), "not_restarted")


def test_a_policy_does_not_start_what_was_stopped() -> None:
    assert "asked to end" in sentence(ran(ALWAYS).stopped(20, 1), "not_restarted")


def test_the_engine_removes_what_was_run_with_rm() -> None:
    told = ran(Configuration(auto_remove=True)).exited(20, 1, 0).removed(20.1, 1)
    assert shown(told, "removed_itself") == ["container.configured", "container.removed"]
    assert "as --rm asks for" in asked(told).sentence


def test_a_prune_right_after_is_likely_what_removed_it() -> None:
    told = ran().exited(20, 1, 0).removed(60, 1)
    told.add(memory.engine(), 60.2, engine.ResourcesPruned, kind="container")
    assert claims(told)["pruned"] == "likely"
    other = ran().exited(20, 1, 0).removed(60, 1)
    other.add(memory.engine(), 60.2, engine.ResourcesPruned, kind="image")
    assert claims(other)["removed"] == "certain"


def test_a_removal_that_nobody_recorded_is_not_known_and_names_the_gap() -> None:
    told = ran().gap(20, 50).removed(50, 1, origin=Origin.RECONCILED)
    answer = asked(told)
    assert answer.outcome == "removed"
    assert claims(told)["removed_unseen"] == "not_known"
    assert claims(told)["unrecorded"] == "certain"
    assert claims(told)["not_known"] == "not_known"


# The engine itself.


def test_an_end_while_the_engine_was_down_is_likely_the_engines() -> None:
    told = ran().gap(20, 60, GapCause.ENGINE_RESTARTED)
    kind = container.ContainerExited
    told.add(C1, 30, kind, exit_code=0, origin=Origin.RECONCILED)
    assert claims(told)["engine_restart"] == "likely"
    assert "by_itself" not in claims(told)


def test_the_stops_of_an_engine_that_goes_down_are_told_as_such() -> None:
    told = ran().stopped(20, 1).gap(21, 60, GapCause.ENGINE_RESTARTED)
    assert claims(told)["engine_restart"] == "likely"


def test_a_start_when_the_engine_came_back_is_the_engines() -> None:
    told = ran(ALWAYS).gap(20, 60, GapCause.ENGINE_RESTARTED)
    told.add(C1, 30, container.ContainerExited, exit_code=0, origin=Origin.RECONCILED)
    told.started(61, 1)
    assert asked(told).outcome == "restarted"
    assert [each.what for each in asked(told).claims].count("engine_restart") == 2


def test_a_start_without_an_end_before_it_has_missed_one() -> None:
    told = ran(ALWAYS).gap(20, 60, GapCause.ENGINE_RESTARTED).started(60.5, 1)
    assert asked(told).outcome == "restarted"
    assert claims(told) == {
        "started": "certain",
        "not_known": "not_known",
        "engine_restart": "likely",
    }


def test_code_255_after_the_engine_was_down_says_nothing() -> None:
    told = ran().gap(20, 60, GapCause.ENGINE_RESTARTED)
    told.add(C1, 60, container.ContainerExited, exit_code=255, origin=Origin.RECONCILED)
    assert claims(told)["ended"] == "not_known"


def test_an_end_that_nobody_recorded_is_not_said_to_have_come_by_itself() -> None:
    told = ran().gap(20, 60)
    told.add(C1, 30, container.ContainerExited, exit_code=1, origin=Origin.RECONCILED)
    assert claims(told)["not_known"] == "not_known"
    assert claims(told)["unrecorded"] == "certain"


# Podman tells less.


def test_podman_does_not_tell_of_stops_so_nothing_is_said_to_have_come_by_itself() -> None:
    told = ran().engine(flavour="podman").exited(20, 1, 1)
    assert claims(told)["not_known"] == "not_known"
    assert "Podman does not tell of stops" in sentence(told, "not_known")


def test_podmans_restart_may_be_its_policys() -> None:
    told = ran(ALWAYS).engine(flavour="podman").exited(20, 1, 1)
    told.add(C1, 20.1, container.ContainerRestarted).started(20.2, 1)
    assert claims(told)["restart_policy"] == "likely"
    assert "restart_requested" not in claims(told)


# Never started.


def test_a_start_that_failed_gives_the_engines_message() -> None:
    told = ran(starts=None)
    observed(told, 10.5, ContainerState.CREATED, exit_code=127, error='exec: "/x": not found')
    answer = asked(told)
    assert answer.outcome == "never_started"
    assert 'exec: "/x": not found' in sentence(told, "start_failed")
    assert "the command was not found" in sentence(told, "start_failed")


def test_leaving_the_network_without_a_start_is_likely_a_failed_start() -> None:
    told = ran(starts=None)
    told.add(C1, 10.5, container.NetworkDisconnected, network="bridge")
    assert claims(told)["start_failed"] == "likely"


def test_no_start_at_all_is_not_known() -> None:
    assert claims(ran(starts=None))["not_known"] == "not_known"


def test_a_gap_after_the_creation_may_hide_a_start() -> None:
    assert "unrecorded" in claims(ran(starts=None).gap(20, 60))


# Replaced.


def test_a_container_that_compose_replaced_names_its_successor_and_both_versions() -> None:
    told = web().recomposed(60, 2, 1, made_from=2)
    answer = asked(told)
    assert answer.outcome == "replaced"
    assert claims(told)["replaced"] == "certain"
    assert "made from shop/web:1 #2 instead of shop/web:1 #1" in sentence(told, "replaced")
    assert shown(told, "image_changed") == ["reference.pointed"]


def test_a_container_replaced_for_its_configuration_says_what_is_otherwise() -> None:
    told = Told().points(0, "shop/web:1", 1).composed(10, 1, setup=Configuration(memory_bytes=1))
    told.recomposed(60, 2, 1, setup=Configuration(memory_bytes=2))
    assert "set up otherwise (memory_bytes)" in sentence(told, "replaced")
    assert "image_changed" not in claims(told)


def test_a_container_replaced_by_the_same_again_says_so() -> None:
    told = Told().points(0, "shop/web:1", 1).composed(10, 1).recomposed(60, 2, 1)
    assert "set up the same" in sentence(told, "replaced")


def test_without_image_ids_whether_the_image_is_another_is_not_known() -> None:
    told = Told().composed(10, 1, made_from=None).recomposed(60, 2, 1, made_from=None)
    assert "not known" in sentence(told, "replaced")


def test_newer_compose_names_the_place_that_a_successor_takes() -> None:
    told = web().composed(60, 2, more={"com.docker.compose.replace": "web-1"}, starts=None)
    told.stopped(60.2, 1).removed(60.4, 1).started(60.8, 2)
    assert claims(told)["replaced"] == "certain"


def test_a_successor_by_name_is_only_likely() -> None:
    told = ran().exited(20, 1, 0).removed(21, 1).created(22, 2, "job")
    assert claims(told)["replaced"] == "likely"


def test_a_container_of_the_same_name_on_another_engine_is_no_successor() -> None:
    told = ran().exited(20, 1, 0).removed(21, 1).created(22, 2, "job", key="f" * 12)
    assert asked(told).outcome == "removed"


# As of a moment.


def test_as_of_a_moment_nothing_later_is_said() -> None:
    told = ran(ALWAYS).exited(20, 1, 1).started(30, 1).stopped(40, 1).removed(50, 1)
    assert [asked(told, at).outcome for at in (15, 25, 35, 45, 55)] == [
        "running",
        "stopped",
        "restarted",
        "stopped",
        "removed",
    ]


def test_before_it_was_there_there_is_nothing_to_explain() -> None:
    with pytest.raises(ShipslogError, match="Nothing is recorded of job"):
        asked(ran(), 5)


def test_a_moment_that_nobody_recorded_is_said_to_be_one() -> None:
    assert "unrecorded" in claims(ran().gap(20, 60), 30)


def test_every_claim_but_what_is_not_known_names_its_events() -> None:
    for told in (ran(), ran().stopped(20, 1), web().recomposed(60, 2, 1, made_from=2)):
        for each in asked(told).claims:
            assert each.events or each.certainty == "not_known"


def test_it_is_written_with_the_keys_that_scripts_rely_on() -> None:
    written = to_json(asked(ran().exited(20, 1, 1)))
    assert set(written) >= {
        *("id", "name", "service", "project", "engine", "reference", "version", "image_id"),
        *("at", "outcome", "sentence", "claims"),
    }
    ended = next(each for each in written["claims"] if each["what"] == "ended")
    assert ended["at"] == "2026-09-21T14:13:40.000000000Z"
    assert set(ended) == {"what", "sentence", "certainty", "at", "events"}
