"""Many containers of one image as a few cards and one that counts the rest."""

from collections import Counter, defaultdict

import msgspec

from domain.identity import CONTAINER
from domain.questions.lineage import Edge, EdgeKind, Lineage, Node

MOST_CONTAINERS = 8
_KEPT = 6
FOLDED = "containers"
"""The kind of a card that stands for several containers."""


def folded(lineage: Lineage, subject: int | None = None) -> Lineage:
    """The lineage with the older containers of crowded images in one counted card each.

    The object asked for, and containers that something came of, keep their cards.
    """
    nodes = {node.subject: node for node in lineage.nodes}
    origins = {edge.from_ for edge in lineage.edges}
    made: defaultdict[int, list[Edge]] = defaultdict(list)
    for edge in lineage.edges:
        alone = edge.to not in origins and edge.to != subject
        if edge.kind is EdgeKind.INSTANCE and alone and nodes[edge.to].kind == CONTAINER:
            made[edge.from_].append(edge)
    gone: set[int] = set()
    cards: list[Node] = []
    lines: list[Edge] = []
    for image, edges in made.items():
        if len(edges) <= MOST_CONTAINERS:
            continue
        ordered = sorted(edges, key=lambda each: _order(nodes[each.to]))
        hidden = [nodes[each.to] for each in ordered[_KEPT:]]
        gone.update(each.subject for each in hidden)
        card = _card(image, hidden)
        cards.append(card)
        lines.append(msgspec.structs.replace(ordered[-1], to=card.subject))
    if not gone:
        return lineage
    return msgspec.structs.replace(
        lineage,
        nodes=[each for each in lineage.nodes if each.subject not in gone] + cards,
        edges=[each for each in lineage.edges if each.to not in gone] + lines,
    )


def image_of(card: int) -> int:
    """The image whose containers a card counts, by the card's number."""
    return -2 - card


def _order(node: Node) -> tuple[bool, bool, int]:
    """Those that run first, then those that are there, the newest first."""
    return node.state != "running", node.removed, -(node.since or 0)


def _card(image: int, hidden: list[Node]) -> Node:
    states = Counter(each.state or "unknown" for each in hidden)
    told = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return msgspec.structs.replace(
        hidden[0],
        subject=-2 - image,
        kind=FOLDED,
        id="",
        label=f"{len(hidden)} more containers",
        state=told,
        removed=all(each.removed for each in hidden),
    )
