"""What was so at a moment."""

from domain.questions.answers import StateAt
from domain.questions.history import History
from domain.questions.writing import Json, written


def state_at(history: History, moment: int) -> StateAt:
    """Engines, containers, images and references at the moment, each sorted by name."""
    return StateAt(
        at=moment,
        position=history.position_at(moment),
        engines=sorted(history.engines_at(moment), key=lambda each: (each.name, each.key)),
        containers=sorted(
            history.containers_at(moment), key=lambda each: (each.engine_name, each.name, each.id)
        ),
        images=sorted(
            history.images_at(moment),
            key=lambda each: (each.engine_name, not each.references, each.references, each.id),
        ),
        references=sorted(
            history.references_at(moment), key=lambda each: (each.engine_name, each.reference)
        ),
    )


def to_json(state: StateAt) -> Json:
    """The state as `shipslog state --format json` prints it."""
    found: Json = written(state)
    return found
