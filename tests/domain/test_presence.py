import pytest

from domain.facts import container as container_facts
from domain.facts import image as image_facts
from domain.facts.image import How
from domain.identity import CONTAINER, IMAGE, REFERENCE
from domain.presence import Presence
from tests.domain.world import C1, C2, ENGINE, A, B, at

NOW = {"occurred_at": at(0), "recorded_at": at(0)}
CREATED = container_facts.ContainerCreated(**NOW, name="web", image="web:1")
FOUND = container_facts.ContainerFound(**NOW, name="web", image="web:1")
REMOVED = container_facts.ContainerRemoved(**NOW)


@pytest.fixture
def presence():
    return Presence()


@pytest.mark.parametrize("arrival", [CREATED, FOUND])
def test_a_container_is_there_from_its_creation_or_discovery_to_its_removal(presence, arrival):
    presence.note(CONTAINER, ENGINE, C1, arrival)
    presence.note(CONTAINER, ENGINE, C2, arrival)
    presence.note(CONTAINER, ENGINE, C1, REMOVED)
    assert presence.containers[ENGINE] == {C2}


def test_an_event_of_an_unknown_container_alone_does_not_bring_it_about(presence):
    presence.note(CONTAINER, ENGINE, C1, container_facts.ContainerStarted(**NOW))
    presence.note(CONTAINER, ENGINE, C1, REMOVED)
    assert presence.containers[ENGINE] == set()


def test_an_image_is_there_until_it_is_removed(presence):
    presence.note(IMAGE, ENGINE, A, image_facts.ImageTagged(**NOW, reference="web:1"))
    presence.note(IMAGE, ENGINE, B, image_facts.ImageFound(**NOW))
    presence.note(IMAGE, ENGINE, A, image_facts.ImageRemoved(**NOW))
    assert presence.images[ENGINE] == {B}


def test_references_point_to_the_last_image_that_was_said(presence):
    for name, image_id in (("web:2", A), ("web:1", A), ("web:2", B), ("web:3", B)):
        fact = image_facts.ReferencePointed(**NOW, image_id=image_id, how=How.TAGGED)
        presence.note(REFERENCE, ENGINE, name, fact)
    presence.note(REFERENCE, ENGINE, "web:3", image_facts.ReferenceRemoved(**NOW))
    assert presence.references[ENGINE] == {"web:1": A, "web:2": B}
    assert presence.pointing_to(ENGINE, A) == ["web:1"]
    assert presence.pointing_to(ENGINE, B) == ["web:2"]


def test_engines_are_kept_apart(presence):
    presence.note(CONTAINER, ENGINE, C1, CREATED)
    presence.note(CONTAINER, "other", C2, CREATED)
    assert presence.containers[ENGINE] == {C1}
    assert presence.engines == {ENGINE, "other"}
