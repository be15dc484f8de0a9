"""A lineage with its places, ready to be drawn; computed away from the GUI thread."""

from dataclasses import dataclass

from adapters.readmodel import History
from app.desktop.lineage.folding import folded
from domain.questions.layout import Place, layout
from domain.questions.lineage import Lineage, lineage


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lineage is asked for; no subject means everything that is there."""

    history: History
    subject: int | None
    moment: int

    def same_as(self, other: "Wanted | None") -> bool:
        """Whether the answer would be the same."""
        return (
            other is not None
            and other.history is self.history
            and other.subject == self.subject
            and other.moment == self.moment
        )


@dataclass(frozen=True, slots=True)
class Drawing:
    """The answer."""

    wanted: Wanted
    whole: Lineage
    """All that was found."""
    lineage: Lineage
    """What is drawn of it."""
    places: dict[int, Place]


def draw(wanted: Wanted) -> Drawing:
    """Finds and lays out a lineage."""
    whole = lineage(wanted.history, wanted.subject, wanted.moment)
    drawn = folded(whole, wanted.subject)
    return Drawing(wanted, whole, drawn, layout(drawn))
