"""Which image version each container is made from.

A container belongs to the version whose image is its own: of the reference that was typed, the
version at creation, else the latest before, else the first after (the reference was only found
later). A container whose image was typed as an id, or by a name of which no version is known,
belongs to any reference that held its image at creation. Where the image was never inspected,
the version that was current at creation stands for it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from adapters.readmodel import codes
from adapters.readmodel.codes import UNKNOWN
from adapters.readmodel.columns import Column
from adapters.readmodel.objects import ContainerNotes, Objects
from domain.identity import full_image_id, looks_like_id
from domain.moments import FOREVER
from domain.references import familiar


class Held(NamedTuple):
    """A stretch in which a reference held an image."""

    start: int
    end: int
    image: int
    number: int
    reference: int


class Binding(NamedTuple):
    """The image, reference and version number of a container; -1 each where unknown."""

    image: int = UNKNOWN
    reference: int = UNKNOWN
    number: int = UNKNOWN


class Bindings:
    """The bindings of all containers, and what is needed to see which ones a change concerns."""

    def __init__(self, objects: Objects, columns: dict[str, Column]) -> None:
        self._objects = objects
        self.columns = columns
        """Per object, int32: the parts of its binding."""
        self._versions: dict[int, list[Held]] = {}
        self._holders: dict[int, list[Held]] = {}
        """By image: the stretches in which any reference held it."""
        self._typed: dict[tuple[str, str], set[int]] = {}
        """Containers by (engine key, reference that was typed)."""
        self._instances: dict[int, set[int]] = {}
        """Containers by image."""
        self._born = Column(np.int64)
        """Per object: the birth of a container."""
        self._references: dict[int, str] = {}
        """The familiar form of what was typed, by the code of the text."""

    def versions_of(self, reference: int) -> Sequence[Held]:
        """The versions of a reference, by number."""
        return self._versions.get(reference, ())

    def take_up(self, versions: dict[int, list[Held]]) -> None:
        """Goes on from the bindings in the columns, which these versions gave."""
        self._grow()
        for reference, helds in versions.items():
            self._concerned(reference, helds)
        for container in self._objects.containers:
            self._typed.setdefault(self._typed_name(container), set()).add(container)
        self._note_births(self._objects.containers)
        images = self.columns["image"].view.tolist()
        for container in self._objects.containers:
            self._instances.setdefault(images[container], set()).add(container)

    def change(self, versions: dict[int, list[Held]], containers: Iterable[int]) -> None:
        """Takes new versions of references in and finds the bindings that may be others now."""
        self._grow()
        again = set(containers)
        for container in again:
            self._typed.setdefault(self._typed_name(container), set()).add(container)
        for reference, helds in versions.items():
            again |= self._concerned(reference, helds)
        if not again:
            return
        order = sorted(again)
        found = [self._bind(container) for container in order]
        for name, values in zip(Binding._fields, zip(*found, strict=True), strict=True):
            self.columns[name].set_at(np.array(order), np.array(values, np.int32))
        self._note_births(order)
        for container, binding in zip(order, found, strict=True):
            self._instances.setdefault(binding.image, set()).add(container)

    def _grow(self) -> None:
        """Makes room for the objects that are new; nothing is known of their bindings yet."""
        for column in self.columns.values():
            column.append(np.full(len(self._objects) - len(column), UNKNOWN, np.int32))

    def _note_births(self, containers: Iterable[int]) -> None:
        self._born.append(np.zeros(len(self._objects) - len(self._born), np.int64))
        births = self._born.view
        for container in containers:
            births[container] = codes.moment(born_at(self._objects.containers[container]))

    def _typed_name(self, container: int) -> tuple[str, str]:
        """(engine key, familiar reference); an empty reference where an id was typed."""
        objects = self._objects
        engine, code = objects.identities[container].engine, objects.containers[container].typed
        reference = self._references.get(code)
        if reference is None:
            typed = objects.texts.texts[code]
            reference = "" if not typed or looks_like_id(typed) else familiar(typed)
            self._references[code] = reference
        return engine, reference

    def _concerned(self, reference: int, helds: list[Held]) -> set[int]:
        """The containers whose binding may be another one with these versions."""
        before = self._versions.get(reference, [])
        same = _common(before, helds)
        if same == len(before) == len(helds):
            return set()
        since = _first_change(before, helds, same)
        gone, come = set(before[same:]), helds[same:]
        images = {held.image for held in (*gone, *come)}
        self._versions[reference] = helds
        for image in images:
            kept = [held for held in self._holders.get(image, ()) if held not in gone]
            kept += [held for held in come if held.image == image]
            self._holders[image] = sorted(kept)
        identity = self._objects.identities[reference]
        typed = self._typed.get((identity.engine, identity.object_id), set())
        others = typed.union(*(self._instances.get(image, set()) for image in images))
        if not before or not helds:
            return others
        return self._changeable(others, reference, since, same)

    def _changeable(self, containers: set[int], reference: int, since: int, same: int) -> set[int]:
        """Those that a change of the reference from version `same + 1` on may concern."""
        every = np.fromiter(containers, np.int32, len(containers))
        known = every[every < len(self._born)]
        bound = self.columns["reference"].view[known]
        renumbered = (bound == reference) & (self.columns["number"].view[known] > same)
        late = self._born.view[known] >= since
        concerned: list[int] = known[renumbered | late | (bound == UNKNOWN)].tolist()
        return {*concerned, *every[every >= len(self._born)].tolist()}

    def _bind(self, container: int) -> Binding:
        notes = self._objects.containers[container]
        image = notes.image if notes.image >= 0 else self._typed_image(container, notes)
        born = born_at(notes)
        engine, typed = self._typed_name(container)
        reference = self._objects.reference(engine, typed) if typed else None
        helds = [] if reference is None else self._versions.get(reference, [])
        if not helds:
            held = _current(self._holders.get(image, []), born) if image >= 0 else None
        elif image < 0:
            held = _current(helds, born)
        else:
            held = _nearest([each for each in helds if each.image == image], born)
        return Binding(image) if held is None else Binding(held.image, held.reference, held.number)

    def _typed_image(self, container: int, notes: ContainerNotes) -> int:
        """The image whose full id was typed."""
        typed = full_image_id(self._objects.texts.texts[notes.typed])
        if not typed.startswith("sha256:") or len(typed) != len("sha256:") + 64:
            return UNKNOWN
        return self._objects.image(self._objects.identities[container].engine, typed)


def born_at(notes: ContainerNotes) -> int:
    """The moment of a container's creation, as far as it is known."""
    found, moment, _ = notes.first
    if not found:
        return moment
    return notes.created_at or notes.engine_created_at or moment


def _common(before: list[Held], after: list[Held]) -> int:
    """How many versions at the beginning are the same."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        count += 1
    return count


def _first_change(before: list[Held], after: list[Held], same: int) -> int:
    """The moment from which on the versions differ."""
    old, new = before[same : same + 1], after[same : same + 1]
    if old and new and old[0][:1] + old[0][2:] == new[0][:1] + new[0][2:]:
        return min(old[0].end, new[0].end)
    return min((held.start for held in old + new), default=FOREVER)


def _current(helds: list[Held], moment: int) -> Held | None:
    """The version that was current at the moment; the latest one of several."""
    place = bisect_right(helds, moment, key=_start)
    return next((held for held in reversed(helds[:place]) if held.end > moment), None)


def _nearest(helds: list[Held], moment: int) -> Held | None:
    """The version current at the moment, else the latest before, else the first after."""
    if not helds:
        return None
    return helds[max(bisect_right(helds, moment, key=_start) - 1, 0)]


def _start(held: Held) -> int:
    return held.start
