"""Engines and containers that were made to do harm: recorded as far as can be, and survived."""

import pytest

from adapters.engines import connection as connections
from domain.clamping import LEFT_OUT, was_cut
from tests.app.recording.conftest import eventually
from tests.fakes.engine import Answer

MEGABYTE = 1024 * 1024


def labels_of(log, object_id):
    return next(
        entry.fact.labels
        for entry in log.entries
        if object_id in entry.originator_id and entry.fact.TOPIC.endswith(("created", "found"))
    )


def test_a_label_of_ten_megabytes_is_cut_and_says_so(log, fake_engine):
    web = fake_engine.create("web", big="x" * (10 * MEGABYTE), small="y")
    with log.recorded():
        eventually(lambda: "found" in log.life(web))
    labels = labels_of(log, web)
    assert was_cut(labels["big"])
    assert "10,485,760 characters, sha256" in labels["big"]
    assert labels["small"] == "y"
    assert log.path.stat().st_size < 2 * MEGABYTE
    # The event itself was more than any event may be.
    assert {gap.cause for gap in log.later_gaps()} == {"unreadable_events"}


def test_a_label_of_a_megabyte_is_cut_once_and_not_repeated_in_every_event(log, fake_engine):
    with log.recorded():
        web = fake_engine.create("web", big="password " * 100_000)
        for _ in range(4):
            fake_engine.start(web)
            fake_engine.die(web)
        eventually(lambda: log.life(web).count("exited") == 4)
    assert was_cut(labels_of(log, web)["big"])
    repeated = [fact for fact in log.facts if fact.said and "big" in fact.said.attributes]
    assert repeated == []
    assert log.path.stat().st_size < 2 * MEGABYTE


def test_a_hundred_thousand_labels_are_counted_and_not_all_kept(log, fake_engine, monkeypatch):
    monkeypatch.setattr(connections, "_ANSWER_SECONDS", 30.0)  # a busy machine is no gap
    many = {f"label-{number:06}": "" for number in range(100_000)}
    with log.recorded():
        web = fake_engine.create("web", **many)
        fake_engine.start(web)
        eventually(lambda: "started" in log.life(web))
    labels = labels_of(log, web)
    assert len(labels) == 1_001
    assert labels[LEFT_OUT] == "99,000 more"
    assert log.path.stat().st_size < 2 * MEGABYTE
    assert log.later_gaps() == []


@pytest.mark.parametrize("body", [b"7", b"{}", b"[7]", b'[{"Id":"../x"}]'])
def test_lists_that_are_none_do_not_end_the_recording(log, fake_engine, body):
    fake_engine.answers.append(Answer("/containers/json", 200, body=body))
    fake_engine.answers.append(Answer("/images/json", 200, body=body))
    with log.recorded():
        web = fake_engine.create("web")
        eventually(lambda: "created" in log.life(web))
    assert log.later_gaps() == []


def has_error(status):
    return status is not None and status.engines[0].error


@pytest.mark.parametrize("body", [b"7", b"null", b'{"ID":7,"Name":[],"SystemTime":{}}'])
def test_an_engine_that_does_not_say_who_it_is_is_refused_or_known_by_its_address(
    log, fake_engine, body
):
    fake_engine.answers.append(Answer("/info", 200, body=body))
    with log.recorded(until_connected=False) as run:
        eventually(
            lambda: run.error or (run.status and run.status.engines[0].error) or run.connected
        )
        run.error = None
    assert not any("failed" in said for said in run.said)
