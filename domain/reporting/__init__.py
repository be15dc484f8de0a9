"""From what an engine says to facts: every engine event becomes exactly one reported fact.

What follows from it (a reference points elsewhere) is added as further facts, and what only
inspection can tell is asked for.
"""

from domain.book import Book
from domain.engine_event import EngineEvent
from domain.facts import Origin
from domain.inspection import Inquiry
from domain.reporting.attachments import report_attachment
from domain.reporting.containers import report_container
from domain.reporting.engines import report_engine
from domain.reporting.images import report_image
from domain.reporting.occasion import Occasion


def report(
    event: EngineEvent,
    book: Book,
    engine: str,
    recorded_at: int,
    origin: Origin,
    not_before: int | None = None,
) -> list[Inquiry]:
    """Adds the fact that the event reports, and what follows from it, to the book.

    `not_before` is given where the event is known to have happened later than the engine's clock
    says. Returns what should be inspected at once, the most urgent first.
    """
    occasion = Occasion(event, book, engine, recorded_at, origin, not_before)
    if event.action != "prune":
        match event.type:
            case "container" if event.actor:
                return report_container(occasion)
            case "image" if event.actor:
                return report_image(occasion)
            case "network" | "volume":
                return report_attachment(occasion)
    report_engine(occasion)
    return []


__all__ = ["report"]
