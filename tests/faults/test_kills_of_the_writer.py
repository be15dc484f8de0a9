"""A writer that is killed at any moment loses nothing that it acknowledged.

The checker is Jepsen's for sets: acknowledged is a part of what is read, what is read is a part
of what was attempted, and nothing is read twice.
"""

import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from adapters.store.errors import NotAStore, StoreMissing
from adapters.store.opening import create_or_open
from adapters.store.verification import Result, verify
from tests.adapters.store.sample import BEGIN, ENGINE, entries, reported
from tests.faults.figures import Figures
from tests.faults.reading import everything

LONGEST_LIFE_SECONDS = 0.25
LIVES_OF_A_STORE = 10
LONGEST_RECOVERY_SECONDS = 2

# The lives are short: each is a copy of one process that has imported everything already.
LIVING = multiprocessing.get_context("forkserver")
LIVING.set_forkserver_preload([__name__, "adapters.store.writer"])


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
    receiving, sending = LIVING.Pipe(duplex=False)
    writer = LIVING.Process(
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


class Lives(NamedTuple):
    """What came of the lives of one store's writers."""

    events: int
    unsealed: int
    """Deaths between two seals."""
    recovery: float
    """The longest time until the store was open again, in seconds."""


def lives(folder: Path, count: int, chance: random.Random) -> Lives:
    """Kills so many writers of a store one after the other; looks at what half of them left.

    After the others the next writer is the first to see it.
    """
    place, keys = folder / "log.db", folder / "keys"
    acknowledged = unsealed = 0
    recovery = 0.0
    for _ in range(count):
        acknowledged = max(acknowledged, life(place, keys, chance))
        if chance.random() < 0.5:
            unsealed += looked_at(place, keys, acknowledged)
        began = time.monotonic()
        create_or_open(place, now=BEGIN, keys=keys).close()
        recovery = max(recovery, time.monotonic() - began)
    read = everything(place)
    assert len(read) >= acknowledged
    assert read == entries(len(read))
    writer = create_or_open(place, now=BEGIN, keys=keys)
    known = writer.seen(ENGINE, [(at, digest) for _, at, digest in reported(len(read) + 300)])
    writer.close()
    assert len(known) == len(read)
    assert verify(place, key_folder=keys).result is Result.NOT_WITNESSED
    return Lives(len(read), unsealed, recovery)


def looked_at(place: Path, keys: Path, acknowledged: int) -> bool:
    """Verifies the store as the killed writer left it; gives whether its end is unsealed."""
    try:
        found = verify(place, key_folder=keys)
    except (StoreMissing, NotAStore):
        assert acknowledged == 0
        return False
    assert found.result is not Result.TAMPERED, found.reason
    assert found.events >= acknowledged
    return found.result is Result.INCOMPLETE


def test_a_killed_writer_loses_nothing_acknowledged_and_stores_nothing_twice(
    tmp_path: Path, figures: Figures
):
    chance, kills = random.Random(20), figures.times(20, whole=500)
    stores = [
        lives(tmp_path / str(number), LIVES_OF_A_STORE, chance)
        for number in range(kills // LIVES_OF_A_STORE)
    ]
    events = sum(store.events for store in stores)
    recovery = max(store.recovery for store in stores)
    assert events > 50 * kills
    assert any(store.unsealed for store in stores), "no kill came between two seals"
    assert recovery < LONGEST_RECOVERY_SECONDS
    figures.note(
        "writer killed at random",
        kills,
        f"0 of {events:,} lost, 0 twice, the ledger verifies each time; open again within "
        f"{recovery:.2f} s",
        f"0 lost, 0 twice; {LONGEST_RECOVERY_SECONDS} s",
    )
