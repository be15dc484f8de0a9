"""What somebody can do to a sealed store who can write its file, and more."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from adapters.store.keys import SigningKey, load_key
from adapters.store.opening import create_or_open
from domain.ledger.checkpoint import Head
from domain.ledger.merkle import Frontier, leaf_hashes, tree_root
from tests.adapters.store.sample import BEGIN, entries

ROWS = "SELECT position, originator_id, originator_version, topic, state FROM stored_events"


def all_leaves(raw: sqlite3.Connection) -> list[bytes]:
    return leaf_hashes(raw.execute(f"{ROWS} ORDER BY position"))


def head_at(place, size: int) -> Head:
    with sqlite3.connect(place) as raw:
        return Head(size, tree_root(all_leaves(raw)[:size]))


def rewrite_ledger(raw: sqlite3.Connection) -> None:
    """What somebody would do who knows all but the key."""
    leaves = all_leaves(raw)
    frontier = Frontier()
    frontier.append_many(leaves)
    raw.executemany(
        "UPDATE stored_events SET leaf = ? WHERE position = ?",
        [(leaf, position) for position, leaf in enumerate(leaves, 1)],
    )
    raw.execute("UPDATE frontier SET size = ?, hashes = ?", (frontier.size, frontier.encode()))
    raw.execute("UPDATE sqlite_sequence SET seq = ?", (frontier.size,))


def edit(raw):
    raw.execute("UPDATE stored_events SET state = replace(state, 'web', 'bew') WHERE position=700")


def edit_as_blob(raw):
    state = bytearray(
        raw.execute("SELECT state FROM stored_events WHERE position=700").fetchone()[0]
    )
    state[20] ^= 1
    raw.execute("UPDATE stored_events SET state = ? WHERE position=700", (bytes(state),))


def edit_and_fix_the_ledger(raw):
    edit_as_blob(raw)
    rewrite_ledger(raw)


def change_the_topic(raw):
    raw.execute("UPDATE stored_events SET topic = 'container.paused' WHERE position=700")


def change_the_version(raw):
    raw.execute("UPDATE stored_events SET originator_version = 99 WHERE position=700")


def delete_in_the_middle(raw):
    raw.execute("DELETE FROM stored_events WHERE position = 700")


def delete_in_the_middle_and_close_up(raw):
    delete_in_the_middle(raw)
    raw.execute("UPDATE stored_events SET position = -position WHERE position > 700")
    raw.execute("UPDATE stored_events SET position = -position - 1 WHERE position < 0")
    rewrite_ledger(raw)


def swap(raw):
    for old, new in ((700, -1), (701, 700), (-1, 701)):
        raw.execute("UPDATE stored_events SET position=? WHERE position=?", (new, old))


def insert(raw):
    raw.execute("UPDATE stored_events SET position = -position WHERE position >= 700")
    raw.execute("UPDATE stored_events SET position = 1 - position WHERE position < 0")
    raw.execute(
        "INSERT INTO stored_events VALUES (700, 'container/x/y', 1, 'container.oom', x'7b7d', x'')"
    )
    rewrite_ledger(raw)


def cut_the_tail(raw):
    raw.execute("DELETE FROM stored_events WHERE position > 2100")
    rewrite_ledger(raw)


def cut_the_tail_clumsily(raw):
    raw.execute("DELETE FROM checkpoint WHERE size > 2000")
    raw.execute("DELETE FROM stored_events WHERE position > 2000")


def drop_the_checkpoints(raw):
    raw.execute("DELETE FROM checkpoint")


def change_a_checkpoint(raw):
    raw.execute("UPDATE checkpoint SET note = replace(note, '1000', '1001') WHERE size = 1000")


def move_a_checkpoint(raw):
    raw.execute("UPDATE checkpoint SET size = 1001 WHERE size = 1000")


def spoil_a_checkpoint(raw):
    raw.execute("UPDATE checkpoint SET note = x'ff00' WHERE size = 1000")


def change_a_leaf(raw):
    raw.execute("UPDATE stored_events SET leaf = x'00' WHERE position = 700")


def change_the_frontier(raw):
    raw.execute("UPDATE frontier SET hashes = zeroblob(length(hashes))")


def uuid_of(place) -> str:
    with sqlite3.connect(place) as raw:
        return raw.execute("SELECT value FROM store WHERE key = 'uuid'").fetchone()[0]


def cut_with_checkpoints(place) -> None:
    with sqlite3.connect(place) as raw:
        raw.execute("DELETE FROM stored_events WHERE position > 2000")
        raw.execute("DELETE FROM checkpoint WHERE size > 2000")
        rewrite_ledger(raw)


def renumber(raw):
    """Gives an event another number, and its old one to nobody."""
    raw.execute("UPDATE stored_events SET position = -700 WHERE position = 700")
    raw.execute("UPDATE stored_events SET position = 3000 WHERE position = -700")
    rewrite_ledger(raw)


def forge_behind_the_last_seal(raw):
    raw.execute("INSERT INTO stored_events VALUES (NULL, 'container/x/y', 1, 'a', x'7b7d', x'')")
    rewrite_ledger(raw)


def with_the_file(attack: Callable[[sqlite3.Connection], object]) -> Callable[[Path, Path], None]:
    """An attack of whoever can write the file and nothing else."""

    def go(place: Path, _keys: Path) -> None:
        with sqlite3.connect(place) as raw:
            attack(raw)

    return go


def put_an_older_copy_in_its_place(place: Path, keys: Path) -> None:
    """The store as it was when it had 1,000 events; a copy of that time would be the same."""
    with sqlite3.connect(place) as raw:
        raw.execute("DELETE FROM stored_events WHERE position > 1000")
        raw.execute("DELETE FROM checkpoint WHERE size > 1000")
        rewrite_ledger(raw)


def put_another_store_in_its_place(place: Path, keys: Path) -> None:
    """A store of the same events and the same account."""
    other = create_or_open(place.with_name("other.db"), now=BEGIN, keys=keys)
    other.append(entries(2500))
    other.close()
    shutil.move(place.with_name("other.db"), place)


def rewrite_with_another_key(place: Path, _keys: Path) -> None:
    """Everything anew, and sealed with a key of one's own."""
    with sqlite3.connect(place) as raw:
        edit_and_fix_the_ledger(raw)
        raw.execute("DELETE FROM checkpoint")
        raw.execute("DELETE FROM store WHERE key GLOB 'vkey/*'")
    create_or_open(place, now=BEGIN, keys=place.parent / "other-keys").close()


def rewrite_with_the_stolen_key(position: int) -> Callable[[Path, Path], None]:
    """Another event at this position, and everything sealed anew with the store's own key."""

    def go(place: Path, keys: Path) -> None:
        key = load_key(keys, uuid_of(place))
        assert key is not None
        with sqlite3.connect(place) as raw:
            raw.execute("UPDATE stored_events SET state = x'7b7d' WHERE position = ?", (position,))
            rewrite_ledger(raw)
            seal_anew(raw, key)

    return go


def seal_anew(raw: sqlite3.Connection, key: SigningKey) -> None:
    """Puts a checkpoint where each was, of the events as they are now."""
    leaves = all_leaves(raw)
    for (size,) in raw.execute("SELECT size FROM checkpoint").fetchall():
        note = key.sign(Head(size, tree_root(leaves[:size])))
        raw.execute("UPDATE checkpoint SET note = ? WHERE size = ?", (note, size))
