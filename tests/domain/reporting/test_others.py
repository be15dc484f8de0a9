"""Networks, volumes, prunes, the engine itself, and all for which there is no word."""

import pytest

from domain.identity import CONTAINER, ENGINE
from tests.domain.world import C1, World, event, topics
from tests.domain.world import ENGINE as KEY


def told(*events):
    world = World()
    world.hears(*events)
    return world


@pytest.mark.parametrize(
    ("action", "topic"),
    [("connect", "network_connected"), ("disconnect", "network_disconnected")],
)
def test_a_network_that_a_container_joins_or_leaves_belongs_to_its_life(action, topic):
    world = told(event(f"network {action}", "net1", 1, container=C1, name="shop", type="bridge"))
    assert world.life() == [topic]
    (fact,) = world.facts
    assert fact.network == "shop"
    assert fact.said.actor == "net1"
    assert fact.said.attributes == {"container": C1, "name": "shop", "type": "bridge"}


@pytest.mark.parametrize(
    ("action", "topic"),
    [("connect", "network_connected"), ("disconnect", "network_disconnected")],
)
def test_podman_has_the_container_for_an_actor_when_it_joins_a_network(action, topic):
    world = told(event(f"network {action}", C1, 1, name="web", network="shop", image="", podId=""))
    assert world.life() == [topic]
    (fact,) = world.facts
    assert fact.network == "shop"
    assert fact.said.actor is None
    assert fact.said.attributes == {"name": "web", "network": "shop", "image": "", "podId": ""}


@pytest.mark.parametrize("action", ["create", "remove"])
def test_podman_names_a_network_in_an_attribute_of_its_own(action):
    said = event(f"network {action}", "net1", 1, name="", network="shop", driver="bridge", podId="")
    (fact,) = told(said).facts
    assert (fact.TOPIC, fact.network_id, fact.name) == ("network.changed", "net1", "shop")


def test_a_volume_that_a_container_mounts_belongs_to_its_life():
    attributes = {"container": C1, "destination": "/data", "driver": "local", "read/write": "true"}
    world = told(
        event("volume mount", "shop-data", 1, **attributes),
        event("volume unmount", "shop-data", 2, container=C1, driver="local"),
    )
    assert world.life() == ["volume_mounted", "volume_unmounted"]
    mounted, unmounted = world.facts
    assert (mounted.volume, mounted.destination) == ("shop-data", "/data")
    assert unmounted.volume == "shop-data"


@pytest.mark.parametrize("action", ["create", "destroy", "remove", "update", "connect"])
def test_other_events_of_a_network_are_the_engines(action):
    world = told(event(f"network {action}", "net1", 1, name="shop", type="bridge"))
    assert world.streams() == [(ENGINE, KEY)]
    (fact,) = world.facts
    assert (fact.TOPIC, fact.network_id) == ("network.changed", "net1")
    assert (fact.name, fact.action) == ("shop", action)


def test_a_volume_is_named_by_the_actor_or_on_podman_by_an_attribute():
    world = told(
        event("volume create", "shop-data", 1, driver="local"),
        event("volume create", "", 2, name="shop-data", image="", podId=""),
    )
    assert [fact.name for fact in world.facts] == ["shop-data", "shop-data"]
    assert topics(world.facts) == ["volume.changed"] * 2
    assert [fact.said.actor for fact in world.facts] == ["shop-data", ""]


@pytest.mark.parametrize("kind", ["container", "image", "network", "volume", "builder", "x"])
def test_a_prune_tells_what_was_won(kind):
    world = told(event(f"{kind} prune", "", 1, reclaimed="4096"))
    assert world.streams() == [(ENGINE, KEY)]
    (fact,) = world.facts
    assert (fact.TOPIC, fact.kind, fact.reclaimed_bytes) == ("engine.pruned", kind, 4096)


def test_a_prune_that_does_not_say_what_was_won_is_a_prune_all_the_same():
    (fact,) = told(event("image prune", "", 1)).facts
    assert (fact.TOPIC, fact.reclaimed_bytes) == ("engine.pruned", None)


def test_a_reload_is_told_with_its_settings():
    (fact,) = told(event("daemon reload", "daemon-1", 1, name="host", debug="true")).facts
    assert fact.TOPIC == "engine.reconfigured"
    assert fact.said.attributes == {"name": "host", "debug": "true"}


@pytest.mark.parametrize(
    "said",
    [
        event("plugin enable", "p1", 1, name="vieux/sshfs"),
        event("service update", "s1", 1, **{"replicas.new": "2"}),
        event("pod create", "p1", 1, name="pod"),
        event("system refresh", "", 1, image="", name="", podId=""),
        event("container create", "", 1, name="web"),
        event("image build", "", 1, name="a" * 64),
        event("daemon something", "d1", 1),
        event(" ", "", 1),
    ],
)
def test_what_has_no_word_here_is_kept_as_it_was_said(said):
    world = told(said)
    assert world.streams() == [(ENGINE, KEY)]
    (fact,) = world.facts
    assert (fact.TOPIC, fact.type, fact.action) == ("engine.reported", said.type, said.action)
    assert fact.said.attributes == said.attributes
    assert fact.said.actor == said.actor


def test_the_scope_of_a_swarm_is_kept():
    from msgspec.structs import replace

    (fact,) = told(replace(event("service update", "s1", 1), scope="swarm")).facts
    assert fact.said.scope == "swarm"


def test_nothing_is_inspected_for_any_of_these():
    world = World()
    assert world.hears(event("network connect", "net1", 1, container=C1)) == []
    assert world.hears(event("volume create", "v", 1)) == []
    assert world.hears(event("plugin enable", "p1", 1)) == []
    assert [kind for kind, _ in world.streams()] == [CONTAINER, ENGINE, ENGINE]
