"""The tree is RFC 9162's, and the frontier is only a quicker way to its root."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    leaf_hashes,
    tree_root,
)

# The leaves of the reference log of RFC 6962's test data, and the roots of its first n leaves as
# certificate-transparency's own tests state them.
RFC_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
RFC_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaves = st.lists(st.binary(min_size=32, max_size=32), max_size=70)


def defined_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word, over leaf hashes."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + defined_root(hashes[:k]) + defined_root(hashes[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference_log(size):
    hashes = [sha256(b"\x00" + leaf).digest() for leaf in RFC_LEAVES[:size]]
    assert tree_root(hashes).hex() == RFC_ROOTS[size]


@given(leaves)
def test_the_root_is_the_one_that_the_standard_defines(hashes):
    assert tree_root(hashes) == defined_root(hashes)


@given(leaves, st.data())
def test_appending_in_any_portions_gives_the_same_tree(hashes, data):
    frontier = Frontier()
    rest = hashes
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        if count == 1:
            frontier.append(rest[0])
        else:
            frontier.append_many(rest[:count])
        rest = rest[count:]
    assert frontier.size == len(hashes)
    assert frontier.root() == defined_root(hashes)


@given(leaves, leaves)
def test_a_frontier_read_again_goes_on_as_if_it_had_never_been_written(first, second):
    frontier = Frontier()
    frontier.append_many(first)
    again = Frontier.decode(frontier.size, frontier.encode())
    again.append_many(second)
    assert again.root() == defined_root(first + second)


@given(leaves, leaves)
def test_a_copy_grows_on_its_own(first, second):
    frontier = Frontier()
    frontier.append_many(first)
    twin = frontier.copy()
    twin.append_many(second)
    assert (frontier.size, frontier.root()) == (len(first), defined_root(first))
    assert twin.root() == defined_root(first + second)


@pytest.mark.parametrize(
    ("size", "hashes"), [(1, b""), (0, b"x" * 32), (3, b"x" * 32), (-1, b""), (2, b"x" * 31)]
)
def test_a_frontier_with_the_wrong_number_of_hashes_is_refused(size, hashes):
    with pytest.raises(ValueError, match="frontier"):
        Frontier.decode(size, hashes)


def test_the_empty_tree_has_the_hash_of_nothing():
    assert Frontier().root() == EMPTY_ROOT == sha256(b"").digest()


def test_a_leaf_is_the_hash_of_its_length_prefixed_parts():
    def prefixed(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    state = b"x" * 70_000
    stated = b"\x00" + b"".join(
        map(prefixed, [b"shipslog/1", b"12", "container/é/1".encode(), b"7", b"a.b", state])
    )
    assert leaf_hash(12, "container/é/1", 7, "a.b", state) == sha256(stated).digest()


parts = st.tuples(
    st.integers(1, 2**63 - 1), st.text(max_size=20), st.integers(1, 10**6), st.text(), st.binary()
)


@given(parts, parts)
def test_two_events_have_one_leaf_only_if_they_are_the_same(one, other):
    assert (leaf_hash(*one) == leaf_hash(*other)) == (one == other)


def test_letters_moved_from_one_part_to_the_next_change_the_leaf():
    assert leaf_hash(1, "ab", 2, "c", b"d") != leaf_hash(1, "a", 2, "bc", b"d")
    assert leaf_hash(1, "a", 23, "c", b"d") != leaf_hash(12, "a", 3, "c", b"d")


@pytest.mark.parametrize(
    "row",
    [
        (1, None, 1, "t", b""),
        (1, b"s", 1, "t", b""),
        (1, "s", 1.0, "t", b""),
        (1, "s", "1", "t", b""),
        (1, "s", None, "t", b""),
        (1, "s", 1, b"t", b""),
        (1, "s", 1, "t", "state"),
        (1, "s", 1, "t", None),
        (1, "s", 1, "t", 5),
    ],
)
def test_a_part_of_another_type_is_never_taken_for_what_it_is_not(row):
    with pytest.raises((TypeError, ValueError, AttributeError)):
        leaf_hashes([row])
