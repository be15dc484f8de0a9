"""Which containers share a lane."""

from pathlib import Path

import pytest

from adapters.readmodel import ReadModel
from adapters.store.opening import create_or_open, open_reader
from app.desktop.timeline.lane_book import LaneBook
from domain.facts import Entry
from domain.facts.container import ContainerCreated, ContainerRemoved
from domain.identity import CONTAINER, stream_id
from domain.moments import SECOND

ENGINE = "abcdefabcdef"
COMPOSE = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}


class Containers:
    """Containers one after the other in a store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries: list[Entry] = []

    def live(self, name: str, start: int, end: int | None = None, **labels: str) -> None:
        """A container from one second to another."""
        stream = stream_id(CONTAINER, ENGINE, f"{len(self._entries):064x}")
        named = {f"com.docker.compose.{key}": value for key, value in labels.items()}
        born = ContainerCreated(
            occurred_at=start * SECOND,
            recorded_at=start * SECOND,
            name=name,
            image="python:3",
            labels=(COMPOSE if labels else {}) | named,
        )
        self._entries.append(Entry(stream, 1, born))
        if end is not None:
            gone = ContainerRemoved(occurred_at=end * SECOND, recorded_at=end * SECOND)
            self._entries.append(Entry(stream, 2, gone))

    def lanes(self) -> list[str]:
        """The lane of each container, by label."""
        path = self._folder / "lanes.db"
        writer = create_or_open(path, now=SECOND, keys=self._folder / "keys")
        writer.append(self._entries)
        writer.close()
        reader = open_reader(path)
        history = ReadModel.open(reader, None).history
        book = LaneBook()
        book.update(history)
        reader.close()
        lanes = book.lane_of_object()
        return [book.lanes[lanes[each]].label for each in history.objects_of(CONTAINER)]


@pytest.fixture
def containers(tmp_path: Path) -> Containers:
    """No containers yet."""
    return Containers(tmp_path)


def test_containers_of_one_name_share_a_lane(containers):
    containers.live("db", 1, 10)
    containers.live("db", 11)
    assert containers.lanes() == ["db", "db"]


def test_a_replaced_compose_container_keeps_its_lane_under_its_temporary_name(containers):
    containers.live("shop-web-1", 1, 10, **{"container-number": "1"})
    containers.live("0123456789ab_shop-web-1", 9, **{"container-number": "1"})
    assert containers.lanes() == ["web-1", "web-1"]


def test_unnamed_containers_share_lanes_as_many_as_run_at_once(containers):
    containers.live("boring_wozniak", 1, 10)
    containers.live("happy_turing", 5, 20)
    containers.live("eager_hopper3", 12)
    assert containers.lanes() == [
        "python:3 (unnamed)",
        "python:3 (unnamed) 2",
        "python:3 (unnamed)",
    ]


def test_one_off_runs_of_a_service_share_a_lane(containers):
    containers.live("shop-web-run-1a2b", 1, 10, oneoff="True")
    containers.live("shop-web-run-3c4d", 11, 20, oneoff="True")
    assert containers.lanes() == ["web (run)", "web (run)"]
