"""Proofs of RFC 9162: that a leaf is in a tree, and that a tree continues an earlier one.

Leaves are counted from 0, so the event at position `p` is leaf `p - 1`. A proof is a list of
hashes, at most two for each level of the tree.
"""

from collections.abc import Sequence

from domain.ledger.merkle import EMPTY_ROOT, node_hash, tree_root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What turns the leaf at `index` into the root of all `leaves` (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"There is no leaf {index} among {len(leaves)}.")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), tree_root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), tree_root(leaves[:split])]


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """What shows that all `leaves` continue the tree of the first `size` (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: there are fewer leaves than `size`, or `size` is not positive.
    """
    if not 0 < size <= len(leaves):
        raise ValueError(f"{len(leaves)} leaves do not continue a tree of {size}.")
    return _continuation(leaves, size, whole=True)


def _continuation(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [tree_root(leaves)]
    split = _split(len(leaves))
    if size <= split:
        return [*_continuation(leaves[:split], size, whole=whole), tree_root(leaves[split:])]
    return [*_continuation(leaves[split:], size - split, whole=False), tree_root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the leaf at `index` in the tree of `size` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = node_hash(sibling, node)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def continues(
    old_root: bytes, old_size: int, root: bytes, size: int, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the tree continues the old one (RFC 9162, 2.1.4.2).

    Every tree continues the empty one, by the empty proof.
    """
    if old_size == 0:
        return old_root == EMPTY_ROOT and not proof
    if old_size == size:
        return old_root == root and not proof
    if not 0 < old_size < size or not proof:
        return False
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    first, last = old_size - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old == old_root and new == root
