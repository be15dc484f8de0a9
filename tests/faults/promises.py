"""What is promised of a recording, held against all that an engine said while it went on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from domain.continuity import may_have_forgotten
from domain.engine_event import EngineEvent
from domain.facts import Fact
from domain.facts.engine import GapCause, GapDeclared
from domain.questions.state import state_at, to_json
from tests.app.recording.conftest import Log, told_by
from tests.domain.reporting.rebuilding import rebuilt
from tests.fakes.engine import FakeEngine

FAR_FUTURE = 2**62
_OWED = (GapCause.FIRST_CONTACT, GapCause.UNREADABLE)


@dataclass(frozen=True)
class Findings:
    """What became of what was said: numbers, and what is wrong in sentences."""

    said: int
    gaps: int
    """Gaps but that before the first recording."""
    empty_gaps: int
    """Those of them in which nothing is lost."""
    declared: int
    """Events that are not stored and lie in a gap."""
    lost: list[str]
    """Events that are not stored and lie in no gap."""
    twice: list[str]
    forged: list[str]
    """Stored events that were not said so."""
    needless: list[str]
    """Gaps in which nothing is lost, though the engine remembered enough to prove it."""

    @property
    def broken(self) -> list[str]:
        """The promises that are not kept, in words; none where all is well."""
        found = {"lost": self.lost, "stored twice": self.twice, "forged": self.forged}
        found["a gap without a reason"] = self.needless
        return [f"{what}: {case}" for what, cases in found.items() for case in cases]


def findings(
    store: Path, engine: FakeEngine, *, restarts: Iterable[int] = (), garbled: int = 0
) -> Findings:
    """Holds the store against what the engine said.

    `restarts` are the moments at which the engine forgot its events, by its own clock; `garbled`
    is how often something was sent that cannot be read.
    """
    entries = Log(store).entries
    said = told_by(engine)
    stored = Counter(map(_words, rebuilt(entries)))
    known = set(map(_words, said))
    facts = [entry.fact for entry in entries]
    gaps = [fact for fact in facts if isinstance(fact, GapDeclared)]
    missing = [event for event in said if _words(event) not in stored]
    in_a_gap = [event for event in missing if any(covers(gap, event) for gap in gaps)]
    later = [gap for gap in gaps if gap.cause not in _OWED]
    empty = [gap for gap in later if not any(covers(gap, event) for event in missing)]
    needless = [
        gap
        for gap in empty
        if _could_be_proven(gap, facts[: facts.index(gap)], said, list(restarts))
    ]
    unreadable = [gap for gap in gaps if gap.cause is GapCause.UNREADABLE]
    return Findings(
        said=len(said),
        gaps=len(later),
        empty_gaps=len(empty),
        declared=len(in_a_gap),
        lost=[_words(event) for event in missing if event not in in_a_gap],
        twice=[event for event, count in stored.items() if count > 1],
        forged=[event for event in stored if event not in known],
        needless=[*map(str, needless), *map(str, unreadable[garbled:])],
    )


def _words(event: EngineEvent) -> str:
    attributes = sorted(event.attributes.items())
    return f"{event.time_ns} {event.type} {event.action} {event.actor[:19]} {attributes}"


def covers(gap: GapDeclared, event: EngineEvent) -> bool:
    """Whether the gap says that the event may have been lost: both ends belong to it."""
    if gap.cause is GapCause.UNREADABLE:
        # A moment in which something came that was no event.
        return False
    return (gap.started_at or 0) <= event.time_ns <= gap.ended_at


def _could_be_proven(
    gap: GapDeclared, before: list[Fact], said: list[EngineEvent], restarts: list[int]
) -> bool:
    """Whether the engine remembered something that was stored `before` the gap was declared."""
    since, until = gap.started_at or 0, gap.recorded_at
    overrun = may_have_forgotten(sum(since <= event.time_ns <= until for event in said))
    forgotten = max((moment for moment in restarts if moment <= until), default=0)
    stored = any(fact.said is not None and fact.occurred_at > forgotten for fact in before)
    return stored and forgotten < since and not overrun


def wrong_state(store: Path, engine: FakeEngine) -> list[str]:
    """How the state that the store tells of differs from what the engine holds; in words."""
    told, truth = _told(store), _truth(engine)
    return [
        f"told {sorted(told[what] - truth[what])}, but there is {sorted(truth[what] - told[what])}"
        for what in truth
        if told[what] != truth[what]
    ]


def _told(store: Path) -> dict[str, set[tuple[str, ...]]]:
    reader = open_reader(store)
    try:
        model = ReadModel.open(reader, None)
        state: Any = to_json(state_at(model.history, FAR_FUTURE))
        model.close()
    finally:
        reader.close()
    return {
        "containers": {
            (item["id"], item["name"], item["state"], item["image_id"])
            for item in state["containers"]
        },
        "references": {(item["reference"], item["image_id"]) for item in state["references"]},
        "images": {(image["id"],) for image in state["images"]},
    }


def _truth(engine: FakeEngine) -> dict[str, set[tuple[str, ...]]]:
    holdings = engine.holdings
    return {
        "containers": {
            (id, item["Name"][1:], item["State"]["Status"], item["Image"])
            for id, item in holdings.containers.items()
        },
        "references": {
            (reference, id)
            for id, image in holdings.images.items()
            for reference in image["RepoTags"]
        },
        "images": {(id,) for id in holdings.images},
    }
