"""How image versions fared: what their containers ran for, and what went wrong meanwhile.

Only what was recorded counts, time as well as trouble: where nobody watched, no crash means
nothing.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import median

import msgspec

from domain.facts import Fact
from domain.facts.container import (
    ContainerExited,
    ContainerObserved,
    ContainerOutOfMemory,
    ContainerRemoved,
    ContainerRestarted,
    ContainerSignalled,
    ContainerStarted,
    ContainerStopped,
    HealthChanged,
)
from domain.moments import HOUR, MINUTE, SECOND
from domain.questions.engine_notes import tells_of_requests
from domain.questions.exit_codes import may_end
from domain.questions.history import Event, History, Stretch
from domain.questions.recorded import recorded_stretches, shared
from domain.questions.show import Reading
from domain.questions.writing import Json

_KINDS: tuple[type[Fact], ...] = (
    ContainerStarted,
    ContainerExited,
    ContainerObserved,
    ContainerStopped,
    ContainerSignalled,
    ContainerRestarted,
    ContainerOutOfMemory,
    HealthChanged,
    ContainerRemoved,
)
_ASKED = 30 * SECOND
_TOGETHER = 10 * SECOND
_TOLD_LATE = SECOND
"""Docker stamps a start and the end of a process that lives for milliseconds in any order (28)."""
_ONE_INCIDENT = 10 * MINUTE
"""A container that crashes again so soon after a crash is in a loop: one incident, not many."""
_KILLED = 137
_SIGNALS_OF_A_STOP = (_KILLED, 143)


class Trouble(msgspec.Struct):
    """How often something went wrong; incidents count a loop of it once."""

    events: int = 0
    incidents: int = 0


class Health(msgspec.Struct):
    """How the containers of an image version fared while they were recorded."""

    containers: int = 0
    ran: int = 0
    """Nanoseconds that they ran, all together, while somebody recorded."""
    ran_unrecorded: int = 0
    crashes: Trouble = msgspec.field(default_factory=Trouble)
    """Ends with another exit code than 0 that nobody asked for, those for memory among them."""
    oom_kills: Trouble = msgspec.field(default_factory=Trouble)
    unhealthy_spells: Trouble = msgspec.field(default_factory=Trouble)
    restarts: int = 0
    """Starts after an end, whoever asked for them."""
    times_to_healthy: list[int] = msgspec.field(default_factory=list)

    @property
    def time_to_healthy(self) -> int | None:
        """The median time from a start to the first healthy probe."""
        return round(median(self.times_to_healthy)) if self.times_to_healthy else None


def health_of_versions(
    history: History, reference: int, reading: Reading, moment: int | None = None
) -> dict[int, Health]:
    """By version number of the reference, up to a moment (by default now)."""
    until = history.end if moment is None else moment
    made: defaultdict[int, list[int]] = defaultdict(list)
    for container, number in history.instances_of(reference):
        if history.first_known(container) <= until:
            made[number].append(container)
    everyone = [container for held in made.values() for container in held]
    told: defaultdict[int, list[Event]] = defaultdict(list)
    for event in history.events_of(_KINDS, everyone) if everyone else ():
        if event.moment <= until:
            told[event.subject].append(event)
    engine = history.identity_of(reference).engine
    recorded = recorded_stretches(history, until).get(engine, [Stretch(0, until)])
    killed = _KilledForMemory(told, reading)
    telling = tells_of_requests(history, reading, engine)
    found: dict[int, Health] = {}
    for number, containers in made.items():
        health = found[number] = Health(containers=len(containers))
        for container in containers:
            _Life(health, recorded, killed, telling, told[container], until).take_in()
    return found


class _KilledForMemory:
    """Whether inspection told that an end was a kill for want of memory."""

    def __init__(self, told: dict[int, list[Event]], reading: Reading) -> None:
        wanted = {
            event.position: (event.subject, event.moment)
            for events in told.values()
            for event in events
            if event.kind is ContainerObserved and event.value == _KILLED
        }
        self._ends = {
            wanted[each.position]
            for each in reading(list(wanted))
            if isinstance(each.fact, ContainerObserved) and each.fact.oom_killed
        }

    def __call__(self, ended: Event) -> bool:
        return (ended.subject, ended.moment) in self._ends


class _Life:
    """The events of one container, taken in one after another."""

    def __init__(
        self,
        health: Health,
        recorded: Sequence[Stretch],
        killed: Callable[[Event], bool],
        telling: bool,
        events: Sequence[Event],
        until: int,
    ) -> None:
        self._health = health
        self._recorded = recorded
        self._killed = killed
        self._telling = telling
        self._requests = (ContainerStopped, ContainerRestarted) if telling else (ContainerStopped,)
        self._events = events
        self._moments = [each.moment for each in events]
        self._until = until
        self._started: int | None = None
        self._has_ended = False
        self._told_early: int | None = None
        """The end of a first run of which the start is told only after it."""
        self._memory: int | None = None
        """The last want of memory in this run."""
        self._status = ""
        self._last: dict[str, int] = {}
        """The last moment of each kind of trouble."""

    def take_in(self) -> None:
        for event in self._events:
            match event.kind:
                case kind if kind is ContainerStarted:
                    self._start(event)
                case kind if kind is ContainerExited:
                    self._exit(event)
                case kind if kind is ContainerOutOfMemory:
                    self._memory = event.moment
                case kind if kind is HealthChanged:
                    self._feel(event)
                case kind if kind is ContainerRemoved and self._started is not None:
                    self._ran(self._started, event.moment)
                    self._started = None
        if self._started is not None:
            self._ran(self._started, self._until)

    def _start(self, event: Event) -> None:
        early, self._told_early = self._told_early, None
        if early is not None and event.moment - early <= _TOLD_LATE:
            return
        if self._started is not None:
            # The end between two starts was missed; the time is counted to the second start.
            self._ran(self._started, event.moment)
            self._has_ended = True
        if self._has_ended and self._seen(event.moment):
            self._health.restarts += 1
        self._started, self._memory, self._status = event.moment, None, ""

    def _exit(self, event: Event) -> None:
        if self._started is not None:
            self._ran(self._started, event.moment)
        elif not self._has_ended:
            self._told_early = event.moment
        self._started, self._has_ended = None, True
        if not self._seen(event.moment):
            return
        code = self._code(event)
        for_memory = code == _KILLED and (self._memory is not None or self._killed(event))
        # Where stops are not told, a signal may have been one.
        unclear = not self._telling and code in _SIGNALS_OF_A_STOP and not for_memory
        if code not in (None, 0) and not unclear and not self._asked(event):
            self._note("crashes", event.moment)
        if for_memory:
            self._note("oom_kills", event.moment)

    def _feel(self, event: Event) -> None:
        status = str(event.value)
        if status == "healthy" and self._status == "" and self._started is not None:
            took = event.moment - self._started
            # Where nobody recorded, health may have come long before it was seen.
            if shared(self._recorded, self._started, event.moment) == took:
                self._health.times_to_healthy.append(took)
        if status == "unhealthy" and self._status != status and self._seen(event.moment):
            self._note("unhealthy_spells", event.moment)
        if status != "starting":
            self._status = status

    def _note(self, name: str, moment: int) -> None:
        trouble: Trouble = getattr(self._health, name)
        trouble.events += 1
        last = self._last.get(name)
        if last is None or moment - last > _ONE_INCIDENT:
            trouble.incidents += 1
        self._last[name] = moment

    def _ran(self, start: int, end: int) -> None:
        recorded = shared(self._recorded, start, end)
        self._health.ran += recorded
        self._health.ran_unrecorded += max(0, end - start) - recorded

    def _seen(self, moment: int) -> bool:
        return any(each.start <= moment <= each.end for each in self._recorded)

    def _code(self, ended: Event) -> int | None:
        if isinstance(ended.value, int):
            return ended.value
        told = (e.value for e in self._near(ended, 0) if e.kind is ContainerObserved)
        return next((code for code in told if isinstance(code, int)), None)

    def _asked(self, ended: Event) -> bool:
        """Whether somebody asked for the end: by a stop, a restart or a signal."""
        for event in self._near(ended, _ASKED):
            apart = event.moment - ended.moment
            if event.kind is ContainerSignalled and apart <= SECOND:
                if event.value is None or may_end(str(event.value)):
                    return True
            elif event.kind in self._requests and abs(apart) <= _TOGETHER:
                return True
        return False

    def _near(self, ended: Event, apart: int) -> Iterable[Event]:
        first = bisect_left(self._moments, ended.moment - apart)
        last = bisect_right(self._moments, ended.moment + apart)
        return self._events[first:last]


def to_json(health: Health) -> Json:
    """How a version fared, as `shipslog versions --health --format json` prints it."""
    healthy = health.time_to_healthy
    return {
        "containers": health.containers,
        "hours_run": health.ran / HOUR,
        "hours_unrecorded": health.ran_unrecorded / HOUR,
        "crashes": health.crashes.events,
        "crash_incidents": health.crashes.incidents,
        "oom_kills": health.oom_kills.events,
        "unhealthy_spells": health.unhealthy_spells.events,
        "restarts": health.restarts,
        "seconds_to_healthy": None if healthy is None else healthy / SECOND,
    }
