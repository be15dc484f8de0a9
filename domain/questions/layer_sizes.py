"""How large each layer of an image is: engines tell it of instructions, not of layers."""

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.facts.image import Description, Instruction

_MAKES_A_LAYER = re.compile(r"(?:^|#\(nop\)\s*|\|\d+ .*)(?:RUN|COPY|ADD|WORKDIR)\b")
_CLASSIC_RUN = re.compile(r"^(?:/bin/sh -c |cmd /S /C )(?!#\(nop\))")


def layer_sizes(description: Description) -> dict[str, int]:
    """The bytes of each layer, by diff id; nothing where instructions and layers do not match.

    An instruction that wrote nothing has a layer without bytes, or none at all: its words tell.
    """
    layers, history = description.layers, description.history
    for fits in (_has_bytes, _may_have_a_layer, _any):
        chosen = [each for each in history if fits(each)]
        if len(chosen) == len(layers):
            return {layer: each.size for layer, each in zip(layers, chosen, strict=True)}
    return {}


def known_layers(descriptions: Iterable[Description]) -> dict[str, int]:
    """The bytes of all layers of these images that can be told."""
    found: dict[str, int] = {}
    for each in descriptions:
        found.update(layer_sizes(each))
    return found


def freed(
    taken: Sequence[Description], kept: Sequence[Description], sizes: Mapping[str, int]
) -> int | None:
    """The bytes that would be freed: of layers that no other image has; None if one is unknown."""
    gone = {layer for each in taken for layer in each.layers}
    gone -= {layer for each in kept for layer in each.layers}
    if any(layer not in sizes for layer in gone):
        return None
    return sum(sizes[layer] for layer in gone)


def _has_bytes(instruction: Instruction) -> bool:
    return instruction.size > 0


def _may_have_a_layer(instruction: Instruction) -> bool:
    text = instruction.text
    worded = _MAKES_A_LAYER.search(text) or _CLASSIC_RUN.match(text)
    return instruction.size > 0 or worded is not None


def _any(instruction: Instruction) -> bool:
    return True
