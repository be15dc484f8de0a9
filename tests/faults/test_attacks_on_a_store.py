"""What is done to a store on purpose or by a failing disk is found, or changes nothing."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from adapters.store.keys import load_key
from adapters.store.opening import open_reader
from adapters.store.verification import Result, verify
from domain.errors import ShipslogError
from tests.adapters.store import attacks
from tests.adapters.store.attacks import with_the_file
from tests.adapters.store.sample import stream
from tests.faults.figures import Figures

FOUND, PASSES = Result.TAMPERED, Result.NOT_WITNESSED
WITNESSED, UNSEALED = Result.WITNESSED, Result.INCOMPLETE
WITNESS_AT = 2300

# What comes of it for who has the store and its public key, and who also has a head kept outside.
TABLE: dict[str, tuple[Callable[[Path, Path], object], Result, Result]] = {
    "a byte edited": (with_the_file(attacks.edit_as_blob), FOUND, FOUND),
    "edited, and the ledger too": (with_the_file(attacks.edit_and_fix_the_ledger), FOUND, FOUND),
    "deleted in the middle": (with_the_file(attacks.delete_in_the_middle), FOUND, FOUND),
    "two exchanged": (with_the_file(attacks.swap), FOUND, FOUND),
    "one inserted": (with_the_file(attacks.insert), FOUND, FOUND),
    "one renumbered": (with_the_file(attacks.renumber), FOUND, FOUND),
    "the end cut off": (with_the_file(attacks.cut_the_tail), FOUND, FOUND),
    "the end and its seals cut off": (
        lambda place, _: attacks.cut_with_checkpoints(place),
        PASSES,
        FOUND,
    ),
    "an older copy put back": (attacks.put_an_older_copy_in_its_place, PASSES, FOUND),
    "another store put in its place": (attacks.put_another_store_in_its_place, FOUND, FOUND),
    "all rewritten, another key": (attacks.rewrite_with_another_key, FOUND, FOUND),
    "all rewritten, the stolen key": (attacks.rewrite_with_the_stolen_key(700), PASSES, FOUND),
    "the same, behind the witness": (attacks.rewrite_with_the_stolen_key(2400), PASSES, WITNESSED),
    "forged behind the last seal": (
        with_the_file(attacks.forge_behind_the_last_seal),
        UNSEALED,
        UNSEALED,
    ),
    "all seals dropped": (with_the_file(attacks.drop_the_checkpoints), FOUND, FOUND),
}


def test_what_is_done_on_purpose_is_found_where_the_table_says(
    filled: Path, keys: Path, tmp_path: Path, figures: Figures
):
    own = load_key(keys, attacks.uuid_of(filled))
    assert own is not None
    witness = attacks.head_at(filled, WITNESS_AT)
    found = {}
    for number, (name, (attack, _, _)) in enumerate(TABLE.items()):
        place = tmp_path / str(number) / "log.db"
        place.parent.mkdir()
        shutil.copy(filled, place)
        shutil.copytree(keys, place.parent / "keys")
        attack(place, place.parent / "keys")
        elsewhere = {"keys": [own.key], "key_folder": tmp_path / "none"}
        alone = verify(place, **elsewhere).result
        found[name] = (alone, verify(place, heads=[witness], **elsewhere).result)
    assert found == {
        name: expected for name, (_, *pair) in TABLE.items() for expected in [tuple(pair)]
    }
    without = sum(alone is FOUND for alone, _ in found.values())
    figures.note(
        "attack on a store",
        len(found),
        f"{without} found by the public key, {sum(b is FOUND for _, b in found.values())} with a "
        "head kept outside; a forged end is told to be unsealed",
        "as the table of reliability.md says",
    )


def look_at(place: Path, keys: Path) -> str:
    """Everything that can be done with a file; gives what verifying it comes to."""
    try:
        reader = open_reader(place)
        try:
            reader.head()
            reader.at([1, 2, 500])
            reader.stream(stream(3))
            reader.leaf(9)
            for _ in reader.read():
                pass
        finally:
            reader.close()
    except ShipslogError as error:
        assert str(error)
    try:
        return verify(place, key_folder=keys).result
    except ShipslogError as error:
        return type(error).__name__


TOLD = {Result.TAMPERED, "StoreDamaged", "NotAStore", "StoreNewer"}
NOTHING_WRONG_WITH_THE_EVENTS = {Result.NOT_WITNESSED, Result.INCOMPLETE}
"""The second where a bit of the table of checkpoints hides the last one."""


def rows_of(place: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(place) as raw:
        return raw.execute("SELECT * FROM stored_events ORDER BY position").fetchall()


def test_a_file_cut_anywhere_is_told_in_a_sentence_or_found_tampered(
    small: Path, keys: Path, tmp_path: Path, figures: Figures
):
    whole = small.read_bytes()
    chance = random.Random(1)
    place = tmp_path / "cut.db"
    lengths = [0, 1, 16, 100, 4095, 4096]
    lengths += [chance.randrange(len(whole)) for _ in range(figures.times(60, whole=1000))]
    answers = set()
    for length in lengths:
        place.write_bytes(whole[:length])
        answers.add(look_at(place, keys))
    assert answers <= TOLD
    figures.note("store cut short", len(lengths), "each is told or TAMPERED", "no crash, no hang")


def flip_a_bit(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def blank_a_sector(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(0, len(content), 512)
    content[at : at + 512] = bytes(512)


def copy_a_page(content: bytearray, chance: random.Random) -> None:
    """A page at another's place, as a disk writes it that loses its way."""
    source, target = (chance.randrange(0, len(content), 4096) for _ in range(2))
    content[target : target + 4096] = content[source : source + 4096]


def test_a_damaged_file_crashes_nothing_and_no_changed_event_passes(
    small: Path, keys: Path, tmp_path: Path, figures: Figures
):
    whole, rows = small.read_bytes(), rows_of(small)
    chance = random.Random(2)
    place = tmp_path / "damaged.db"
    times = figures.times(200, whole=3000)
    told = 0
    for number in range(times):
        content = bytearray(whole)
        (flip_a_bit, blank_a_sector, copy_a_page)[number % 3](content, chance)
        place.write_bytes(content)
        answer = look_at(place, keys)
        assert answer in TOLD | NOTHING_WRONG_WITH_THE_EVENTS
        told += answer in TOLD
        if answer in NOTHING_WRONG_WITH_THE_EVENTS:
            assert rows_of(place) == rows
    found = f"{told} told or TAMPERED, in {times - told} no event differs"
    figures.note("store damaged at random", times, found, "no changed event passes, no crash")
