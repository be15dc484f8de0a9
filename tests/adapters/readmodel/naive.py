"""The same answers by the plainest possible means: sort, fold one fact at a time, look."""

from collections import defaultdict
from typing import NamedTuple

from domain.facts import Fact
from domain.facts.image import ReferencePointed, ReferenceRemoved
from domain.identity import parse_stream_id
from domain.moments import FOREVER
from domain.questions.effects import IMAGE_ARRIVES, IMAGE_LEAVES, Condition, after
from tests.adapters.readmodel.memory import Stored


class Span(NamedTuple):
    """What was so with one object from a moment to a moment."""

    start: int
    end: int
    so: object


def lives(stored: list[Stored], kind: str) -> dict[str, list[Span]]:
    """The spans of every object of a kind, by full id, without those of no length."""
    facts: dict[str, list[Stored]] = defaultdict(list)
    for each in stored:
        if parse_stream_id(each.stream).kind == kind:
            facts[parse_stream_id(each.stream).object_id].append(each)
    fold = {"container": _conditions, "image": _presence, "reference": _versions}[kind]
    return {
        object_id: [span for span in fold(_in_time(own)) if span.start < span.end]
        for object_id, own in facts.items()
    }


def _in_time(stored: list[Stored]) -> list[Fact]:
    ordered = sorted(stored, key=lambda each: (each.fact.occurred_at, each.position))
    return [each.fact for each in ordered]


def _conditions(facts: list[Fact]) -> list[Span]:
    condition, found = Condition(), _Spans()
    for fact in facts:
        condition = after(condition, fact)
        found.note(fact.occurred_at, condition if condition.alive else None)
    return found.spans


def _presence(facts: list[Fact]) -> list[Span]:
    found = _Spans()
    for fact in facts:
        if type(fact) in IMAGE_ARRIVES:
            found.note(fact.occurred_at, True)
        elif type(fact) in IMAGE_LEAVES:
            found.note(fact.occurred_at, None)
    return found.spans


def _versions(facts: list[Fact]) -> list[Span]:
    found, number, held = _Spans(), 0, None
    for fact in facts:
        if isinstance(fact, ReferencePointed) and fact.image_id != held:
            number, held = number + 1, fact.image_id
            found.note(fact.occurred_at, (held, number))
        elif isinstance(fact, ReferenceRemoved):
            held = None
            found.note(fact.occurred_at, None)
    return found.spans


class _Spans:
    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._open: tuple[int, object] | None = None

    def note(self, moment: int, so: object | None) -> None:
        """From the moment on this is so; None for not there."""
        if self._open is not None:
            if self._open[1] == so:
                return
            self.spans[-1] = Span(self._open[0], moment, self._open[1])
        self._open = None if so is None else (moment, so)
        if so is not None:
            self.spans.append(Span(moment, FOREVER, so))
