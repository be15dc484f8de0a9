"""The Merkle tree of RFC 9162 over the stored events; position 1 is leaf 0.

A leaf binds everything that a stored event is: its position, its place in its stream, its topic
and the stored bytes themselves, never a second serialisation of them.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Self

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves (RFC 9162, 2.1.1)."""

_NODE = b"\x01"
_LENGTHS = tuple(length.to_bytes(4, "big") for length in range(4096))
"""The length prefixes of nearly all parts, made once: hashing runs a million times."""


def _length(data: bytes) -> bytes:
    size = len(data)
    return _LENGTHS[size] if size < 4096 else size.to_bytes(4, "big")


@lru_cache(maxsize=1024)
def _prefixed(text: str) -> bytes:
    data = text.encode()
    return _length(data) + data


_LEAF = b"\x00" + _prefixed("shipslog/1")


def leaf_hash(position: int, stream: str, version: int, topic: str, state: bytes) -> bytes:
    """The leaf of one stored event: SHA-256 over `0x00` and the length-prefixed parts.

    The parts are `shipslog/1`, position, stream id, version, topic and state; a length is four
    bytes, big-endian; numbers are written in decimal. What a damaged file has in the place of a
    part raises TypeError, ValueError or AttributeError: nothing is taken for what it is not.
    """
    place, stream_id, number = f"{position:d}".encode(), stream.encode(), f"{version:d}".encode()
    parts = (
        _LEAF,
        _LENGTHS[len(place)],
        place,
        _LENGTHS[len(stream_id)] if len(stream_id) < 4096 else _length(stream_id),
        stream_id,
        _LENGTHS[len(number)],
        number,
        _prefixed(topic),
        _LENGTHS[len(state)] if len(state) < 4096 else _length(state),
        state,
    )
    return sha256(b"".join(parts)).digest()


def leaf_hashes(rows: Iterable[tuple[int, str, int, str, bytes]]) -> list[bytes]:
    """The leaves of many stored events, in their order."""
    return [leaf_hash(*row) for row in rows]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children."""
    return sha256(_NODE + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, the largest first.

    This is all that appending needs: 20 hashes at a million leaves.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Adds one leaf."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def append_many(self, leaves: Sequence[bytes]) -> None:
        """Adds leaves in their order; level by level, which is quicker than one by one."""
        nodes, left = list(leaves), self.size
        peaks: list[bytes] = []
        while nodes or left:
            if left & 1:
                nodes.insert(0, self._peaks.pop())
            if len(nodes) & 1:
                peaks.append(nodes.pop())
            pairs = iter(nodes)
            nodes = [sha256(_NODE + one + two).digest() for one, two in zip(pairs, pairs)]  # noqa: B905
            left >>= 1
        self._peaks = peaks[::-1]
        self.size += len(leaves)

    def root(self) -> bytes:
        """The hash of the whole tree."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            root = node_hash(peak, root)
        return root

    def copy(self) -> "Frontier":
        """Another frontier of the same tree, which grows on its own."""
        twin = Frontier()
        twin.size, twin._peaks = self.size, self._peaks.copy()
        return twin

    def encode(self) -> bytes:
        """The hashes one after the other; with `size` they are the whole frontier."""
        return b"".join(self._peaks)

    @classmethod
    def decode(cls, size: int, hashes: bytes) -> Self:
        """The frontier of `size` leaves that `encode` wrote.

        Raises:
            ValueError: the number of hashes is not the one that a tree of this size has.
        """
        if size < 0 or len(hashes) != HASH_BYTES * size.bit_count():
            raise ValueError(f"A frontier of {size} leaves has not {len(hashes)} bytes.")
        frontier = cls()
        frontier.size = size
        frontier._peaks = [
            hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES)
        ]
        return frontier


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaves."""
    frontier = Frontier()
    frontier.append_many(leaves)
    return frontier.root()
