"""A writer that is killed at any moment loses nothing that it acknowledged.

The checker is Jepsen's for sets: acknowledged is a part of what is read, what is read is a part
of what was attempted, and nothing is read twice.
"""

import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

from adapters.store.errors import NotAStore, StoreMissing
from adapters.store.opening import create_or_open
from adapters.store.verification import Result, verify
from tests.adapters.store.sample import BEGIN, ENGINE, entries, reported
from tests.faults.figures import Figures
from tests.faults.reading import everything

LONGEST_LIFE_SECONDS = 0.5


def write_until_killed(place: Path, keys: Path, seed: int, acknowledge: Connection) -> None:
    """Appends the history from where the store ends, and tells each position once it is safe."""
    chance = random.Random(seed)
    acknowledge.send(0)
    writer = create_or_open(place, now=BEGIN, keys=keys)
    while True:
        head, count = writer.head(), chance.choice([1, 2, 40, 100, 300])
        acknowledge.send(writer.append(entries(count, head), reported(count, head))[-1])


def life(place: Path, keys: Path, chance: random.Random) -> int:
    """Lets a writer live for a random while; gives the last position that it acknowledged."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    writer = context.Process(
        target=write_until_killed, args=(place, keys, chance.randrange(1 << 30), sending)
    )
    writer.start()
    sending.close()
    last: int = receiving.recv()
    writer.join(chance.uniform(0, LONGEST_LIFE_SECONDS))
    assert writer.is_alive(), "the writer ended by itself"
    writer.kill()
    writer.join()
    try:
        while True:
            last = receiving.recv()
    except EOFError:
        return last


def test_a_killed_writer_loses_nothing_acknowledged_and_stores_nothing_twice(
    tmp_path: Path, figures: Figures
):
    chance, kills = random.Random(20), figures.times(20, whole=500)
    place, keys = tmp_path / "log.db", tmp_path / "keys"
    acknowledged = 0
    unsealed = 0
    for _ in range(kills):
        acknowledged = max(acknowledged, life(place, keys, chance))
        try:
            found = verify(place, key_folder=keys)
        except (StoreMissing, NotAStore):
            assert acknowledged == 0
            continue
        assert found.result is not Result.TAMPERED, found.reason
        assert found.events >= acknowledged
        unsealed += found.result is Result.INCOMPLETE
    writer = create_or_open(place, now=BEGIN, keys=keys)
    read = everything(place)
    known = writer.seen(ENGINE, [(at, digest) for _, at, digest in reported(len(read) + 300)])
    writer.close()
    assert len(read) >= acknowledged > 1000
    assert read == entries(len(read))
    assert len(known) == len(read)
    assert unsealed > 0, "no kill came between two seals to show anything"
    assert verify(place, key_folder=keys).result is Result.NOT_WITNESSED
    found = f"0 of {len(read):,} lost, 0 twice, the ledger verifies each time"
    figures.note("writer killed at random", kills, found, "0 lost, 0 twice")


def test_the_next_writer_starts_at_once_after_a_kill(tmp_path):
    place, keys = tmp_path / "log.db", tmp_path / "keys"
    chance = random.Random(1)
    while life(place, keys, chance) == 0:
        pass
    began = time.monotonic()
    create_or_open(place, now=BEGIN, keys=keys).close()
    assert time.monotonic() - began < 2
