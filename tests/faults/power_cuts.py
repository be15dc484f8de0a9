"""Power cuts at random moments of a recording: what the next process finds.

Run as `python -m tests.faults.power_cuts CUTS SETTINGS [FAULT…]`, since a process opens every
store with the same SQLite; it tells what it found as JSON.
"""

import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.faults.appending import Settings, sizes, use_own_sqlite
from tests.faults.disk import Disk, lay_out
from tests.faults.reading import everything
from tests.faults.traced import Told, traced

_MODULE = "tests.faults.appending"


class Found(msgspec.Struct):
    """What came of the cuts."""

    cuts: int = 0
    acknowledged: int = 0
    """Of all cuts together."""
    lost: int = 0
    """Cuts after which events were missing that had been acknowledged."""
    wrong: list[str] = []
    """What else was not as it should be, a sentence for each cut."""


class Wrong(Exception):
    """A store is not as it should be after a cut."""


class Lost(Wrong):
    """Acknowledged events are missing."""


def cut_power(cuts: int, settings: Settings, inject: Sequence[str] = ()) -> Found:
    """Lets a process of its own record, and cut its power that often."""
    command = [sys.executable, "-m", "tests.faults.power_cuts", str(cuts), str(settings), *inject]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=3600)
    return msgspec.json.decode(ran.stdout, type=Found)


def _cut(cuts: int, settings: Settings, inject: Sequence[str]) -> Found:
    chance = random.Random(settings.seed)
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "recorded"
        root.mkdir()
        calls = traced(_MODULE, [str(root), str(settings)], root, inject=inject)
        moments = sorted(chance.randrange(len(calls)) for _ in range(cuts))
        disk = Disk(root, chance)
        told = ""
        for number, call in enumerate(calls):
            while moments and moments[0] == number:
                moments.pop(0)
                with tempfile.TemporaryDirectory(dir=folder) as place:
                    lay_out(disk.after_a_cut(), root, Path(place))
                    _note(found, Path(place), told, settings, chance)
            disk.take(call)
            told = call.line if isinstance(call, Told) else told
    return found


def _note(found: Found, place: Path, told: str, settings: Settings, chance: random.Random) -> None:
    from domain.errors import ShipslogError

    found.cuts += 1
    acknowledged = int(told.split()[0]) if told else 0
    found.acknowledged += acknowledged
    try:
        _look(place, told, settings, chance)
    except Lost:
        found.lost += 1
    except (Wrong, ShipslogError) as error:
        found.wrong.append(f"after {told or 'nothing'}: {type(error).__name__} {error}")


def _look(folder: Path, told: str, settings: Settings, chance: random.Random) -> None:
    """Opens and examines what a cut left.

    Raises:
        Wrong, ShipslogError: something is not as it should be.
    """
    from adapters.store.opening import create_or_open
    from adapters.store.verification import Result, verify
    from tests.adapters.store.sample import BEGIN, ENGINE, entries, reported

    place, keys = folder / "history" / "log.db", folder / "keys"
    if told and chance.random() < 0.5:
        everything(place)
    writer = create_or_open(place, now=BEGIN, keys=keys)
    try:
        head = writer.head()
        _expect(head, told, settings)
        if writer.seal_refused:
            raise Wrong(writer.seal_refused)
        if told and told.split()[1:] != [writer.uuid, writer.keyed_hash("value")]:
            raise Wrong("another store or another key")
        known = writer.seen(ENGINE, [(at, digest) for _, at, digest in reported(head + 300)])
        if len(known) != head:
            raise Wrong(f"{len(known)} fingerprints of {head} events")
        if everything(place) != entries(head):
            raise Wrong("other events than those that were appended")
        writer.append(entries(3, head), reported(3, head))
    finally:
        writer.close()
    verified = verify(place, key_folder=keys, thorough=True)
    if (verified.result, verified.events) != (Result.NOT_WITNESSED, head + 3):
        raise Wrong(f"{verified.result}: {verified.reason}")


def _expect(head: int, told: str, settings: Settings) -> None:
    acknowledged = int(told.split()[0]) if told else 0
    if head < acknowledged:
        raise Lost
    batches = sizes(settings)
    if head not in [sum(batches[:count]) for count in range(len(batches) + 1)]:
        raise Wrong(f"part of a batch is stored, {head} events")


if __name__ == "__main__":
    _settings = msgspec.json.decode(sys.argv[2], type=Settings)
    if _settings.own_sqlite:
        use_own_sqlite()
    _found = _cut(int(sys.argv[1]), _settings, sys.argv[3:])
    sys.stdout.buffer.write(msgspec.json.encode(_found))
