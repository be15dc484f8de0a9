"""What holds the disk: which images containers still need, and what a prune would take."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from domain.facts.engine import ResourcesPruned
from domain.facts.image import Description, ImageDescribed
from domain.identity import IMAGE, stream_id
from domain.questions.answers import ContainerAt, ImageAt
from domain.questions.history import History
from domain.questions.layer_sizes import freed, known_layers
from domain.questions.show import Reading
from domain.questions.writing import Json, written, written_moment


class Kept(StrEnum):
    """Why an image is still there."""

    IN_USE = "in_use"
    """A container is made from it, running or not: no prune takes it."""
    UNUSED = "unused"
    """It has a name but no container: `docker image prune --all` takes it."""
    DANGLING = "dangling"
    """It has neither: every prune of images takes it."""
    STEP = "step"
    """It has neither, but another image was built on it."""


class Needing(msgspec.Struct, frozen=True):
    """A container that needs an image."""

    id: str
    name: str
    state: str | None


class HeldImage(msgspec.Struct, frozen=True):
    """An image that was on its engine, and who needs it; sizes in bytes."""

    id: str
    engine: str
    engine_name: str
    name: str
    """A name that points to it, else the version that it was, `shop/web:1 #3`."""
    references: tuple[str, ...]
    size: int | None
    own_size: int | None
    """What only this image has, so that its removal would free it; None where unknown."""
    kept: str
    needed_by: list[Needing]


class Pruning(msgspec.Struct, frozen=True):
    """What a prune would take."""

    images: int
    size: int | None
    """What it would free; None where the size of a layer is not known.

    Less where the build cache has the same layers, of which engines tell nothing.
    """
    at_most: int
    """The sizes of the images, layers that they share counted again."""


class Pruned(msgspec.Struct, frozen=True):
    """A prune that was done."""

    at: int
    what: str
    """Containers, images, volumes, networks or the builder's cache, as the engine calls them."""
    reclaimed_bytes: int | None
    event: int


class Disk(msgspec.Struct, frozen=True):
    """What holds the disk of one engine."""

    engine: str
    engine_name: str
    images: list[HeldImage]
    """The largest first."""
    all_images: Pruning
    """What there is."""
    dangling: Pruning
    """What `docker image prune` would take."""
    unused: Pruning
    """What `docker image prune --all` would take."""
    pruned: list[Pruned]
    """The prunes up to the moment, the newest first."""


def disk_at(history: History, reading: Reading, moment: int) -> list[Disk]:
    """What held the disk of each engine at a moment."""
    images: defaultdict[str, list[ImageAt]] = defaultdict(list)
    for image in history.images_at(moment):
        images[image.engine].append(image)
    needing: defaultdict[tuple[str, str | None], list[ContainerAt]] = defaultdict(list)
    for container in history.containers_at(moment):
        needing[container.engine, container.image_id].append(container)
    prunes = _prunes(history, reading, moment)
    found = []
    for engine in sorted({*images, *prunes}, key=lambda key: (history.engine_name(key), key)):
        there = images[engine]
        known = _descriptions(history, reading, there, moment)
        held = _held(history, there, known, needing, moment)
        found.append(_disk(history, engine, held, known, prunes.get(engine, [])))
    return found


def _held(
    history: History,
    there: Sequence[ImageAt],
    known: dict[str, Description],
    needing: dict[tuple[str, str | None], list[ContainerAt]],
    moment: int,
) -> list[HeldImage]:
    sizes = known_layers(known.values())
    steps = {each.parent for each in known.values() if each.parent}
    owners: defaultdict[str, int] = defaultdict(int)
    for description in known.values():
        for layer in set(description.layers):
            owners[layer] += 1
    held = []
    for image in there:
        needed = needing.get((image.engine, image.id), [])
        own = None
        if image.id in known:
            single = {layer for layer in known[image.id].layers if owners[layer] == 1}
            if single <= sizes.keys():
                own = sum(sizes[layer] for layer in single)
        held.append(
            HeldImage(
                id=image.id,
                engine=image.engine,
                engine_name=image.engine_name,
                name=_name(history, image, moment),
                references=image.references,
                size=image.size,
                own_size=own,
                kept=_kept(image, bool(needed), image.id in steps).value,
                needed_by=[Needing(each.id, each.name, each.state) for each in needed],
            )
        )
    return sorted(held, key=lambda each: (-(each.size or 0), each.id))


def _kept(image: ImageAt, needed: bool, is_step: bool) -> Kept:
    if needed:
        return Kept.IN_USE
    if image.references:
        return Kept.UNUSED
    return Kept.STEP if is_step else Kept.DANGLING


def _disk(
    history: History,
    engine: str,
    held: list[HeldImage],
    known: dict[str, Description],
    pruned: list[Pruned],
) -> Disk:
    by_kept = {kept: [each for each in held if each.kept == kept.value] for kept in Kept}
    dangling = by_kept[Kept.DANGLING]
    unused = [each for each in held if each.kept != Kept.IN_USE.value]
    return Disk(
        engine=engine,
        engine_name=history.engine_name(engine),
        images=held,
        all_images=_pruning(held, [], known),
        dangling=_pruning(dangling, [each for each in held if each not in dangling], known),
        unused=_pruning(unused, by_kept[Kept.IN_USE], known),
        pruned=pruned,
    )


def _pruning(
    taken: Sequence[HeldImage], kept: Sequence[HeldImage], known: dict[str, Description]
) -> Pruning:
    every = [known.get(each.id) for each in (*taken, *kept)]
    size = None
    if None not in every:
        told = [each for each in every if each is not None]
        size = freed(told[: len(taken)], told[len(taken) :], known_layers(known.values()))
    return Pruning(len(taken), size, sum(each.size or 0 for each in taken))


def _descriptions(
    history: History, reading: Reading, images: Iterable[ImageAt], moment: int
) -> dict[str, Description]:
    """What inspection told of the images up to the moment, with their instructions."""
    subjects = (history.object_of(stream_id(IMAGE, each.engine, each.id)) for each in images)
    chosen = [each for each in subjects if each is not None]
    events = history.events_of((ImageDescribed,), chosen) if chosen else []
    named = {each.position: history.identity_of(each.subject).object_id for each in events}
    return {
        named[each.position]: each.fact.description
        for each in reading(list(named))
        if isinstance(each.fact, ImageDescribed) and each.fact.occurred_at <= moment
    }


def _prunes(history: History, reading: Reading, moment: int) -> dict[str, list[Pruned]]:
    events = [each for each in history.events_of((ResourcesPruned,)) if each.moment <= moment]
    engines = {each.position: history.identity_of(each.subject).engine for each in events}
    found: defaultdict[str, list[Pruned]] = defaultdict(list)
    for each in reversed(reading(list(engines))):
        fact = each.fact
        if isinstance(fact, ResourcesPruned):
            told = Pruned(fact.occurred_at, fact.kind, fact.reclaimed_bytes, each.position)
            found[engines[each.position]].append(told)
    return dict(found)


def _name(history: History, image: ImageAt, moment: int) -> str:
    subject = history.object_of(stream_id(IMAGE, image.engine, image.id))
    return image.id if subject is None else history.name_of(subject, moment)


def to_json(answer: Sequence[Disk], at: int, position: int) -> Json:
    """What holds the disk, as `shipslog state --disk --format json` prints it."""
    return {
        "at": written_moment(at),
        "position": position,
        "engines": [
            {
                "engine": each.engine,
                "engine_name": each.engine_name,
                "images": written(each.images),
                "all_images": written(each.all_images),
                "dangling": written(each.dangling),
                "unused": written(each.unused),
                "pruned": written(each.pruned),
            }
            for each in answer
        ],
    }
