"""Proofs show what is so, and nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.merkle import EMPTY_ROOT, tree_root
from domain.ledger.proofs import consistency_proof, continues, includes, inclusion_proof

LEAVES = [sha256(b"%d" % number).digest() for number in range(70)]
sizes = st.integers(1, len(LEAVES))


@st.composite
def altered(draw, proof):
    """A proof with one hash changed, left out, added or two swapped."""
    kind = draw(st.sampled_from(["change", "drop", "add", "swap"]))
    at = draw(st.integers(0, max(len(proof) - 1, 0)))
    changed = list(proof)
    if kind == "add" or not proof:
        changed.insert(at, draw(st.sampled_from(LEAVES)))
    elif kind == "change":
        changed[at] = sha256(changed[at]).digest()
    elif kind == "drop":
        del changed[at]
    else:
        changed[at - 1], changed[at] = changed[at], changed[at - 1]
    return changed


@given(sizes, st.data())
def test_every_leaf_of_a_tree_can_be_shown_to_be_in_it(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES[:size], index)
    assert len(proof) <= (size - 1).bit_length()
    assert includes(tree_root(LEAVES[:size]), size, index, LEAVES[index], proof)


@given(sizes, st.data())
def test_an_altered_proof_of_a_leaf_shows_nothing(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES[:size], index)
    wrong = data.draw(altered(proof))
    root = tree_root(LEAVES[:size])
    assert wrong == proof or not includes(root, size, index, LEAVES[index], wrong)


@given(sizes, st.data())
def test_a_proof_does_not_show_another_leaf_or_another_place(size, data):
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size))
    proof = inclusion_proof(LEAVES[:size], index)
    root = tree_root(LEAVES[:size])
    assert not includes(root, size, index, sha256(LEAVES[index]).digest(), proof)
    assert other == index or not includes(root, size, other, LEAVES[index], proof)
    assert not includes(root, size, -1, LEAVES[index], proof)


@given(sizes, st.data())
def test_a_tree_can_be_shown_to_continue_each_of_its_beginnings(size, data):
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(LEAVES[:size], old)
    assert continues(tree_root(LEAVES[:old]), old, tree_root(LEAVES[:size]), size, proof)


@given(sizes, st.data())
def test_an_altered_proof_of_continuation_shows_nothing(size, data):
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(LEAVES[:size], old)
    wrong = data.draw(altered(proof))
    roots = tree_root(LEAVES[:old]), tree_root(LEAVES[:size])
    assert wrong == proof or not continues(roots[0], old, roots[1], size, wrong)


@given(sizes, st.data())
def test_a_tree_whose_past_was_edited_continues_nothing(size, data):
    old = data.draw(st.integers(1, size))
    edited = LEAVES[:size]
    at = data.draw(st.integers(0, old - 1))
    edited[at] = sha256(edited[at]).digest()
    proof = consistency_proof(edited, old)
    assert not continues(tree_root(LEAVES[:old]), old, tree_root(edited), size, proof)


@given(sizes)
def test_every_tree_continues_the_empty_one(size):
    root = tree_root(LEAVES[:size])
    assert continues(EMPTY_ROOT, 0, root, size, [])
    assert not continues(root, 0, root, size, [])


@pytest.mark.parametrize("length", [63, 64, 200])
def test_a_proof_longer_than_any_tree_is_high_shows_nothing(length):
    proof = [LEAVES[0]] * length
    assert not includes(LEAVES[1], 2**62, 5, LEAVES[2], proof)
    assert not continues(LEAVES[1], 2**61, LEAVES[2], 2**62, proof)


def test_a_smaller_tree_does_not_continue_a_larger_one():
    proof = consistency_proof(LEAVES[:9], 5)
    assert not continues(tree_root(LEAVES[:9]), 9, tree_root(LEAVES[:5]), 5, proof)


@pytest.mark.parametrize("size", [0, -1, 8])
def test_no_proof_is_made_for_a_beginning_that_is_none(size):
    with pytest.raises(ValueError, match="leaves"):
        consistency_proof(LEAVES[:7], size)


@pytest.mark.parametrize("index", [-1, 7])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index):
    with pytest.raises(ValueError, match="leaf"):
        inclusion_proof(LEAVES[:7], index)
