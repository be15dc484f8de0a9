"""The ledger is sealed as it grows, and never against what was sealed before."""

import shutil
import sqlite3

import pytest

from adapters.store.errors import KeyUnusable, StoreDamaged
from adapters.store.keys import is_signature, load_key, load_or_make_key
from adapters.store.opening import create_or_open
from adapters.store.verification import Result, verify
from domain.ledger.checkpoint import Head, parse_checkpoint
from domain.ledger.merkle import EMPTY_ROOT
from domain.ledger.note import parse_note, signers
from tests.adapters.store.sample import BEGIN, entries


def sealed_sizes(place) -> list[int]:
    with sqlite3.connect(place) as raw:
        return [size for (size,) in raw.execute("SELECT size FROM checkpoint ORDER BY size")]


def remembered(keys, uuid) -> Head:
    return parse_checkpoint(parse_note((keys / f"{uuid}.head").read_text()).text).head


def test_a_store_is_sealed_when_it_opens_and_when_it_closes(opened, place):
    writer = opened()
    assert sealed_sizes(place) == [0]
    writer.append(entries(3))
    assert sealed_sizes(place) == [0]
    writer.close()
    assert sealed_sizes(place) == [0, 3]


def test_an_unsealed_tail_is_sealed_at_the_next_opening(opened, place, keys):
    opened().append(entries(3))
    opened()
    assert sealed_sizes(place) == [0, 3]


def test_a_store_is_sealed_after_every_thousand_events(opened, place):
    writer = opened()
    for start in range(0, 2400, 300):
        writer.append(entries(300, start))
    assert sealed_sizes(place) == [0, 1200, 2400]


def test_a_seal_states_the_head_and_bears_the_stores_signature(opened, place, keys):
    writer = opened()
    writer.append(entries(3))
    head = writer.seal()
    with sqlite3.connect(place) as raw:
        (text,) = raw.execute("SELECT note FROM checkpoint WHERE size = 3").fetchone()
    note = parse_note(text)
    key = load_key(keys, writer.uuid).key
    assert parse_checkpoint(note.text) == (f"shipslog/{writer.uuid}", head)
    assert signers(note, [key], is_signature) == (key,)
    assert head.size == 3


def test_sealing_again_changes_nothing(opened, place):
    writer = opened()
    assert writer.seal() == writer.seal() == Head(0, EMPTY_ROOT)
    assert sealed_sizes(place) == [0]


def test_the_largest_sealed_head_is_kept_beside_the_key(opened, keys):
    writer = opened()
    writer.append(entries(3))
    head = writer.seal()
    assert remembered(keys, writer.uuid) == head


@pytest.fixture
def restored(place, keys, opened):
    """A store of 5 sealed events whose file was replaced by its copy of 3."""
    writer = opened()
    writer.append(entries(3))
    writer.close()
    shutil.copy(place, place.with_name("copy.db"))
    writer = opened()
    writer.append(entries(2, 3))
    writer.close()
    shutil.copy(place.with_name("copy.db"), place)
    return opened()


def test_a_restored_store_is_recorded_into_and_not_sealed(restored, place, keys):
    assert "restored" in restored.seal_refused
    assert "5 in all" in restored.seal_refused
    assert restored.append(entries(2, 3)[::-1]) == [4, 5]
    assert restored.seal() is None
    restored.close()
    assert sealed_sizes(place) == [0, 3]
    assert remembered(keys, restored.uuid).size == 5
    assert verify(place, key_folder=keys).result is Result.TAMPERED


def test_a_store_that_grew_past_its_lost_end_is_still_not_sealed(restored, opened, place):
    restored.append(entries(1500, 6))
    restored.close()
    again = opened()
    assert again.seal_refused
    assert again.append(entries(1500, 1506))[-1] == 3003
    assert sealed_sizes(place) == [0, 3]


def test_a_store_that_was_restored_on_purpose_is_sealed_again(restored, opened, place, keys):
    restored.append(entries(1, 9))
    assert restored.seal(after_restoring=True).size == 4
    assert restored.seal_refused is None
    restored.close()
    assert opened().seal_refused is None
    assert verify(place, key_folder=keys).result is Result.NOT_WITNESSED


def test_a_crash_between_commit_and_memory_is_not_taken_for_a_restored_copy(opened, place, keys):
    writer = opened()
    head_file = keys / f"{writer.uuid}.head"
    before = head_file.read_bytes()
    writer.append(entries(3))
    writer.close()
    head_file.write_bytes(before)
    assert opened().seal_refused is None
    assert verify(place, key_folder=keys).result is Result.NOT_WITNESSED


def test_a_seal_that_cannot_be_remembered_does_not_undo_an_append(opened, keys):
    writer = opened()
    shutil.rmtree(keys)
    assert writer.append(entries(1200))[-1] == 1200
    assert writer.head() == 1200


def test_a_lost_key_is_replaced_and_the_old_seals_stay_checkable(opened, place, keys):
    writer = opened()
    writer.append(entries(3))
    writer.close()
    shutil.rmtree(keys)
    writer = opened()
    writer.append(entries(3, 3))
    writer.close()
    assert verify(place, key_folder=keys).result is Result.NOT_WITNESSED
    foreign = verify(place, key_folder=keys / "none")
    assert foreign.result is Result.NOT_WITNESSED
    assert len(foreign.keys) == 2


@pytest.mark.parametrize("content", [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\n"])
def test_an_unreadable_key_is_told_in_a_sentence(keys, content):
    keys.mkdir()
    (keys / "u.key").write_bytes(content)
    with pytest.raises(KeyUnusable, match=r"u\.key cannot be read"):
        load_or_make_key(keys, "u")


def test_a_key_of_another_kind_is_refused(keys):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    keys.mkdir()
    (keys / "u.key").write_bytes(
        X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(KeyUnusable, match="not an Ed25519 key"):
        load_or_make_key(keys, "u")


def test_a_key_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "keys").touch()
    with pytest.raises(KeyUnusable, match="cannot be"):
        load_or_make_key(tmp_path / "keys", "u")


def test_a_key_is_made_once(keys):
    assert load_key(keys, "u") is None
    assert load_or_make_key(keys, "u").key == load_or_make_key(keys, "u").key


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM stored_events WHERE position = 3",
        "UPDATE frontier SET size = 2, hashes = x''",
        "UPDATE frontier SET hashes = x'00'",
        "DELETE FROM frontier",
        "UPDATE stored_events SET leaf = x'00' WHERE position = 3",
        "UPDATE frontier SET hashes = randomblob(length(hashes))",
        "UPDATE stored_events SET state = 'text' WHERE position = 3",
        "UPDATE stored_events SET state = x'7b7d' WHERE position = 3",
        "UPDATE sqlite_sequence SET seq = 9",
    ],
)
def test_nothing_is_appended_to_a_store_whose_end_was_changed(filled, keys, edit):
    with sqlite3.connect(filled) as raw:
        raw.execute(edit.replace("= 3", "= 2500"))
    with pytest.raises(StoreDamaged, match="shipslog verify"):
        create_or_open(filled, now=BEGIN, keys=keys)
