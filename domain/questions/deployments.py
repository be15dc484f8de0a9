"""The deployments of services: which image version each ran from when on, and what changed it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, partial

import msgspec

from domain.facts import Fact, Origin
from domain.facts.container import ContainerFound, ContainerRemoved
from domain.questions.gaps import gaps_by_engine
from domain.questions.history import Event, History
from domain.questions.rollouts import Kind, Rollout, Started, rollouts
from domain.questions.served import Served, served_by
from domain.questions.setups import Setups, changed_setup, configurations
from domain.questions.show import Reading
from domain.questions.tenures import (
    Service,
    Succession,
    Tenure,
    first_starts,
    last_stops,
    successions,
    tenures,
)
from domain.questions.writing import Json, written, written_moment


class DeployedContainer(msgspec.Struct, frozen=True):
    """A container that a deployment brought or took away."""

    id: str
    name: str
    started_at: int | None
    """The first start; None for one that never started."""


class Deployment(msgspec.Struct, frozen=True):
    """A service's change from one image version to another, or of its containers."""

    service: str
    project: str | None
    engine: str
    engine_name: str
    kind: str
    at: int
    not_before: int | None
    not_after: int | None
    """Bounds, where nobody saw it happen; None where the moment is known."""
    from_: Served | None
    to: Served | None
    earlier: Served | None
    """Of a rolled back service: the version as it ran before; the number may be another now."""
    containers: list[DeployedContainer]
    """Those that came; where none did, those that went."""
    count_before: int
    count: int
    """How many containers the service had before and after."""
    changed: list[str] | None
    """Parts of the configuration that are others now; None where they were not compared."""
    same_image: bool | None
    """Whether the image is the same; None where it is not known of one of the two."""
    unrecorded: bool
    """Whether it happened while nobody recorded."""
    events: list[int]
    origin: str


def deployments(
    history: History,
    reading: Reading,
    *,
    until: int | None = None,
    chosen: Collection[Service] | None = None,
) -> list[Deployment]:
    """The deployments of all services, or of those chosen, in the order of time."""
    chains: defaultdict[Service, list[Succession]] = defaultdict(list)
    for each in successions(tenures(history, until)):
        if chosen is None or each.tenure.service in chosen:
            chains[each.tenure.service].append(each)
    served = cache(partial(served_by, history))
    started = first_starts(history)
    stops = last_stops(history)
    told = [each for chain in chains.values() for each in rollouts(chain, served, started, stops)]
    pairs = [_first_pair(each) for each in told if each.kind is Kind.RECREATED and each.replaced]
    setups = configurations(history, reading, {one for pair in pairs for one in pair})
    answering = _Answering(history, reading, started, setups, served)
    answer = [answering.answer(each) for each in told]
    return sorted(answer, key=lambda each: (each.at, each.events, each.engine, each.service))


class _Answering:
    """Makes deployments of rollouts: names, evidence, bounds, what changed."""

    def __init__(
        self,
        history: History,
        reading: Reading,
        started: Started,
        setups: Mapping[int, Setups],
        served: Callable[[int], Served],
    ) -> None:
        self._history = history
        self._reading = reading
        self._started = started
        self._setups = setups
        self._served = served
        self._gaps = gaps_by_engine(history)

    def answer(self, rollout: Rollout) -> Deployment:
        history, service = self._history, rollout.service
        not_before, not_after = self._bounds(rollout)
        return Deployment(
            service=service.name,
            project=service.project,
            engine=service.engine,
            engine_name=history.engine_name(service.engine),
            kind=rollout.kind.value,
            at=rollout.at,
            not_before=not_before,
            not_after=not_after,
            from_=rollout.from_,
            to=rollout.to,
            earlier=rollout.earlier,
            containers=[self._container(each) for each in rollout.came or rollout.went],
            count_before=rollout.before,
            count=rollout.after,
            changed=self._changed(rollout),
            same_image=_same_image(rollout, self._served),
            unrecorded=self._unrecorded(rollout),
            events=self._events(rollout),
            origin=_origin(rollout.key).value,
        )

    def _container(self, tenure: Tenure) -> DeployedContainer:
        start = self._started.get(tenure.container)
        return DeployedContainer(
            id=self._history.identity_of(tenure.container).object_id,
            name=self._name(tenure),
            started_at=None if start is None else start.moment,
        )

    def _name(self, tenure: Tenure) -> str:
        """The name that it bore there last; Compose gives the right one only after a while."""
        return self._history.name_of(tenure.container, tenure.end - 1)

    def _events(self, rollout: Rollout) -> list[int]:
        found = {each.began.position for each in rollout.came}
        starts = (self._started.get(each.container) for each in rollout.came)
        found |= {start.position for start in starts if start is not None}
        gone = [*rollout.went, *(before for before, _ in rollout.replaced)]
        found |= {each.ended.position for each in gone if each.ended is not None}
        return sorted(found | {rollout.key.position})

    def _bounds(self, rollout: Rollout) -> tuple[int | None, int | None]:
        key = rollout.key
        if key.kind is ContainerFound and rollout.at == key.moment:
            record = self._history.container_record(key.subject)
            if record is None or record.created_at is None:
                return None, rollout.at
        if key.kind is ContainerRemoved and key.origin is Origin.RECONCILED:
            fact: Fact | None = next((each.fact for each in self._reading([key.position])), None)
            if fact is not None:
                return fact.not_before, fact.not_after
        return None, None

    def _unrecorded(self, rollout: Rollout) -> bool:
        if rollout.key.origin in (Origin.REPORTED, Origin.IMPORTED):
            return rollout.key.kind is ContainerFound
        gaps = self._gaps.get(rollout.service.engine, ())
        return any(each.start <= rollout.at <= each.end for each in gaps)

    def _changed(self, rollout: Rollout) -> list[str] | None:
        """What is otherwise about the first container that took over from another."""
        if rollout.kind is not Kind.RECREATED or not rollout.replaced:
            return None
        return changed_setup(self._history, self._setups, *_first_pair(rollout))


def _first_pair(rollout: Rollout) -> tuple[int, int]:
    before, after = rollout.replaced[0]
    return before.container, after.container


def _same_image(rollout: Rollout, served: Callable[[int], Served]) -> bool | None:
    before, after = rollout.from_, rollout.to
    if rollout.replaced:
        before, after = map(served, _first_pair(rollout))
    if before is None or after is None or not before.certainly(after):
        return None
    return before.same_as(after)


def _origin(key: Event) -> Origin:
    """What was found had happened before; that the engine told of it by an event is chance."""
    found = key.kind is ContainerFound and key.origin is not Origin.IMPORTED
    return Origin.RECONCILED if found else key.origin


def to_json(answer: Sequence[Deployment]) -> list[Json]:
    """The deployments as `shipslog deployments --format json` prints them."""
    return [
        {
            **written(each),
            "from": written(each.from_),
            "to": written(each.to),
            "at": written_moment(each.at),
            "containers": [written(one) for one in each.containers],
        }
        for each in answer
    ]
