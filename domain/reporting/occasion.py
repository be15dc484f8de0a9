"""One engine event and the book that it is to be entered in."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.book import Book
from domain.engine_event import ENGINES_OWN, EngineEvent
from domain.facts import Fact, Origin, Said
from domain.facts.base import LOCAL
from domain.identity import ENGINE
from domain.redaction import redact_named


class Occasion(NamedTuple):
    """An event, where it is entered, when it was received, and as what."""

    event: EngineEvent
    book: Book
    engine: str
    recorded_at: int
    origin: Origin
    not_before: int | None = None
    """The last moment before the engine's clock was set back, where it has not passed it yet."""

    def fact(
        self,
        kind: Callable[..., Fact],
        subject: str,
        attributes: Mapping[str, str],
        /,
        **details: Any,
    ) -> Fact:
        """The fact that reports the event in the stream of `subject` (an object id)."""
        event = self.event
        said = Said(
            type=event.type,
            action=said_action(event),
            attributes=_without_secrets(attributes),
            actor=None if event.actor == subject else event.actor,
            # The same object as the default, so that it is left out of what is stored.
            scope=LOCAL if event.scope == LOCAL else event.scope,
        )
        return kind(
            occurred_at=event.time_ns,
            recorded_at=self.recorded_at,
            origin=self.origin,
            not_before=self.not_before,
            said=said,
            **details,
        )

    def consequence(self) -> dict[str, Any]:
        """When and how a fact that follows from the event came to be known."""
        return {
            "occurred_at": self.event.time_ns,
            "recorded_at": self.recorded_at,
            "origin": self.origin,
            "not_before": self.not_before,
        }

    def enter_for_engine(self, kind: Callable[..., Fact], /, **details: Any) -> None:
        """Enters the event as a fact of the engine itself."""
        fact = self.fact(kind, self.engine, self.event.attributes, **details)
        self.book.append(ENGINE, self.engine, self.engine, fact)


def _without_secrets(attributes: Mapping[str, str]) -> dict[str, str]:
    return {
        key: value if key in ENGINES_OWN else redact_named(key, value).text
        for key, value in attributes.items()
    }


def said_action(event: EngineEvent) -> str:
    """The action as it is stored.

    The command line of an exec action is left out: it may hold secrets, and the store is for
    ever. A health status is a word of the engine's own and stays.
    """
    if event.action == "health_status" and event.payload and not event.probed:
        return f"{event.action}: {event.payload}"
    return event.action


def number(text: str | None) -> int | None:
    """The whole number that the text writes; None for any other text."""
    if text is None or len(text) > 18 or not text.isascii():
        return None
    return int(text) if text.removeprefix("-").isdigit() else None
