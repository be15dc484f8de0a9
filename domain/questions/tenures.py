"""Which container held which place of a service, from when to when.

A service has one place for each container that it should have. A container holds its place from
its creation until it is removed or another takes over; what Compose or a person recreates is
thereby told from what is added or taken away.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from domain.facts.container import (
    ContainerCreated,
    ContainerExited,
    ContainerFound,
    ContainerRemoved,
    ContainerRenamed,
    ContainerSignalled,
    ContainerStarted,
)
from domain.identity import CONTAINER
from domain.moments import FOREVER, MINUTE, SECOND
from domain.questions.history import Event, History
from domain.questions.services import (
    has_service,
    is_one_off,
    is_task,
    place_of,
    project_of,
    service_of,
)

_BY_HAND = MINUTE
"""Who removes a container and creates it anew by the same name replaces it, pulling meanwhile."""
_BY_A_TOOL = 10 * SECOND
"""Tools other than Compose remove first and create then."""
_BIRTHS = (ContainerCreated, ContainerFound)
_ENDINGS = (ContainerSignalled, ContainerExited)


class Service(NamedTuple):
    """What a compose project and service label name, else a container's name."""

    engine: str
    project: str | None
    name: str
    by_name: bool
    """Whether no label names it."""


class Tenure(NamedTuple):
    """A container's time in a place of a service."""

    service: Service
    place: str
    container: int
    start: int
    began: Event
    """The creation, the rename, or the fact by which the container came to be known."""
    end: int
    """FOREVER while it lasts."""
    ended: Event | None
    patience: int
    """So long after the end another container still takes over rather than comes anew."""
    task: bool
    """Whether it is a swarm's task, which is replaced where others are restarted."""


class Succession(NamedTuple):
    """A tenure, the one that it took over from, and whether another took over from it."""

    tenure: Tenure
    before: Tenure | None
    succeeded: bool


def tenures(history: History, until: int | None = None, *, like: int | None = None) -> list[Tenure]:
    """All tenures that had begun until the moment (by default all), each as it was then.

    With `like` only those that can be of the same service as that container.
    """
    labels = _labels(history)
    if like is not None:
        labels = _alike(history, labels, like)
    chosen = None if like is None else labels
    events = history.events_of((*_BIRTHS, ContainerRenamed, ContainerRemoved), chosen)
    tasks = [container for container, known in labels.items() if is_task(known)]
    ends = history.events_of((ContainerExited,), tasks) if tasks else []
    walk = _Walk(history, labels)
    timed = [(_moment(history, event), event) for event in (*events, *ends)]
    last = FOREVER if until is None else until
    for moment, event in sorted(timed, key=lambda each: (each[0], each[1].position)):
        if moment <= last and event.subject in labels:
            walk.take(moment, event)
    return walk.all()


def successions(places: Iterable[Tenure]) -> list[Succession]:
    """Who took over from whom, in the order in which the tenures began."""
    latest: dict[tuple[Service, str], Tenure] = {}
    before: dict[Tenure, Tenure] = {}
    succeeded: set[Tenure] = set()
    ordered = sorted(places, key=lambda each: (each.start, each.began.position))
    for each in ordered:
        known = latest.get((each.service, each.place))
        if known is not None and each.start <= min(known.end, FOREVER - MINUTE) + known.patience:
            before[each] = known
            succeeded.add(known)
        latest[each.service, each.place] = each
    return [Succession(each, before.get(each), each in succeeded) for each in ordered]


def first_starts(history: History, containers: Iterable[int] | None = None) -> dict[int, Event]:
    """The first start of each container that was seen to start."""
    chosen = None if containers is None else list(containers)
    found: dict[int, Event] = {}
    for event in history.events_of((ContainerStarted,), chosen):
        found.setdefault(event.subject, event)
    return found


def last_stops(history: History, containers: Iterable[int] | None = None) -> dict[int, int]:
    """When the last run of each container began to end: its first signal, else its exit."""
    chosen = None if containers is None else list(containers)
    found: dict[int, int] = {}
    for event in history.events_of((ContainerStarted, *_ENDINGS), chosen):
        if event.kind is ContainerStarted:
            found.pop(event.subject, None)
        else:
            found.setdefault(event.subject, event.moment)
    return found


def _labels(history: History) -> dict[int, dict[str, str]]:
    """The labels of all containers that belong to a service."""
    records = ((each, history.container_record(each)) for each in history.objects_of(CONTAINER))
    return {
        container: record.labels
        for container, record in records
        if record is not None and not is_one_off(record.labels)
    }


def _alike(
    history: History, labels: dict[int, dict[str, str]], container: int
) -> dict[int, dict[str, str]]:
    own = labels.get(container)
    if own is None:
        return {}
    engine, wanted = history.identity_of(container).engine, _labelled(own)
    return {
        each: known
        for each, known in labels.items()
        if _labelled(known) == wanted and history.identity_of(each).engine == engine
    }


def _labelled(labels: dict[str, str]) -> tuple[str | None, str]:
    """Project and service; no service for containers that go by their names."""
    return project_of(labels), service_of(labels, "")


def _moment(history: History, event: Event) -> int:
    """When it happened: what is found was mostly created long before."""
    if event.kind is ContainerFound:
        record = history.container_record(event.subject)
        if record is not None:
            return min(record.born_at, event.moment)
    return event.moment


class _Walk:
    """Takes the events of all containers in the order of time and keeps who is where."""

    def __init__(self, history: History, labels: dict[int, dict[str, str]]) -> None:
        self._history = history
        self._labels = labels
        self._open: dict[int, Tenure] = {}
        self._done: list[Tenure] = []
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        """By engine: the services that go by a container's name."""
        self._latest: dict[tuple[Service, str], int] = {}

    def all(self) -> list[Tenure]:
        return [*self._done, *self._open.values()]

    def take(self, moment: int, event: Event) -> None:
        container = event.subject
        if event.kind in _BIRTHS:
            if container not in self._open:
                self._begin(moment, event, str(event.value or ""))
        elif event.kind is ContainerRenamed:
            self._rename(moment, event, str(event.value or ""))
        elif container in self._open:
            self._end(moment, event)

    def _begin(self, moment: int, event: Event, name: str) -> None:
        container = event.subject
        labels = self._labels[container]
        engine = self._history.identity_of(container).engine
        name = name or self._history.name_of(container, moment)
        by_name = not has_service(labels)
        place = "" if by_name else place_of(labels, name)
        called = place_of({}, name) if by_name else service_of(labels, name)
        service = Service(engine, project_of(labels), called, by_name)
        if by_name:
            self._named[engine].add(called)
        self._open[container] = Tenure(
            service=service,
            place=place,
            container=container,
            start=moment,
            began=event,
            end=FOREVER,
            ended=None,
            patience=_patience(labels, by_name),
            task=is_task(labels),
        )
        self._latest[service, place] = container

    def _rename(self, moment: int, event: Event, name: str) -> None:
        """Who takes a name that another bore takes over from it; other new names mean nothing."""
        tenure = self._open.get(event.subject)
        if tenure is None or not tenure.service.by_name or not name:
            return
        if name not in self._named[tenure.service.engine]:
            return
        taken = tenure.service._replace(name=name)
        if self._latest.get((taken, "")) != event.subject:
            self._end(moment, event)
            self._begin(moment, event, name)

    def _end(self, moment: int, event: Event) -> None:
        tenure = self._open.pop(event.subject)
        self._done.append(tenure._replace(end=max(moment, tenure.start), ended=event))


def _patience(labels: dict[str, str], by_name: bool) -> int:
    if by_name or is_task(labels):
        return _BY_HAND
    # Compose creates the new container before it removes the old one.
    return 0 if "com.docker.compose.config-hash" in labels else _BY_A_TOOL
