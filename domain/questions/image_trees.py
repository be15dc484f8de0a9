"""Which images another begins with, by its layers and by its history.

Images that differ in metadata alone have the same layers, so the history decides where it is known:
a base's instructions are the first ones of what was built on it. Where it is not known the layers
alone must do, and what was known first is the base.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Path = list[int]


class Known(NamedTuple):
    """An image in the order in which they came to be known."""

    image: int
    engine: str
    layers: tuple[str, ...]
    steps: tuple[str, ...]


class _Tree:
    """Images by their steps of one kind: each step down the tree is one more."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[int, str], int] = {}
        self._images: dict[int, list[int]] = {}

    def path(self, engine: str, steps: Sequence[str]) -> Path:
        """The nodes from the engine's root down to the last step."""
        nodes = self._nodes
        path = [nodes.setdefault((-1, engine), len(nodes))]
        for step in steps:
            path.append(nodes.setdefault((path[-1], step), len(nodes)))
        return path

    def put(self, path: Path, image: int) -> None:
        self._images.setdefault(path[-1], []).append(image)

    def at(self, node: int) -> Sequence[int]:
        return self._images.get(node, ())


class ImageTree:
    """All images of a history; the engine is the root of its own tree."""

    def __init__(self, images: Iterable[Known]) -> None:
        self._layers, self._steps = _Tree(), _Tree()
        self._known: dict[int, Known] = {}
        self._places: dict[int, int] = {}
        for place, each in enumerate(images):
            self._known[each.image], self._places[each.image] = each, place
            if each.layers:
                self._layers.put(self._layers.path(each.engine, each.layers), each.image)
            if each.steps and each.layers:
                self._steps.put(self._steps.path(each.engine, each.steps), each.image)

    def bases_of(self, image: int) -> list[int]:
        """The images that this one can have been built on, as they came to be known."""
        child = self._known[image]
        if child.steps:
            by_history = self._by_history(child)
            if by_history:
                return by_history
        return self._by_layers(child)

    def _by_history(self, child: Known) -> list[int]:
        """Those with the most of the child's first instructions, whose layers it begins with."""
        for node in reversed(self._steps.path(child.engine, child.steps)[1:-1]):
            found = [each for each in self._steps.at(node) if self._has_layers_of(child, each)]
            if found:
                return found
        return []

    def _has_layers_of(self, child: Known, base: int) -> bool:
        layers = self._known[base].layers
        return child.layers[: len(layers)] == layers

    def _by_layers(self, child: Known) -> list[int]:
        """Those known before with the most of the child's layers, one less at least.

        What has a history that the child's does not begin with is not its base.
        """
        place = self._places[child.image]
        for node in reversed(self._layers.path(child.engine, child.layers)[1:-1]):
            found = [
                each
                for each in self._layers.at(node)
                if self._places[each] < place and not (child.steps and self._known[each].steps)
            ]
            if found:
                return found
        return []
