"""Whatever is done to a sealed store is found, and an untouched one is never suspected."""

import os
import random
import shutil
import sqlite3

import pytest

from adapters.store.keys import load_key
from adapters.store.opening import create_or_open
from adapters.store.verification import KeyFrom, Result, verify
from domain.ledger.checkpoint import Head, parse_checkpoint
from domain.ledger.note import parse_note
from tests.adapters.store.attacks import (
    change_a_checkpoint,
    change_a_leaf,
    change_the_frontier,
    change_the_topic,
    change_the_version,
    cut_the_tail,
    cut_the_tail_clumsily,
    cut_with_checkpoints,
    delete_in_the_middle,
    delete_in_the_middle_and_close_up,
    drop_the_checkpoints,
    edit,
    edit_and_fix_the_ledger,
    edit_as_blob,
    head_at,
    insert,
    move_a_checkpoint,
    rewrite_ledger,
    spoil_a_checkpoint,
    swap,
    uuid_of,
)
from tests.adapters.store.sample import BEGIN, entries

ATTACKS = {
    edit: 700,
    edit_as_blob: 700,
    edit_and_fix_the_ledger: 1,
    change_the_topic: 700,
    change_the_version: 700,
    delete_in_the_middle: 700,
    delete_in_the_middle_and_close_up: 1,
    swap: 700,
    insert: 1,
    cut_the_tail: 2101,
    cut_the_tail_clumsily: 2001,
    drop_the_checkpoints: 1,
    change_a_checkpoint: None,
    move_a_checkpoint: None,
    spoil_a_checkpoint: None,
    change_a_leaf: 700,
    change_the_frontier: None,
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_is_found_and_its_place_named(filled, keys, attack):
    with sqlite3.connect(filled) as raw:
        attack(raw)
    found = verify(filled, keys=[load_key(keys, uuid_of(filled)).key], key_folder=keys / "none")
    assert found.result is Result.TAMPERED
    assert found.first_bad == ATTACKS[attack]
    assert found.reason.endswith(".")


def test_an_untouched_store_is_verified(filled, keys):
    found = verify(filled, key_folder=keys)
    assert found.result is Result.NOT_WITNESSED
    assert (found.events, found.sealed, found.unsealed) == (2500, 2500, 0)
    assert (found.first_bad, found.witness) == (None, None)
    assert found.key_from is KeyFrom.ACCOUNT


def test_an_empty_store_is_verified(writer, keys):
    found = verify(writer.path, key_folder=keys)
    assert (found.result, found.events) == (Result.NOT_WITNESSED, 0)


def test_a_store_is_verified_while_it_is_written(writer, keys):
    writer.append(entries(2100))
    found = verify(writer.path, key_folder=keys, progress=lambda _: writer.append([]))
    assert found.result is Result.NOT_WITNESSED
    assert found.events == 2100


def test_events_after_the_last_seal_are_told_apart(writer, keys):
    writer.append(entries(1000))
    writer.append(entries(7, 1000))
    found = verify(writer.path, key_folder=keys)
    assert found.result is Result.INCOMPLETE
    assert (found.sealed, found.unsealed, found.first_bad) == (1000, 7, None)


def test_an_event_forged_behind_the_last_seal_is_unsealed(filled, keys):
    with sqlite3.connect(filled) as raw:
        raw.execute(
            "INSERT INTO stored_events VALUES (NULL, 'container/x/y', 1, 'a', x'7b7d', x'')"
        )
        rewrite_ledger(raw)
    found = verify(filled, key_folder=keys)
    assert (found.result, found.unsealed) == (Result.INCOMPLETE, 1)


@pytest.mark.parametrize("size", [1, 700, 1000, 2500])
def test_a_head_kept_outside_makes_a_witness(filled, keys, size):
    found = verify(filled, key_folder=keys, heads=[head_at(filled, size)])
    assert (found.result, found.witness) == (Result.WITNESSED, size)


def test_a_head_of_nothing_witnesses_nothing(filled, keys):
    found = verify(filled, key_folder=keys, heads=[head_at(filled, 0)])
    assert (found.result, found.witness) == (Result.NOT_WITNESSED, None)


def test_a_head_that_the_events_do_not_lead_to_is_found(filled, keys):
    found = verify(filled, key_folder=keys, heads=[Head(1500, b"x" * 32)])
    assert (found.result, found.first_bad, found.sealed) == (Result.TAMPERED, 1001, 1000)


def test_a_tail_cut_with_its_checkpoints_is_found_by_a_witness(filled, keys):
    witness = head_at(filled, 2300)
    key = load_key(keys, uuid_of(filled)).key
    cut_with_checkpoints(filled)
    without = verify(filled, keys=[key], key_folder=keys / "none")
    assert (without.result, without.events) == (Result.NOT_WITNESSED, 2000)
    found = verify(filled, keys=[key], key_folder=keys / "none", heads=[witness])
    assert (found.result, found.first_bad) == (Result.TAMPERED, 2001)


def test_a_tail_cut_with_its_checkpoints_is_found_on_the_machine_that_sealed_it(filled, keys):
    cut_with_checkpoints(filled)
    found = verify(filled, key_folder=keys)
    assert (found.result, found.first_bad) == (Result.TAMPERED, 2001)
    assert "this account has signed" in found.reason


def test_a_store_rewritten_with_another_key_is_found_by_the_key(filled, keys, tmp_path):
    key = load_key(keys, uuid_of(filled)).key
    other_keys = tmp_path / "other-keys"
    with sqlite3.connect(filled) as raw:
        edit_and_fix_the_ledger(raw)
        raw.execute("DELETE FROM checkpoint")
        raw.execute("DELETE FROM store WHERE key GLOB 'vkey/*'")
    create_or_open(filled, now=BEGIN, keys=other_keys).close()
    assert verify(filled, key_folder=tmp_path).result is Result.NOT_WITNESSED
    assert verify(filled, key_folder=tmp_path).key_from is KeyFrom.STORE
    found = verify(filled, keys=[key], key_folder=tmp_path)
    assert (found.result, found.key_from) == (Result.TAMPERED, KeyFrom.GIVEN)
    assert verify(filled, key_folder=keys).result is Result.TAMPERED


def test_a_store_put_in_the_place_of_another_is_found(filled, keys, tmp_path):
    key = load_key(keys, uuid_of(filled)).key
    other = create_or_open(tmp_path / "other.db", now=BEGIN, keys=keys)
    other.append(entries(30))
    other.close()
    assert verify(tmp_path / "other.db", keys=[key]).result is Result.TAMPERED


def test_checkpoints_of_another_store_are_found(filled, keys, tmp_path):
    other = create_or_open(tmp_path / "other.db", now=BEGIN, keys=keys)
    other.close()
    with sqlite3.connect(tmp_path / "other.db") as raw:
        (note,) = raw.execute("SELECT note FROM checkpoint WHERE size = 0").fetchone()
    assert parse_checkpoint(parse_note(note).text).head.size == 0
    with sqlite3.connect(filled) as raw:
        raw.execute("UPDATE checkpoint SET note = ? WHERE size = 0", (note,))
    found = verify(filled, key_folder=keys)
    assert found.result is Result.TAMPERED
    assert "not one of this store" in found.reason


def test_600_random_edits_are_all_found(small, keys, tmp_path):
    chance = random.Random(600)
    columns = ["originator_id", "originator_version", "topic", "state"]
    place = shutil.copy(small, tmp_path / "copy.db")
    missed = []
    with sqlite3.connect(place, isolation_level=None) as raw:
        for _ in range(600):
            position, column = chance.randint(1, 300), chance.choice(columns)
            query = f"SELECT {column} FROM stored_events WHERE position = ?"
            (old,) = raw.execute(query, (position,)).fetchone()
            update = f"UPDATE stored_events SET {column} = ? WHERE position = ?"
            raw.execute(update, (edited(old, chance), position))
            found = verify(place, key_folder=keys)
            if (found.result, found.first_bad) != (Result.TAMPERED, position):
                missed.append((position, column, found))
            raw.execute(update, (old, position))
    assert missed == []
    assert verify(place, key_folder=keys).result is Result.NOT_WITNESSED


def edited(value, chance: random.Random):
    """The value, differing in the least."""
    if isinstance(value, int):
        return value + chance.choice([1000, 0.5])
    at = chance.randrange(len(value))
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]
    return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


@pytest.mark.parametrize(
    "change",
    [
        "state = CAST(state AS TEXT)",
        "topic = CAST(topic AS BLOB)",
        "originator_id = CAST(originator_id AS BLOB)",
    ],
)
def test_the_same_bytes_under_another_type_are_found(filled, keys, change):
    with sqlite3.connect(filled) as raw:
        raw.execute(f"UPDATE stored_events SET {change} WHERE position = 700")
    assert verify(filled, key_folder=keys).first_bad == 700


def test_a_thorough_verification_finds_an_index_that_hides_an_event(filled, keys):
    assert verify(filled, key_folder=keys, thorough=True).result is Result.NOT_WITNESSED
    with sqlite3.connect(filled) as raw:
        page_size = raw.execute("PRAGMA page_size").fetchone()[0]
        (root,) = raw.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'index' LIMIT 1"
        ).fetchone()
    with filled.open("r+b") as file:
        file.seek((root - 1) * page_size + page_size - 40)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    assert verify(filled, key_folder=keys).result is Result.NOT_WITNESSED
    assert verify(filled, key_folder=keys, thorough=True).result is Result.TAMPERED


def test_a_verification_tells_how_far_it_is_and_can_be_given_up(filled, keys):
    reached = []

    def tell(position: int) -> None:
        reached.append(position)
        if position >= 2000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(filled, key_folder=keys, progress=tell)
    assert reached == [1000, 2000]
