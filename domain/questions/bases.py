"""Which image another was built from, and by which evidence that is known.

From the strongest to the weakest: the parent that the engine names, the longest strict prefix
of layers among the images known before, a label that names the base and was not inherited from
it. Several images with the same layers make the prefix ambiguous.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import msgspec

from domain.facts.image import Description
from domain.references import familiar

_NAME_LABEL = "org.opencontainers.image.base.name"
_DIGEST_LABEL = "org.opencontainers.image.base.digest"


class Evidence(StrEnum):
    """How the base of an image is known."""

    PARENT = "parent"
    LAYERS = "layers"
    LABEL = "label"
    AMBIGUOUS = "ambiguous"


class KnownImage(msgspec.Struct, frozen=True):
    """An image that was described, with its number in the history."""

    image: int
    id: str
    engine: str
    known_at: int
    """The moment of the first fact about it."""
    description: Description


class Base(msgspec.Struct, frozen=True):
    """The base of an image; of several candidates the one that was known last."""

    image: int
    evidence: Evidence
    candidates: tuple[int, ...] = ()
    """All images that may be the base, where the evidence is ambiguous."""


Holder = Callable[[str, str, int], int | None]
"""(engine key, reference, moment) -> the image that the reference held."""


def find_bases(images: Iterable[KnownImage], holder: Holder) -> dict[int, Base]:
    """The base of each image for which there is evidence."""
    known = sorted(images, key=lambda each: (each.known_at, each.image))
    by_id = {(each.engine, each.id): each for each in known}
    tree = _LayerTree(known)
    found: dict[int, Base] = {}
    for each in known:
        base = _base_of(each, by_id, tree, holder)
        if base is not None:
            found[each.image] = base
    return found


def _base_of(
    child: KnownImage,
    by_id: dict[tuple[str, str], KnownImage],
    tree: "_LayerTree",
    holder: Holder,
) -> Base | None:
    parent = by_id.get((child.engine, child.description.parent))
    if parent is not None and parent is not child:
        return Base(parent.image, Evidence.PARENT)
    candidates = tree.longest_prefix(child)
    if len(candidates) == 1:
        return Base(candidates[0].image, Evidence.LAYERS)
    claimed = _claimed(child, by_id, holder)
    if not candidates:
        return None if claimed is None else Base(claimed.image, Evidence.LABEL)
    if claimed is not None and claimed in candidates:
        return Base(claimed.image, Evidence.LABEL)
    return Base(candidates[-1].image, Evidence.AMBIGUOUS, tuple(each.image for each in candidates))


def _claimed(
    child: KnownImage, by_id: dict[tuple[str, str], KnownImage], holder: Holder
) -> KnownImage | None:
    """The image that the labels name as the base, unless the label is the base's own."""
    labels = child.description.labels
    base: KnownImage | None = None
    label = _DIGEST_LABEL
    if digest := labels.get(label):
        base = by_id.get((child.engine, digest)) or _with_digest(by_id, child.engine, digest)
    if base is None and (name := labels.get(_NAME_LABEL)):
        label = _NAME_LABEL
        held = holder(child.engine, familiar(name), child.known_at)
        base = next((each for each in by_id.values() if each.image == held), None)
    if base is None or base is child or base.description.labels.get(label) == labels[label]:
        return None
    return base


def _with_digest(
    by_id: dict[tuple[str, str], KnownImage], engine: str, digest: str
) -> KnownImage | None:
    return next(
        (
            each
            for each in by_id.values()
            if each.engine == engine
            and any(name.endswith(f"@{digest}") for name in each.description.repo_digests)
        ),
        None,
    )


class _LayerTree:
    """Images by their layers: each step down the tree is one more layer."""

    def __init__(self, images: Sequence[KnownImage]) -> None:
        self._steps: dict[tuple[int, str], int] = {}
        self._images: dict[int, list[KnownImage]] = {}
        self._places: dict[int, int] = {}
        for order, each in enumerate(images):
            self._places[each.image] = order
            path = self._path(each)
            if len(path) > 1:
                self._images.setdefault(path[-1], []).append(each)

    def longest_prefix(self, child: KnownImage) -> list[KnownImage]:
        """The images known before with the most layers of those that the child adds to."""
        place = self._places[child.image]
        for node in reversed(self._path(child)[1:-1]):
            found = [
                each for each in self._images.get(node, ()) if self._places[each.image] < place
            ]
            if found:
                return found
        return []

    def _path(self, each: KnownImage) -> list[int]:
        """The nodes from the engine's root down to the image's last layer."""
        steps = self._steps
        path = [steps.setdefault((-1, each.engine), len(steps))]
        for layer in each.description.layers:
            path.append(steps.setdefault((path[-1], layer), len(steps)))
        return path
