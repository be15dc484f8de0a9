"""The filter over columns lets through what the filter over single events does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import ReadModel
from adapters.readmodel.search import candidate_of, event_mask, find_events
from domain.facts import Fact, Said, container, engine, image
from domain.identity import NETWORK, VOLUME, stream_id
from domain.questions.filters import matches, parse_filter
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.histories import histories
from tests.adapters.readmodel.memory import KEY, MemoryStore, at, image_id
from tests.adapters.readmodel.test_folding import history_of

Facts = list[tuple[str, Fact]]

TERMS = [
    "container=web",
    "container=0000",
    "container=nobody",
    "image=web",
    "image=web:1",
    "image=unknown",
    f"image={image_id(1)}",
    "event=die",
    "event=exited",
    "event=container.started",
    "event=health_status",
    '"event=health_status: unhealthy"',
    "event=create",
    "label=a",
    "label=a=b",
    "label=a=c",
    "type=container",
    "type=network",
    "type=service",
    "type=image",
    "network=front",
    "volume=data",
    "scope=local",
    "scope=swarm",
    "web",
    "137",
    "EXIT",
    "/^db$/",
    "/unhealthy|odd/",
]


@given(histories, st.lists(st.sampled_from(TERMS), max_size=4))
def test_the_columns_are_filtered_as_single_events_are(facts: Facts, terms: list[str]) -> None:
    history, wanted = history_of(facts), parse_filter(" ".join(terms))
    positions = range(1, history.head + 1)
    expected = [matches(wanted, candidate_of(history, position)) for position in positions]
    assert event_mask(history, wanted).tolist() == expected


def test_a_container_goes_by_the_image_that_was_typed_last_known() -> None:
    facts = [
        (memory.container(1), at(2, container.ContainerCreated, name="web", image="web:1")),
        (memory.container(1), at(1, container.ContainerCreated, name="web", image="web")),
    ]
    history, wanted = history_of(facts), parse_filter("image=web:1")
    expected = [matches(wanted, candidate_of(history, position)) for position in (1, 2)]
    assert event_mask(history, wanted).tolist() == expected


@pytest.fixture
def day() -> Facts:
    """A container in a network with a volume, and something that the swarm said."""
    web, swarm = memory.container(1), Said("service", "create", scope="swarm")
    return [
        (memory.image(7), at(1, image.ImageCreated)),
        (memory.reference("shop/web:2"), _pointed(2)),
        (stream_id(NETWORK, KEY, "n" * 64), _network(3)),
        (stream_id(VOLUME, KEY, "data"), at(4, engine.VolumeChanged, name="data", action="create")),
        (web, at(5, container.ContainerCreated, name="web-1", image="shop/web:2")),
        (web, at(6, container.NetworkConnected, network="front")),
        (web, at(7, container.VolumeMounted, volume="data", destination="/data")),
        (web, at(8, container.ContainerStarted)),
        (web, at(9, container.ContainerExited, exit_code=137)),
        (
            memory.engine(),
            at(10, engine.EngineReported, type="service", action="create", said=swarm),
        ),
        (web, at(11, container.ContainerReported, action="attach")),
    ]


def _pointed(moment: int) -> Fact:
    return at(moment, image.ReferencePointed, image_id=image_id(7), how=image.How.BUILT)


def _network(moment: int) -> Fact:
    return at(moment, engine.NetworkChanged, network_id="n" * 64, name="front", action="create")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", list(range(1, 12))),
        ("event=create", [1, 3, 4, 5, 10]),
        ("event=create type=network", [3]),
        ("event=die event=start", [8, 9]),
        ("type=service", [10]),
        ("type=volume", [4, 7]),
        ("network=front", [3, 6]),
        ("network=nnnn", [3]),
        ("volume=data", [4, 7]),
        ("scope=swarm", [10]),
        ("container=web event=attach", [11]),
        ("image=shop/web:2 event=die", [9]),
        ("image=shop/web", [1, 2, 5, 6, 7, 8, 9, 11]),
        ("137", [9]),
        ("/exit code 1\\d\\d/", [9]),
        ("SHOP/WEB created", [1, 5]),
    ],
)
def test_a_filter_finds_these_events_of_a_day(day: Facts, text: str, expected: list[int]) -> None:
    assert find_events(history_of(day), parse_filter(text)).tolist() == expected


def test_events_are_found_in_the_order_of_time_between_two_moments(day: Facts) -> None:
    store = MemoryStore(day)
    store.append([(memory.container(1), at(6, container.ContainerPaused))])
    history = ReadModel.open(store, None).history
    assert find_events(history, parse_filter(""), 6, 8).tolist() == [6, 12, 7, 8]
    assert find_events(history, parse_filter("type=container"), 6, 8).tolist() == [12, 8]
