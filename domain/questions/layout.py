"""Places for the nodes of a lineage, so that what came of something stands to the right of it.

A tidy forest: every node is placed with its first parent, x is the generation and y the row;
below about two thousand nodes, sweeps over the generations then bring the nodes nearer to all
that they hang together with. Places are deterministic and no two nodes share one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from domain.questions.lineage import Edge, EdgeKind, Lineage

SWEEP_UP_TO = 2000
"""With more nodes the sweeps cost more than they mend."""
_SWEEPS = 4
_PARENT_RANK = {EdgeKind.VERSION: 2, EdgeKind.BASE: 0, EdgeKind.INSTANCE: 0, EdgeKind.COMMIT: 1}


class Place(NamedTuple):
    """Where a node stands: x counts generations, y rows; both from 0."""

    x: float
    y: float


def layout(lineage: Lineage) -> dict[int, Place]:
    """The place of each node, by its number."""
    order = [node.subject for node in lineage.nodes]
    parents = _first_parents(order, lineage.edges)
    ranks = _ranks(order, parents)
    rows = _tidy(order, parents)
    if len(order) <= SWEEP_UP_TO:
        rows = _swept(ranks, rows, lineage.edges)
    return {subject: Place(float(ranks[subject]), rows[subject]) for subject in order}


def _first_parents(order: Sequence[int], edges: Iterable[Edge]) -> dict[int, int]:
    """The parent that each node is placed with; circles are cut."""
    known = set(order)
    best: dict[int, tuple[int, int]] = {}
    for edge in edges:
        if edge.from_ in known and edge.to in known and edge.from_ != edge.to:
            choice = (_PARENT_RANK[edge.kind], edge.from_)
            best[edge.to] = min(best.get(edge.to, choice), choice)
    return _without_circles(order, {child: parent for child, (_, parent) in best.items()})


def _without_circles(order: Sequence[int], parents: dict[int, int]) -> dict[int, int]:
    """The parents without the links that lead back to a node's own descendants."""
    settled: set[int] = set()
    for start in order:
        line: list[int] = []
        on_line: set[int] = set()
        each: int | None = start
        while each is not None and each not in settled and each not in on_line:
            line.append(each)
            on_line.add(each)
            each = parents.get(each)
        if each in on_line:
            del parents[line[-1]]
        settled |= on_line
    return parents


def _ranks(order: Sequence[int], parents: Mapping[int, int]) -> dict[int, int]:
    """The generation of each node: 0 for those without a parent."""
    ranks: dict[int, int] = {}
    for subject in order:
        line = [subject]
        while line[-1] not in ranks and line[-1] in parents:
            line.append(parents[line[-1]])
        rank = ranks.get(line[-1], 0)
        for steps, each in enumerate(reversed(line)):
            ranks.setdefault(each, rank + steps)
    return ranks


def _tidy(order: Sequence[int], parents: Mapping[int, int]) -> dict[int, float]:
    """Rows: leaves one below the other, each parent in the middle of its children."""
    children: dict[int, list[int]] = defaultdict(list)
    for subject in order:
        if subject in parents:
            children[parents[subject]].append(subject)
    rows: dict[int, float] = {}
    free = 0
    for root in (each for each in order if each not in parents):
        waiting = [(root, False)]
        while waiting:
            subject, placed = waiting.pop()
            below = children.get(subject, [])
            if not below:
                rows[subject] = float(free)
                free += 1
            elif placed:
                rows[subject] = (rows[below[0]] + rows[below[-1]]) / 2
            else:
                waiting.append((subject, True))
                waiting.extend((child, False) for child in reversed(below))
    return rows


def _swept(
    ranks: Mapping[int, int], rows: Mapping[int, float], edges: Sequence[Edge]
) -> dict[int, float]:
    """The rows after some sweeps that move nodes towards those they hang together with."""
    near: dict[int, list[int]] = defaultdict(list)
    for edge in edges:
        if edge.from_ in ranks and edge.to in ranks:
            near[edge.from_].append(edge.to)
            near[edge.to].append(edge.from_)
    layers: dict[int, list[int]] = defaultdict(list)
    for subject, rank in ranks.items():
        layers[rank].append(subject)
    swept = dict(rows)
    for sweep in range(_SWEEPS):
        for rank in sorted(layers, reverse=bool(sweep % 2)):
            _settle(layers[rank], near, swept)
    lowest = min(swept.values(), default=0.0)
    return {subject: row - lowest for subject, row in swept.items()}


def _settle(layer: Sequence[int], near: Mapping[int, list[int]], rows: dict[int, float]) -> None:
    """Moves one generation to the middle of its neighbours, a row apart at least."""
    wished = {
        each: _middle([rows[other] for other in near[each]]) if near.get(each) else rows[each]
        for each in layer
    }
    order = sorted(layer, key=lambda each: (wished[each], rows[each], each))
    placed: list[float] = []
    for each in order:
        placed.append(max(wished[each], placed[-1] + 1.0) if placed else wished[each])
    shift = sum(wished.values()) / len(order) - sum(placed) / len(order)
    for each, row in zip(order, placed, strict=True):
        rows[each] = row + shift


def _middle(values: Sequence[float]) -> float:
    return sum(values) / len(values)
