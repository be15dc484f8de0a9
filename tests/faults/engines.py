"""A real engine that fails while it is recorded, and whether all that it said is accounted for."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from adapters.store.opening import open_reader
from domain.facts.engine import GapDeclared
from tests.engines.capture import Event
from tests.engines.comparison import Said, captured, stored
from tests.engines.recorder import Shipslog, until
from tests.engines.running import RunningEngine
from tests.engines.truth import standing, told_standing

RUN = ("run", "--network", "none", "--pull", "never")
NAP = ("sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait")
_NUMBERS = count(1)


class Account(NamedTuple):
    """What became of the events that an engine said."""

    said: int
    lost: list[Said]
    """Neither stored nor within a declared gap."""
    twice: list[Said]
    in_gaps: int
    """Not stored, but within a declared gap."""


def account(store: Path, events: list[Event]) -> Account:
    """Holds a capture against a store."""
    said, kept = Counter(map(captured, events)), Counter(stored(store))
    gaps = [(gap.started_at or 0, gap.ended_at) for gap in gaps_of(store)]
    missing = [event for event in said if event not in kept and not _is_probe(event)]
    covered = [each for each in missing if any(a <= each[3] <= b for a, b in gaps)]
    lost = [each for each in missing if each not in covered]
    return Account(said.total(), lost, [each for each, n in kept.items() if n > 1], len(covered))


def _is_probe(event: Said) -> bool:
    return str(event[1]).startswith("exec_")


def gaps_of(store: Path) -> list[GapDeclared]:
    """The gaps but that before the first recording."""
    reader = open_reader(store)
    facts = [recorded.fact for recorded in reader.of_topics([GapDeclared.TOPIC])]
    reader.close()
    gaps = [fact for fact in facts if isinstance(fact, GapDeclared)]
    return [gap for gap in gaps if gap.started_at is not None]


def start_again(shipslog: Shipslog, engine: RunningEngine) -> float:
    """Starts an engine that was down; gives the seconds until the recorder listened to it."""
    began = time.time_ns()
    engine.start_again()
    answered = time.time_ns()
    return max(0.0, (wait_until_connected(shipslog, began) - answered) / 1e9)


def wait_until_connected(shipslog: Shipslog, since: int) -> int:
    """When the recorder was connected to all its engines after the moment `since`."""

    def connected() -> bool:
        status = shipslog.status_file()
        return bool(status and all(_is_listening(each, since) for each in status["engines"]))

    until(connected, lambda: f"not connected again: {shipslog.status_file()}")
    status = shipslog.status_file()
    assert status is not None
    return max(int(each["since"]) for each in status["engines"])


def _is_listening(engine: dict[str, Any], since: int) -> bool:
    return bool(engine["connected"]) and engine["since"] >= since


def wait_until_it_agrees(shipslog: Shipslog, engine: RunningEngine) -> None:
    """Waits until the store tells of the engine what the engine tells of itself."""

    def difference() -> str:
        told, wanted = told_standing(shipslog.json("state")), standing(engine)
        wrong = [part for part in wanted if told[part] != wanted[part]]
        return "".join(f"{part}: told {told[part]}, is {wanted[part]}\n" for part in wrong)

    until(lambda: not difference(), difference)


@contextmanager
def traffic(engine: RunningEngine, image: str) -> Iterator[None]:
    """Containers and tags come and go meanwhile, as long as the engine does."""
    stopping = threading.Event()

    def go() -> None:
        while not stopping.is_set():
            tag = f"traffic/run:{next(_NUMBERS)}"
            engine.docker("tag", image, tag, check=False)
            engine.docker(*RUN, "--rm", tag, "true", check=False)
            engine.docker("rmi", tag, check=False)

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
