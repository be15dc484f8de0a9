"""Which image another was built from, and by which evidence that is known.

From the strongest to the weakest: the builder's own record; the parent that the engine names; the
image whose layers and history the other's begin with; a label that names the base and was not
inherited from it. Where several images fit and none of these decides, the base is ambiguous.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from domain.build_record import BaseConfiguration
from domain.facts.image import Description
from domain.questions.image_trees import ImageTree, Known
from domain.references import familiar

_NAME_LABEL = "org.opencontainers.image.base.name"
_DIGEST_LABEL = "org.opencontainers.image.base.digest"


class Evidence(StrEnum):
    """How the base of an image is known."""

    BUILD_RECORD = "build record"
    PARENT = "parent"
    LAYERS = "layers"
    """Where the engine told the images' histories, by these too."""
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
    steps: tuple[str, ...] = ()
    """The marks of its instructions; empty where the engine did not tell them."""
    content: str = ""
    """The mark of its content."""


class Base(msgspec.Struct, frozen=True):
    """The base of an image; of several candidates the one that was known last."""

    image: int
    evidence: Evidence
    candidates: tuple[int, ...] = ()
    """All images that may be the base, where the evidence is ambiguous."""


class BuiltOn(msgspec.Struct, frozen=True):
    """What a builder's record tells of the base of what it built."""

    digests: tuple[str, ...] = ()
    """Of all images that a stage was built from or copied from."""
    configurations: tuple[BaseConfiguration, ...] = ()


Holder = Callable[[str, str, int], int | None]
"""(engine key, reference, moment) -> the image that the reference held."""


def find_bases(
    images: Iterable[KnownImage], holder: Holder, built_on: Mapping[int, BuiltOn] | None = None
) -> dict[int, Base]:
    """The base of each image for which there is evidence; `built_on` by image."""
    search = _Search(images, holder, built_on or {})
    found = ((each.image, search.base_of(each)) for each in search.known)
    return {image: base for image, base in found if base is not None}


class _Search:
    """The images among which bases are looked for."""

    def __init__(
        self, images: Iterable[KnownImage], holder: Holder, built_on: Mapping[int, BuiltOn]
    ) -> None:
        self.known = sorted(images, key=lambda each: (each.known_at, each.image))
        self.by_id = {(each.engine, each.id): each for each in self.known}
        self._by_number = {each.image: each for each in self.known}
        self._by_digest = {
            (each.engine, name.rpartition("@")[2]): each
            for each in reversed(self.known)
            for name in each.description.repo_digests
        }
        by_layers: dict[tuple[str, tuple[str, ...]], list[KnownImage]] = {}
        for each in self.known:
            by_layers.setdefault((each.engine, each.description.layers), []).append(each)
        self._by_layers = by_layers
        self._tree = ImageTree(
            Known(each.image, each.engine, each.description.layers, each.steps)
            for each in self.known
        )
        self._holder = holder
        self._built_on = built_on

    def base_of(self, child: KnownImage) -> Base | None:
        """The base of the image; None where nothing tells of one."""
        recorded = self._recorded(child)
        if recorded is not None:
            return Base(recorded.image, Evidence.BUILD_RECORD)
        parent = self.by_id.get((child.engine, child.description.parent))
        if parent is not None and parent is not child:
            return Base(parent.image, Evidence.PARENT)
        candidates = [self._by_number[each] for each in self._tree.bases_of(child.image)]
        if len(candidates) > 1 and _alike(candidates):
            candidates = [_last_before(candidates, child)]
        if len(candidates) == 1:
            return Base(candidates[0].image, Evidence.LAYERS)
        claimed = self._claimed(child)
        if not candidates:
            return None if claimed is None else Base(claimed.image, Evidence.LABEL)
        if claimed is not None and claimed in candidates:
            return Base(claimed.image, Evidence.LABEL)
        everything = tuple(each.image for each in candidates)
        return Base(candidates[-1].image, Evidence.AMBIGUOUS, everything)

    def _recorded(self, child: KnownImage) -> KnownImage | None:
        """The base by the builder's record, where just one image with one content fits it."""
        told = self._built_on.get(child.image)
        if told is None:
            return None
        named = [
            base
            for digest in told.digests
            if (base := self._with_digest(child.engine, digest)) is not None and base is not child
        ]
        fitting = [
            each
            for configuration in told.configurations
            for each in self._by_layers.get((child.engine, configuration.layers), ())
            if configuration.fits(each.description.layers, each.description.created_at)
            and each is not child
        ]
        # The record names what was copied from too; the base is what the layers begin with.
        candidates = [each for each in fitting if each in named] or fitting
        if not told.configurations:
            candidates = [each for each in named if _begins_with(child, each)]
        if len(candidates) > 1 and _alike(candidates):
            return _last_before(candidates, child)
        return candidates[0] if len(candidates) == 1 else None

    def _claimed(self, child: KnownImage) -> KnownImage | None:
        """The image that the labels name as the base, unless the label is the base's own."""
        labels = child.description.labels
        base: KnownImage | None = None
        label = _DIGEST_LABEL
        if digest := labels.get(label):
            base = self._with_digest(child.engine, digest)
        if base is None and (name := labels.get(_NAME_LABEL)):
            label = _NAME_LABEL
            held = self._holder(child.engine, familiar(name), child.known_at)
            base = None if held is None else self._by_number.get(held)
        if base is None or base is child or base.description.labels.get(label) == labels[label]:
            return None
        return base

    def _with_digest(self, engine: str, digest: str) -> KnownImage | None:
        return self.by_id.get((engine, digest)) or self._by_digest.get((engine, digest))


def _begins_with(child: KnownImage, base: KnownImage) -> bool:
    layers = base.description.layers
    return bool(layers) and child.description.layers[: len(layers)] == layers


def _alike(candidates: Sequence[KnownImage]) -> bool:
    """Whether all have one content: then it matters little which of them it was."""
    return candidates[0].content != "" and len({each.content for each in candidates}) == 1


def _last_before(candidates: Sequence[KnownImage], child: KnownImage) -> KnownImage:
    """The one that was known last before the child, else the first that came to be known."""
    before = [each for each in candidates if each.known_at <= child.known_at]
    return before[-1] if before else candidates[0]
