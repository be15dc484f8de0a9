"""One service's containers, one change after another, told as deployments.

The order of changes decides, never what comes after: whoever asks early gets the beginning of
what is answered later, but for containers whose place may still be taken over.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from domain.moments import FOREVER, SECOND
from domain.questions.history import Event
from domain.questions.served import Served
from domain.questions.tenures import Service, Succession, Tenure

_TOGETHER = 10 * SECOND
"""Changes of one kind that follow each other more quickly are one; a stop waits so long."""
_AT_ONCE = 2 * SECOND
"""Who takes several away stops them all at once, or the next one when one is gone."""
_NEVER_STARTED = 60 * SECOND
"""Tools create all containers, and start them then; what never starts does not wait for ever."""


class Kind(StrEnum):
    """What a change did to a service."""

    DEPLOYED = "deployed"
    UPGRADED = "upgraded"
    ROLLED_BACK = "rolled_back"
    RECREATED = "recreated"
    SCALED = "scaled"
    REMOVED = "removed"


_BRINGS_A_VERSION = (Kind.DEPLOYED, Kind.UPGRADED, Kind.ROLLED_BACK)


class Rollout(msgspec.Struct):
    """A change of a service under way: containers that come and go are added to it."""

    service: Service
    kind: Kind
    at: int
    key: Event
    """The event that says so."""
    from_: Served | None
    to: Served | None
    before: int
    """How many containers of the service there were before."""
    after: int
    until: int
    earlier: Served | None = None
    """Of a rolled back service: the version as it ran before."""
    came: list[Tenure] = []
    went: list[Tenure] = []
    replaced: list[tuple[Tenure, Tenure]] = []
    """Pairs of a container and the one that took over from it."""


class _Change(NamedTuple):
    """A container comes, taking over from another or not; or one goes without a successor."""

    moment: int
    key: Event
    comes: bool
    tenure: Tenure
    before: Tenure | None


Started = Mapping[int, Event]
"""The first start of each container."""

Stops = Mapping[int, int]
"""When the last run of each container began to end."""


def rollouts(
    chain: Iterable[Succession], served: Callable[[int], Served], started: Started, stops: Stops
) -> list[Rollout]:
    """What happened to one service, in the order of time."""
    changes = []
    for each in chain:
        tenure = each.tenure
        changes.append(_Change(tenure.start, tenure.began, True, tenure, each.before))
        if tenure.ended is not None and tenure.end != FOREVER and not each.succeeded:
            changes.append(_Change(tenure.end, tenure.ended, False, tenure, None))
    # What comes at the moment at which something goes is there already.
    changes.sort(key=lambda each: (each.moment, not each.comes, each.key.position))
    telling = _Telling(served, started, stops)
    for change in changes:
        (telling.comes if change.comes else telling.goes)(change)
    return telling.told


class _Telling:
    """What stands in each place, and what has been told so far."""

    def __init__(self, served: Callable[[int], Served], started: Started, stops: Stops) -> None:
        self._served = served
        self._started = started
        self._stops = stops
        self._there: dict[str, Tenure] = {}
        self._current: Served | None = None
        self._ran: list[Served] = []
        """Every version that the service ever had, in the order in which they came."""
        self._bringing: Rollout | None = None
        """What brought the current version."""
        self.told: list[Rollout] = []

    def comes(self, change: _Change) -> None:
        new = self._served(change.tenure.container)
        known = len(self._there)
        self._there[change.tenure.place] = change.tenure
        if self._current is None:
            self._bring(Kind.DEPLOYED, change, new, known)
        elif not new.same_as(self._current):
            self._bring(self._forth_or_back(new, self._current), change, new, known)
        elif change.before is None:
            self._added(change, known)
        elif self._bringing and not self._served(change.before.container).same_as(new):
            self._join(self._bringing, change)
        else:
            self._recreated(change, known)

    def goes(self, change: _Change) -> None:
        gone, current = change.tenure, self._current
        if self._there.get(gone.place) is not gone or current is None:
            return
        known = len(self._there)
        del self._there[gone.place]
        last = self.told[-1] if self.told else None
        going = last if last and last.kind is Kind.SCALED and last.went else None
        near = going is not None and self._goes_with(going, change)
        if not self._there:
            if going is not None and near:
                going.kind, going.to = Kind.REMOVED, None
                self._join(going, change)
            else:
                self._tell(Kind.REMOVED, change, None, known)
            self._current = None
        elif self._bringing and not self._served(gone.container).same_as(current):
            self._join(self._bringing, change)
        elif any(self._served(each.container).same_as(current) for each in self._there.values()):
            if going is not None and near:
                self._join(going, change)
            else:
                self._tell(Kind.SCALED, change, current, known)
        else:
            self._fall_back(change, current, known)

    def _goes_with(self, going: Rollout, change: _Change) -> bool:
        """Whether the container goes by the same action as those before."""
        stopped = self._stops.get(change.tenure.container, change.moment)
        soon = change.moment - going.until <= _TOGETHER
        return soon and stopped - going.until <= _AT_ONCE

    def _fall_back(self, change: _Change, current: Served, known: int) -> None:
        """The only containers of the current version are gone; an older one is there still."""
        left = max(self._there.values(), key=lambda each: (each.start, each.began.position))
        new = self._served(left.container)
        self._bring(self._forth_or_back(new, current), change, new, known)

    def _bring(self, kind: Kind, change: _Change, new: Served, known: int) -> None:
        self._bringing = self._tell(kind, change, new, known)
        self._current = new
        ran = next((each for each in self._ran if each.same_as(new)), None)
        if ran is None:
            self._ran.append(new)
        elif kind is Kind.ROLLED_BACK:
            self._bringing.earlier = ran

    def _forth_or_back(self, new: Served, current: Served) -> Kind:
        ran = [each.same_as(new) for each in self._ran]
        now = [each.same_as(current) for each in self._ran]
        back = True in ran and True in now and ran.index(True) < now.index(True)
        return Kind.ROLLED_BACK if back else Kind.UPGRADED

    def _added(self, change: _Change, known: int) -> None:
        last = self.told[-1]
        if not last.went and last.kind is not Kind.REMOVED and self._same_action(last, change):
            self._join(last, change)
        else:
            self._tell(Kind.SCALED, change, self._current, known)

    def _recreated(self, change: _Change, known: int) -> None:
        last = self.told[-1]
        if change.tenure.task:
            return  # a swarm restarts so
        if last.kind is Kind.RECREATED and self._same_action(last, change):
            self._join(last, change)
        else:
            self._tell(Kind.RECREATED, change, self._current, known)

    def _same_action(self, last: Rollout, change: _Change) -> bool:
        """Whether the container comes by the same action of a person or tool as those before.

        Compose creates all containers before it starts the first; a swarm does not.
        """
        if change.tenure.task:
            return change.moment - last.until <= _TOGETHER
        if change.moment - last.until > _NEVER_STARTED:
            return False
        starts = [self._started.get(each.container) for each in last.came]
        return not any(start is not None and start.moment <= change.moment for start in starts)

    def _tell(self, kind: Kind, change: _Change, new: Served | None, known: int) -> Rollout:
        rollout = Rollout(
            service=change.tenure.service,
            kind=kind,
            at=change.moment,
            key=change.key,
            from_=self._current,
            to=new,
            before=known,
            after=known,
            until=change.moment,
        )
        self.told.append(rollout)
        self._join(rollout, change)
        return rollout

    def _join(self, rollout: Rollout, change: _Change) -> None:
        rollout.until = max(rollout.until, change.moment)
        rollout.after = len(self._there)
        (rollout.came if change.comes else rollout.went).append(change.tenure)
        if change.before is not None:
            rollout.replaced.append((change.before, change.tenure))
