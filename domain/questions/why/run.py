"""The last run of a container before a moment, and what was recorded around its end."""

from collections.abc import Sequence

import msgspec

from domain.facts import Fact
from domain.facts.container import (
    Configuration,
    ContainerConfigured,
    ContainerCreated,
    ContainerExited,
    ContainerFound,
    ContainerObserved,
    ContainerOutOfMemory,
    ContainerPaused,
    ContainerRemoved,
    ContainerRestarted,
    ContainerSignalled,
    ContainerStarted,
    ContainerStopped,
    ContainerUpdated,
    HealthChanged,
    NetworkDisconnected,
)
from domain.questions.engine_notes import tells_of_requests
from domain.questions.gaps import gaps_by_engine
from domain.questions.history import Event, Gap, History
from domain.questions.show import Reading

_KINDS: tuple[type[Fact], ...] = (
    ContainerCreated,
    ContainerFound,
    ContainerConfigured,
    ContainerStarted,
    ContainerExited,
    ContainerObserved,
    ContainerStopped,
    ContainerSignalled,
    ContainerRestarted,
    ContainerPaused,
    ContainerOutOfMemory,
    ContainerUpdated,
    HealthChanged,
    NetworkDisconnected,
    ContainerRemoved,
)
_BIRTHS = (ContainerCreated, ContainerFound)
_TURNS = (ContainerStarted, ContainerExited)


class Run(msgspec.Struct):
    """What is to be explained, as of a moment. Events are in the order of time."""

    history: History
    container: int
    engine: str
    name: str
    at: int
    events: list[Event]
    gaps: list[Gap]
    configuration: Configuration | None
    """As it was last inspected; None where it never was."""
    birth: Event | None
    removal: Event | None
    start: Event | None
    """The start of the run that ended last; of the one that lasts where none ended."""
    exit: Event | None
    """The last end of a process; None where none was recorded."""
    next_start: Event | None
    """The start after that end, which may itself have been missed."""
    tells_of_requests: bool
    """Whether the engine tells that somebody asked for a stop."""
    seen: list[tuple[Event, ContainerObserved]]
    """What inspections told, from the start of the run on."""

    def of(self, *kinds: type[Fact], since: int, until: int) -> list[Event]:
        """The events of these kinds between two moments."""
        return [e for e in self.events if e.kind in kinds and since <= e.moment <= until]

    @property
    def began(self) -> int:
        """The earliest moment that belongs to the run."""
        first = self.start or self.birth
        return self.events[0].moment if first is None else first.moment

    @property
    def exit_code(self) -> int | None:
        """The exit code of the end: what the event says, else what inspection told of it."""
        if self.exit is None:
            return None
        if isinstance(self.exit.value, int):
            return self.exit.value
        told = (seen.exit_code for event, seen in self.seen if event.moment == self.exit.moment)
        return next((code for code in told if code is not None), None)

    def gap_at(self, moment: int) -> Gap | None:
        """The gap that covers the moment."""
        return next((gap for gap in self.gaps if gap.start <= moment <= gap.end), None)


def last_run(history: History, container: int, reading: Reading, at: int) -> Run:
    """The last run before the moment, and everything that may explain its end."""
    known = history.events_of(_KINDS, (container,))
    events = [each for each in known if each.moment <= at]
    removal = _last(events, (ContainerRemoved,))
    if removal is not None and any(e.kind in _BIRTHS for e in _after(events, removal)):
        removal = None
    start, ended, next_start = _turns([e for e in events if e.kind in _TURNS])
    birth = next((each for each in events if each.kind in _BIRTHS), None)
    engine = history.identity_of(container).engine
    since = 0 if start is None or ended is None else start.moment
    facts = _read(events, reading, since)
    return Run(
        history=history,
        container=container,
        engine=engine,
        name=history.name_of(container, at),
        at=at,
        events=events,
        gaps=gaps_by_engine(history).get(engine, []),
        configuration=_configuration(events, reading),
        birth=birth,
        removal=removal,
        start=start,
        exit=ended,
        next_start=next_start,
        tells_of_requests=tells_of_requests(history, reading, engine),
        seen=facts,
    )


def _turns(turns: Sequence[Event]) -> tuple[Event | None, Event | None, Event | None]:
    """The start, the end and the next start of the last run that ended, or of one that lasts."""
    if not turns:
        return None, None, None
    last, before = turns[-1], turns[-2] if len(turns) > 1 else None
    if last.kind is ContainerExited:
        return (before if before and before.kind is ContainerStarted else None), last, None
    if before is None:
        return last, None, None
    if before.kind is ContainerStarted:
        return before, None, last
    earlier = turns[-3] if len(turns) > 2 else None
    return (earlier if earlier and earlier.kind is ContainerStarted else None), before, last


def _read(
    events: Sequence[Event], reading: Reading, since: int
) -> list[tuple[Event, ContainerObserved]]:
    wanted = {e.position: e for e in events if e.kind is ContainerObserved and e.moment >= since}
    return [
        (wanted[each.position], each.fact)
        for each in reading(list(wanted))
        if isinstance(each.fact, ContainerObserved)
    ]


def _configuration(events: Sequence[Event], reading: Reading) -> Configuration | None:
    told = [each.position for each in events if each.kind is ContainerConfigured]
    facts = [each.fact for each in reading(told[-1:])]
    return next((f.configuration for f in facts if isinstance(f, ContainerConfigured)), None)


def _last(events: Sequence[Event], kinds: tuple[type[Fact], ...]) -> Event | None:
    return next((each for each in reversed(events) if each.kind in kinds), None)


def _after(events: Sequence[Event], event: Event) -> list[Event]:
    return [each for each in events if _order(each) > _order(event)]


def _order(event: Event) -> tuple[int, int]:
    return event.moment, event.position
