import msgspec

from adapters.reports.document import Integrity
from app.reports.history_report import Asked, gather
from app.reports.incidents import incident_events, incidents
from app.reports.integrity import integrity
from app.reports.period import Period, events_in, period_of
from domain.facts.container import ContainerExited, ContainerStopped
from domain.identity import CONTAINER
from domain.moments import MINUTE, SECOND
from tests.app.story import END, MORNING, OLD, WORKER, container, engine, image, moment, story

NOT_VERIFIED = Integrity(result=None, statement=(), events=0, sealed=None, head=None)


def _report(reader, history, since=None, until=None):
    return gather(
        reader,
        history,
        period_of(history, since, until),
        asked=Asked(None, None),
        integrity=NOT_VERIFIED,
        made_at=END,
        release="0.1.0",
    )


def test_the_period_is_the_historys_own_unless_asked_otherwise(opened):
    _, history = opened()
    assert period_of(history, None, None) == Period(MORNING, END)
    assert period_of(history, 5, 7) == Period(5, 7)
    assert period_of(history, END + 5, None) == Period(END + 5, END + 5)


def test_the_inventories_are_those_of_start_and_end(opened):
    report = _report(*opened())
    assert (report.start.containers.total, report.start.images) == (0, 0)
    assert {row.name for row in report.end.containers.rows} == {"web-1", "web-2", "worker-1"}
    assert (report.end.running, report.end.images, report.end.references) == (2, 3, 2)


def test_a_moved_name_is_a_change_with_both_images(opened):
    report = _report(*opened())
    moved = [change for change in report.changes.rows if change.type == "reference.pointed"]
    assert moved[-1].subject == "shop/web:latest"
    assert moved[-1].detail == "111111111111 → 222222222222 (built)"


def test_versions_of_the_period_have_their_containers(opened):
    reader, history = opened()
    web = _report(reader, history).references.rows[1]
    assert [row.number for row in web.versions.rows] == [1, 2]
    assert {made.name for made in web.versions.rows[0].containers.rows} == {"web-1", "worker-1"}
    later = _report(reader, history, since=MORNING + 100 * MINUTE).references.rows[1]
    assert [row.number for row in later.versions.rows] == [2]


def test_incidents_have_a_meaning(opened):
    report = _report(*opened())
    told = {incident.what: incident for incident in report.incidents.rows}
    assert set(told) == {"unhealthy", "out of memory", "exit code 137"}
    assert told["exit code 137"].meaning == "killed (SIGKILL) by the kernel, for want of memory"
    assert told["exit code 137"].image == "shop/web:latest #1"


def test_the_troubled_containers_are_counted(opened):
    (worker,) = _report(*opened()).troubled.rows
    assert worker.container == "worker-1"
    assert (worker.bad_exits, worker.out_of_memory, worker.unhealthy) == (1, 1, 1)


def test_an_exit_that_was_asked_for_is_told_apart(opened):
    told = story()
    told.tell(CONTAINER, OLD, ContainerStopped(**moment(100.1)))
    told.tell(CONTAINER, OLD, ContainerExited(**moment(100), exit_code=143))
    reader, history = opened(told)
    events = events_in(history, Period(MORNING + 99 * MINUTE, END))
    (incident,) = incidents(reader, history, incident_events(history, events)).rows
    assert incident.meaning == "ended by SIGTERM, as a stop asks for"


def test_a_stop_long_before_has_nothing_to_do_with_an_exit(opened):
    told = story()
    told.tell(CONTAINER, OLD, ContainerStopped(**moment(90)))
    told.tell(CONTAINER, OLD, ContainerExited(**moment(100), exit_code=143))
    reader, history = opened(told)
    events = events_in(history, Period(MORNING + 99 * MINUTE, END))
    (incident,) = incidents(reader, history, incident_events(history, events)).rows
    assert incident.meaning == "ended by SIGTERM, though no stop was seen"


def test_very_many_incidents_are_counted_but_not_all_listed(opened):
    told = story()
    for number in range(1100):
        told.tell(CONTAINER, WORKER, ContainerExited(**moment(99 + number / 100), exit_code=1))
    reader, history = opened(told)
    report = _report(reader, history)
    assert report.incidents.total == 1103
    assert len(report.incidents.rows) == 1000
    assert report.troubled.rows[0].bad_exits == 1101


def test_the_drawing_counts_every_event_once(opened):
    report = _report(*opened())
    drawn = report.overview
    assert sum(drawn.quiet) + sum(drawn.notable) + sum(drawn.bad) == report.events == 37


def test_the_drawing_has_a_lane_for_each_service(opened):
    lanes = {lane.label: lane for lane in _report(*opened()).overview.lanes}
    assert set(lanes) == {"shop / web", "shop / web2", "shop / worker", "shop / hostile"}
    running = [one for one in lanes["shop / worker"].segments if one.running]
    assert running[0].start == MORNING + 12 * MINUTE + 6 * SECOND // 10
    assert running[0].end == MORNING + 30 * MINUTE
    assert running[0].label == "shop/web:latest #1, worker-1"


def test_a_crash_loop_is_drawn_as_few_segments(opened):
    told = story()
    for number in range(3000):
        told.tell(CONTAINER, OLD, ContainerExited(**moment(99 + number / 1000), exit_code=1))
    (lane,) = [lane for lane in _report(*opened(told)).overview.lanes if lane.label == "shop / web"]
    assert len(lane.segments) < 20


def test_two_images_of_one_lane_have_two_colours(opened):
    told = story()
    image(told, 130, "sha256:" + "3" * 64, 4, "shop/web:latest")
    container(told, 140, "b7" * 32, "web-1")
    (lane,) = [lane for lane in _report(*opened(told)).overview.lanes if lane.label == "shop / web"]
    assert len({segment.color for segment in lane.segments}) == 2


def test_a_history_of_one_moment_is_reported_too(opened):
    from tests.app.story import Story

    told = Story()
    engine(told)
    report = _report(*opened(told))
    assert report.events == 3
    assert report.scope.since == report.scope.until == MORNING


def test_a_verified_history_says_what_is_proven_and_what_is_not(opened):
    reader, history = opened()
    said = integrity(reader.path, history.head, wanted=None)
    assert (said.result, said.sealed) == ("VERIFIED, NOT WITNESSED", history.head)
    assert said.head is not None and said.head.startswith(f"{history.head} ")
    assert said.statement[0].startswith("Verified: the 37 events")
    assert said.statement[-1].startswith("Not proven: that the engine reported every event")


def test_a_history_that_is_not_verified_says_so(opened):
    reader, history = opened()
    said = integrity(reader.path, history.head, wanted=False)
    assert said.result is None
    assert said.statement[0].startswith("The history was not verified")
    assert integrity(reader.path, 10**9, wanted=None).result is None


def test_a_spoilt_history_is_called_tampered(opened):
    import sqlite3

    reader, history = opened()
    with sqlite3.connect(reader.path) as spoilt:
        spoilt.execute("UPDATE stored_events SET originator_version = 99 WHERE position = 5")
    said = integrity(reader.path, history.head, wanted=True)
    assert said.result == "TAMPERED"
    assert "from position 5 on" in said.statement[0]


def test_the_report_is_a_plain_value(opened):
    report = _report(*opened())
    assert msgspec.json.decode(msgspec.json.encode(report))["events"] == 37
