"""An event stream beside the looks at what its engine remembers: what is overdue, what is unproven.

A look finds the engine's last events, which the stream should bring too. What one look has seen and
the stream has not brought by the next is overdue, whatever the clocks say.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from domain.continuity import may_have_forgotten
from domain.engine_event import EngineEvent, fingerprint

Key = tuple[int, bytes]
"""An event's time and fingerprint."""


class Turn(NamedTuple):
    """The engine's memory turned over between two looks: nothing of the one is in the other."""

    since: int
    """The moment of the newest event of the earlier look, or of that look if there was none."""
    oldest: Key
    """The oldest event of the later look."""


class Looks(msgspec.Struct, frozen=True):
    """What the looks so far leave to be seen."""

    newest: Key | None = None
    """The newest event of the last look; None where the engine remembered nothing."""
    looked_at: int | None = None
    """The engine's moment of the last look, or somewhat earlier; None before the first."""
    awaited: tuple[EngineEvent, ...] = ()
    """What the last look has seen and the stream may still bring."""
    turn: Turn | None = None
    """A turn that is not judged yet."""
    ripe: bool = False
    """Whether the turn can be judged: the stream has brought its oldest event, or never will."""


def key_of(event: EngineEvent) -> Key:
    """By which the event is known again."""
    return event.time_ns, fingerprint(event)


def look(
    before: Looks, ring: Sequence[EngineEvent], latest: int
) -> tuple[Looks, list[EngineEvent]]:
    """Another look, whose ring is not empty; gives what is overdue, which may be stored already.

    Events from the moment `latest` on may still be on their way.
    """
    keys = [key_of(event) for event in ring]
    due = [*before.awaited, *(event for event in ring if event.time_ns < latest)]
    turn = None
    since = before.looked_at if before.newest is None else before.newest[0]
    if since is not None and may_have_forgotten(len(ring)) and before.newest not in keys:
        turn = Turn(since, keys[0])
    after = Looks(
        newest=keys[-1],
        looked_at=latest,
        awaited=tuple(event for event in ring if event.time_ns >= latest),
        turn=turn,
        ripe=ring[0] in due,
    )
    return after, due
