"""What the recorder believes to be on the engines now: containers, images, and references."""

from collections import defaultdict
from typing import TypeAlias

from domain import identity
from domain.facts import Fact
from domain.facts import container as container_facts
from domain.facts import image as image_facts
from domain.identity import full_image_id

Standing: TypeAlias = bool | str | None
"""What is believed of an object: whether it is there, or to which image a reference points."""


class Presence:
    """The living objects of each engine, kept up with every fact; ids are full ids."""

    def __init__(self) -> None:
        self.engines: set[str] = set()
        """The keys of all engines that anything is recorded of."""
        self.containers: defaultdict[str, set[str]] = defaultdict(set)
        self.images: defaultdict[str, set[str]] = defaultdict(set)
        self.references: defaultdict[str, dict[str, str]] = defaultdict(dict)
        """For each engine, the image id that each reference points to."""
        self.committed: defaultdict[str, set[str]] = defaultdict(set)
        """For each engine, the ids of the images that were made from containers lately."""

    def note(self, kind: str, engine: str, object_id: str, fact: Fact) -> None:
        """Takes in what the fact means for the object's being there."""
        self.engines.add(engine)
        if kind == identity.CONTAINER:
            if isinstance(fact, container_facts.ContainerRemoved):
                self.containers[engine].discard(object_id)
            elif isinstance(
                fact, container_facts.ContainerCreated | container_facts.ContainerFound
            ):
                self.containers[engine].add(object_id)
            elif isinstance(fact, container_facts.ContainerCommitted) and fact.image_id:
                self.committed[engine].add(full_image_id(fact.image_id))
        elif kind == identity.IMAGE:
            if isinstance(fact, image_facts.ImageRemoved | image_facts.ImageUnlisted):
                self.images[engine].discard(object_id)
            else:
                self.images[engine].add(object_id)
        elif kind == identity.REFERENCE:
            if isinstance(fact, image_facts.ReferencePointed):
                self.references[engine][object_id] = fact.image_id
            elif isinstance(fact, image_facts.ReferenceRemoved):
                self.references[engine].pop(object_id, None)

    def standing(self, kind: str, engine: str, object_id: str) -> Standing:
        """What is believed of the object now, to be restored should that have been too early."""
        if kind == identity.CONTAINER:
            return object_id in self.containers[engine]
        if kind == identity.IMAGE:
            return object_id in self.images[engine]
        return self.references[engine].get(object_id) if kind == identity.REFERENCE else None

    def restore(self, kind: str, engine: str, object_id: str, standing: Standing) -> None:
        """Believes of the object again what was believed."""
        if kind == identity.REFERENCE:
            if isinstance(standing, str):
                self.references[engine][object_id] = standing
            else:
                self.references[engine].pop(object_id, None)
        elif kind in (identity.CONTAINER, identity.IMAGE):
            there = self.containers if kind == identity.CONTAINER else self.images
            if standing:
                there[engine].add(object_id)
            else:
                there[engine].discard(object_id)

    def pointing_to(self, engine: str, image_id: str) -> list[str]:
        """The references that point to the image, sorted."""
        pointers = self.references[engine].items()
        return sorted(name for name, pointed in pointers if pointed == image_id)
