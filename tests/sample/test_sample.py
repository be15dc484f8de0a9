from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.readmodel import History, ReadModel
from adapters.store.opening import open_reader
from adapters.store.reader import Recorded
from adapters.store.verification import KeyFrom, Result, verify
from domain.facts.container import (
    ContainerCommitted,
    ContainerConfigured,
    ContainerCreated,
    ContainerFound,
    ContainerObserved,
    ContainerOutOfMemory,
    DriftSeen,
    HealthChanged,
)
from domain.facts.engine import EngineObserved
from domain.identity import REFERENCE
from domain.moments import DAY, HOUR
from domain.questions.history import DAWN
from resources.sample import week
from tests.sample.projects import SECRETS
from tests.sample.stretch import planned_moment


@pytest.fixture(scope="module")
def history() -> Iterator[History]:
    reader = open_reader(week())
    model = ReadModel.open(reader, None)
    yield model.history
    model.close()
    reader.close()


@pytest.fixture(scope="module")
def events() -> list[Recorded]:
    reader = open_reader(week())
    found = [event for chunk in reader.read() for event in chunk]
    reader.close()
    return found


def test_it_verifies_where_nobody_knows_its_key(tmp_path: Path):
    found = verify(week(), key_folder=tmp_path, thorough=True)

    assert (found.result, found.unsealed) == (Result.NOT_WITNESSED, 0)
    assert found.key_from is KeyFrom.STORE


def test_it_is_small_and_can_be_read_where_nothing_may_be_written(events: list[Recorded]):
    assert week().stat().st_size <= 1_000_000
    assert 400 <= len(events) <= 1_500
    header = week().read_bytes()[:20]
    assert header[18:20] == b"\x01\x01", "it has a journal of its own, not WAL"


def test_it_lasts_a_week(history: History):
    assert 6.5 * DAY < history.end - history.start < 8 * DAY


def test_one_night_is_a_gap(history: History):
    (gap,) = [gap for gap in history.gaps if gap.start != DAWN]

    assert gap.start < planned_moment("Thu 00:00:00") < gap.end
    assert 4 * HOUR < gap.end - gap.start < 12 * HOUR


def test_what_the_gap_hides_is_concluded_within_its_bounds(events: list[Recorded]):
    concluded = [
        event.fact
        for event in events
        if event.fact.origin == "reconciled" and event.fact.not_before is not None
    ]

    assert {fact.TOPIC for fact in concluded} >= {
        "container.exited",
        "container.removed",
        "image.found",
        "reference.pointed",
    }
    for fact in concluded:
        assert fact.not_before <= fact.occurred_at <= fact.not_after, fact


def test_a_container_runs_out_of_memory_and_another_is_unhealthy(events: list[Recorded]):
    facts = [event.fact for event in events]

    assert any(isinstance(fact, ContainerOutOfMemory) for fact in facts)
    assert any(isinstance(fact, ContainerObserved) and fact.oom_killed for fact in facts)
    assert any(isinstance(fact, HealthChanged) and fact.status == "unhealthy" for fact in facts)


def test_a_start_fails_for_a_reason_that_is_told(events: list[Recorded]):
    errors = [event.fact.error for event in events if isinstance(event.fact, ContainerObserved)]

    assert any("no such file or directory" in error for error in errors)


def test_a_version_is_rolled_back(history: History):
    (latest,) = [
        reference
        for reference in history.objects_of(REFERENCE)
        if history.name_of(reference) == "shop/web:latest"
    ]
    images = [version.image for version in history.versions_of(latest)]

    assert len(set(images)) >= 3
    assert len(set(images)) < len(images), "an image comes back"


def test_every_container_is_bound_to_its_image(events: list[Recorded]):
    kinds = (ContainerCreated, ContainerFound)
    known = {event.stream for event in events if isinstance(event.fact, kinds)}
    bound = {event.stream for event in events if isinstance(event.fact, ContainerConfigured)}

    assert known == bound
    assert len(known) > 20


def test_a_container_becomes_an_image_of_which_another_is_made(events: list[Recorded]):
    (committed,) = [event.fact for event in events if isinstance(event.fact, ContainerCommitted)]
    made = [
        event.stream
        for event in events
        if isinstance(event.fact, ContainerConfigured) and event.fact.image_id == committed.image_id
    ]

    assert committed.reference == "shop/web:hotfix"
    assert made


def test_what_was_changed_by_hand_is_seen(events: list[Recorded]):
    drifts = [event.fact for event in events if isinstance(event.fact, DriftSeen)]
    paths = {path for drift in drifts for path in (*drift.added, *drift.modified)}

    assert paths == {"/tmp/note", "/usr/share/web/about", "/usr/share/web/banner.html"}


def test_nothing_tells_where_it_was_made(events: list[Recorded]):
    stored = week().read_bytes()
    (engine,) = [event.fact for event in events if isinstance(event.fact, EngineObserved)]
    labels = [event.fact.labels for event in events if isinstance(event.fact, ContainerCreated)]
    folders = {each.get("com.docker.compose.project.working_dir") for each in labels}

    assert b"/home/sam/shop" in stored, "texts lie there in the open"
    assert not [path for path in (b"/shipslog-", b"/work/", b"/root/") if path in stored]
    assert (engine.name, engine.endpoint) == ("harbour", "unix:///var/run/docker.sock")
    assert folders == {None, "/home/sam/shop", "/home/sam/blog"}


def test_it_holds_no_secret():
    stored = week().read_bytes()

    assert b"migrate --to 14" in stored
    assert not [secret for secret in SECRETS if secret.encode() in stored]
