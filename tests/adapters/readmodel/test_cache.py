"""The columns on disk: they come back as they were, or not at all."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import ReadModel, cache
from domain.facts import Fact
from domain.facts.container import (
    ContainerCreated,
    ContainerObserved,
    ContainerStarted,
    ContainerState,
)
from domain.facts.image import How, ReferencePointed, ReferenceRemoved
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.histories import histories
from tests.adapters.readmodel.memory import MemoryStore, at
from tests.adapters.readmodel.test_folding import everything

Facts = list[tuple[str, Fact]]

FACTS: Facts = [
    (memory.container(1), at(1, ContainerCreated, name="web", image="web:1", labels={"a": "b"})),
    (memory.container(1), at(2, ContainerStarted)),
]


def saved(facts: Facts, folder: Path) -> MemoryStore:
    store = MemoryStore(facts)
    ReadModel.open(store, folder).save()
    return store


@given(histories, histories)
def test_a_history_goes_on_from_the_cache_as_if_it_had_never_stopped(
    tmp_path_factory, first: Facts, then: Facts
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    store = saved(first, folder)
    store.append(then)
    from_cache = ReadModel.open(store, folder).history
    assert everything(from_cache) == everything(ReadModel.open(store, None).history)


def test_a_reference_that_goes_after_the_cache_was_kept_concerns_containers_seen_before(
    tmp_path: Path,
) -> None:
    container, reference = memory.container(1), memory.reference("web:latest")
    seen = at(1, ContainerObserved, state=ContainerState.CREATED)
    pointed = at(1, ReferencePointed, image_id=memory.image_id(1), how=How.TAGGED)
    store = saved([*[(container, seen)] * 4, (reference, pointed)], tmp_path)
    for image in ("web", "web:1"):
        store.append([(container, at(1, ContainerCreated, name="web", image=image))])
    store.append([(reference, at(1, ReferenceRemoved))])
    from_cache = ReadModel.open(store, tmp_path).history
    assert everything(from_cache) == everything(ReadModel.open(store, None).history)


@pytest.fixture
def facts() -> Facts:
    from domain.facts import container
    from tests.adapters.readmodel import memory
    from tests.adapters.readmodel.memory import at

    created = at(1, container.ContainerCreated, name="web", image="web:1", labels={"a": "b"})
    return [
        (memory.container(1), created),
        (memory.container(1), at(2, container.ContainerStarted)),
    ]


def test_the_cache_is_readable_for_its_owner_only(facts: Facts, tmp_path: Path) -> None:
    store = saved(facts, tmp_path / "deep" / "cache")
    file = cache.path_of(tmp_path / "deep" / "cache", store.uuid)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_cache_of_a_store_that_was_cut_or_rewritten_is_not_used(
    facts: Facts, tmp_path: Path
) -> None:
    store = saved(facts, tmp_path)
    assert cache.load(tmp_path, store) is not None
    del store.stored[-1]
    assert cache.load(tmp_path, store) is None
    store.append(facts[:1])
    assert cache.load(tmp_path, store) is None


def test_a_cache_of_another_version_is_not_used(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = saved(facts, tmp_path)
    monkeypatch.setattr(cache, "VERSION", cache.VERSION + 1)
    assert cache.load(tmp_path, store) is None


def test_a_cache_under_the_name_of_another_store_is_not_used(facts: Facts, tmp_path: Path) -> None:
    store = saved(facts, tmp_path)
    other = MemoryStore(facts)
    other.uuid = "00000000-0000-0000-0000-000000000002"
    cache.path_of(tmp_path, store.uuid).rename(cache.path_of(tmp_path, other.uuid))
    assert cache.load(tmp_path, other) is None


@given(data=st.data())
def test_a_damaged_cache_is_noticed_and_the_columns_are_built_again(tmp_path_factory, data) -> None:

    folder = tmp_path_factory.mktemp("cache")
    store = saved(FACTS, folder)
    file = cache.path_of(folder, store.uuid)
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
        file.write_bytes(content)
    else:
        file.write_bytes(content[:place])
    assert cache.load(folder, store) is None
    assert [each.name for each in ReadModel.open(store, folder).history.containers_at(1)] == ["web"]


def test_building_again_is_logged(
    facts: Facts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = saved(facts, tmp_path)
    cache.path_of(tmp_path, store.uuid).write_bytes(b"nonsense")
    with caplog.at_level(logging.INFO, logger="adapters.readmodel.cache"):
        ReadModel.open(store, tmp_path)
    assert "built again" in caplog.text


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    facts: Facts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    model = ReadModel.open(MemoryStore(facts), tmp_path / "file" / "cache")
    model.save()
    assert "not kept" in caplog.text
    assert model.history.head == 2


def test_spans_that_a_late_fact_made_wrong_are_not_kept(facts: Facts, tmp_path: Path) -> None:
    store = MemoryStore(facts)
    model = ReadModel.open(store, tmp_path)
    store.append([(memory.container(1), at(1, ContainerStarted))])
    model.catch_up()
    model.save()
    assert len(model.history.container_spans) == 5
    assert len(ReadModel.open(store, tmp_path).history.container_spans) == 3
