"""Events of the engine itself, and all for which there is no word here."""

from domain.facts.engine import EngineReconfigured, EngineReported, ResourcesPruned
from domain.reporting.occasion import Occasion, number, said_action


def report_engine(occasion: Occasion) -> None:
    """Enters the event in the engine's stream; what is unknown is kept as it was said."""
    event = occasion.event
    if event.action == "prune":
        reclaimed = number(event.attributes.get("reclaimed"))
        occasion.enter_for_engine(ResourcesPruned, kind=event.type, reclaimed_bytes=reclaimed)
    elif (event.type, event.action) == ("daemon", "reload"):
        occasion.enter_for_engine(EngineReconfigured)
    else:
        occasion.enter_for_engine(EngineReported, type=event.type, action=said_action(event))
