"""What an engine last told about itself."""

from domain.facts.engine import EngineObserved
from domain.identity import ENGINE, stream_id
from domain.questions.history import History
from domain.questions.show import Reading


def engine_told(history: History, reading: Reading, engine: str) -> EngineObserved | None:
    """What the engine with that key last told about itself; None where it never did."""
    subject = history.object_of(stream_id(ENGINE, engine, engine))
    told = () if subject is None else history.events_of((EngineObserved,), (subject,))
    facts = [each.fact for each in reading([event.position for event in told][-1:])]
    return next((fact for fact in facts if isinstance(fact, EngineObserved)), None)


def tells_of_requests(history: History, reading: Reading, engine: str) -> bool:
    """Whether the engine tells that a stop was asked for.

    Podman tells only of the end, and says `restart` also where its restart policy does it
    (4.3 to 5.4).
    """
    told = engine_told(history, reading, engine)
    return told is None or told.flavour != "podman"
