"""A made-up but plausible fleet: projects that deploy, crash and are repaired for some days."""

import hashlib
import random
from collections import Counter
from pathlib import Path

from adapters.store.opening import create_or_open
from domain.facts import Entry, Fact, Origin
from domain.facts.container import (
    ContainerConfigured,
    ContainerCreated,
    ContainerExited,
    ContainerOutOfMemory,
    ContainerPaused,
    ContainerRemoved,
    ContainerSignalled,
    ContainerStarted,
    ContainerStopped,
    ContainerUnpaused,
    ExecCreated,
    ExecEnded,
    ExecStarted,
    HealthChanged,
    NetworkConnected,
)
from domain.facts.engine import (
    EngineObserved,
    GapCause,
    GapDeclared,
    RecordingStarted,
    RecordingStopped,
)
from domain.facts.image import (
    Description,
    How,
    ImageDescribed,
    ImagePulled,
    ImageRemoved,
    ImageTagged,
    ReferencePointed,
)
from domain.identity import CONTAINER, ENGINE, IMAGE, REFERENCE, engine_key, stream_id
from domain.moments import DAY, HOUR, MINUTE, SECOND

MONDAY = 1_795_420_800 * SECOND
"""2026-11-23T08:00:00Z."""

PROJECTS = {
    "shop": {"web": 3, "api": 2, "worker": 2, "db": 1, "cache": 1},
    "blog": {"web": 1, "db": 1},
    "monitoring": {"prometheus": 1, "grafana": 1, "alerts": 1},
}
PULLED = {
    "db": "postgres:16",
    "cache": "redis:7",
    "prometheus": "prom/prometheus:v2.55",
    "grafana": "grafana/grafana:11.3",
    "alerts": "prom/alertmanager:v0.27",
}
SURNAMES = ("wozniak", "lovelace", "hopper", "turing", "curie", "noether", "darwin")
MOODS = ("boring", "happy", "quirky", "stoic", "vibrant", "eager")


class Fleet:
    """Tells facts of one engine; they are sorted by time before they are written."""

    def __init__(self, name: str, days: float, seed: int) -> None:
        self.random = random.Random(seed)
        self.name = name
        self.key = engine_key(name, f"unix:///run/{name}.sock")
        self.start, self.end = MONDAY, MONDAY + int(days * DAY)
        self.facts: list[tuple[int, int, str, Fact]] = []
        self.running: dict[str, str] = {}
        self.versions: Counter[str] = Counter()
        self.image_of: dict[str, str] = {}

    def tell(self, kind: str, object_id: str, fact: Fact) -> None:
        """Adds a fact."""
        stream = stream_id(kind, self.key, object_id)
        self.facts.append((fact.occurred_at, len(self.facts), stream, fact))

    def id(self, *parts: object) -> str:
        """A digest that is the same in every run."""
        return hashlib.sha256(repr((self.name, *parts)).encode()).hexdigest()

    def image(self, at: int, reference: str, how: How, base: tuple[str, ...] = ()) -> str:
        """A new version of a reference appears."""
        self.versions[reference] += 1
        number = self.versions[reference]
        image_id = f"sha256:{self.id(reference, number)}"
        own = tuple(f"sha256:{self.id(reference, number, layer)}" for layer in range(3))
        described = Description(
            created_at=at - 20 * SECOND,
            size=(40 + 7 * len(reference)) * 1_000_000 + number * 12_345,
            os="linux",
            architecture="amd64",
            layers=base + own,
            builder="buildkit" if how is How.BUILT else "",
        )
        inspected = {"origin": Origin.INSPECTED}
        if how is How.PULLED:
            self.tell(REFERENCE, reference, ImagePulled(**_at(at)))
        self.tell(IMAGE, image_id, ImageDescribed(**_at(at), **inspected, description=described))
        self.tell(IMAGE, image_id, ImageTagged(**_at(at), reference=reference))
        pointed = ReferencePointed(**_at(at + 1), image_id=image_id, how=how)
        self.tell(REFERENCE, reference, pointed)
        self.image_of[reference] = image_id
        return image_id

    def create(self, at: int, name: str, reference: str, labels: dict[str, str]) -> str:
        """A container is created and started."""
        container = self.id(name, at)
        created = ContainerCreated(**_at(at), name=name, image=reference, labels=labels)
        bound = ContainerConfigured(
            **_at(at + 30_000_000), origin=Origin.INSPECTED, image_id=self.image_of[reference]
        )
        self.tell(CONTAINER, container, created)
        self.tell(CONTAINER, container, NetworkConnected(**_at(at + 20_000_000), network="front"))
        self.tell(CONTAINER, container, bound)
        self.tell(CONTAINER, container, ContainerStarted(**_at(at + 400_000_000)))
        self.running[name] = container
        return container

    def stop(self, at: int, name: str, *, remove: bool) -> None:
        """A container is stopped, and perhaps removed."""
        container = self.running.pop(name)
        self.tell(CONTAINER, container, ContainerSignalled(**_at(at), signal="15"))
        code = self.random.choice((0, 0, 0, 143))
        self.tell(CONTAINER, container, ContainerExited(**_at(at + SECOND), exit_code=code))
        self.tell(CONTAINER, container, ContainerStopped(**_at(at + SECOND + 1)))
        if remove:
            self.tell(CONTAINER, container, ContainerRemoved(**_at(at + 2 * SECOND)))

    def crash(self, at: int, name: str, *, memory: bool) -> None:
        """A container dies, and its restart policy brings it back."""
        container = self.running[name]
        if memory:
            self.tell(CONTAINER, container, ContainerOutOfMemory(**_at(at)))
        died = ContainerExited(**_at(at + 1), exit_code=137 if memory else 1)
        self.tell(CONTAINER, container, died)
        back = at + self.random.randint(2, 1500) * SECOND
        self.tell(CONTAINER, container, ContainerStarted(**_at(back)))

    def live(self) -> None:
        """Everything that happens."""
        observed = EngineObserved(
            **_at(self.start),
            origin=Origin.INSPECTED,
            name=self.name,
            endpoint=f"unix:///run/{self.name}.sock",
            daemon_id=self.name,
            flavour="docker",
            version="28.5.1",
        )
        first = GapDeclared(
            **_at(self.start),
            origin=Origin.DECLARED,
            started_at=None,
            ended_at=self.start,
            cause=GapCause.FIRST_CONTACT,
        )
        self.tell(ENGINE, self.key, observed)
        self.tell(ENGINE, self.key, first)
        self.record(self.start)
        for project, services in PROJECTS.items():
            self.project(project, services)
        self.one_off_runs()
        for part in (0.31, 0.68):
            self.gap(self.start + int((self.end - self.start) * part), 3 * HOUR)

    def record(self, at: int) -> None:
        """A recorder begins."""
        started = RecordingStarted(**_at(at), origin=Origin.DECLARED, recorder="shipslog 0.1.0")
        self.tell(ENGINE, self.key, started)

    def gap(self, at: int, lasting: int) -> None:
        """A recorder is off for a while."""
        declared = {"origin": Origin.DECLARED}
        self.facts = [each for each in self.facts if not at < each[0] < at + lasting]
        self.tell(ENGINE, self.key, RecordingStopped(**_at(at), **declared, reason="stopped"))
        missing = GapDeclared(
            **_at(at + lasting),
            **declared,
            started_at=at,
            ended_at=at + lasting,
            cause=GapCause.RECORDER_OFF,
        )
        self.tell(ENGINE, self.key, missing)
        self.record(at + lasting + 1)

    def project(self, project: str, services: dict[str, int]) -> None:
        """A project comes up, and is deployed anew now and then."""
        chance = self.random
        at = self.start + chance.randint(1, 30) * MINUTE
        base = tuple(f"sha256:{self.id('debian', layer)}" for layer in range(2))
        for service, replicas in services.items():
            reference = PULLED.get(service, f"{project}/{service}:latest")
            how = How.PULLED if service in PULLED else How.BUILT
            at += 40 * SECOND
            if reference not in self.image_of:
                self.image(at, reference, how, base)
            names = [f"{project}-{service}-{number + 1}" for number in range(replicas)]
            labels = {
                "com.docker.compose.project": project,
                "com.docker.compose.service": service,
                "tier": "data" if service in PULLED else "front",
            }
            for name in names:
                at += 2 * SECOND
                self.create(at, name, reference, labels)
            self.service(at + 10 * MINUTE, names, reference, labels, how)

    def service(
        self, at: int, names: list[str], reference: str, labels: dict[str, str], how: How
    ) -> None:
        """One service until the end."""
        chance = self.random
        built = how is How.BUILT
        while (at := at + chance.randint(20, 400) * MINUTE) < self.end - HOUR:
            roll = chance.random()
            name = chance.choice(names)
            if built and roll < 0.15:
                self.image(at, reference, how)
                for number, each in enumerate(names):
                    moment = at + (20 + 25 * number) * SECOND
                    self.stop(moment, each, remove=True)
                    self.create(moment + 4 * SECOND, each, reference, labels)
            elif roll < 0.19:
                self.crash(at, name, memory=chance.random() < 0.4)
            elif roll < 0.23:
                unwell = HealthChanged(**_at(at), status="unhealthy")
                well = HealthChanged(**_at(at + 9 * MINUTE), status="healthy")
                self.tell(CONTAINER, self.running[name], unwell)
                self.tell(CONTAINER, self.running[name], well)
            elif roll < 0.25:
                self.tell(CONTAINER, self.running[name], ContainerPaused(**_at(at)))
                back = ContainerUnpaused(**_at(at + 14 * MINUTE))
                self.tell(CONTAINER, self.running[name], back)
            else:
                self.execs(at, name)

    def execs(self, at: int, name: str) -> None:
        """Somebody looks around inside."""
        container = self.running[name]
        for number in range(self.random.randint(1, 6)):
            moment = at + number * 20 * SECOND
            run = self.id(name, moment)
            self.tell(CONTAINER, container, ExecCreated(**_at(moment), exec_id=run))
            self.tell(CONTAINER, container, ExecStarted(**_at(moment + 1000), exec_id=run))
            ended = ExecEnded(**_at(moment + 3 * SECOND), exec_id=run, exit_code=0)
            self.tell(CONTAINER, container, ended)

    def one_off_runs(self) -> None:
        """Containers that nobody named: tests and scripts."""
        chance = self.random
        self.image(self.start + MINUTE, "python:3.13-slim", How.PULLED)
        at = self.start + HOUR
        while (at := at + chance.randint(10, 240) * MINUTE) < self.end - HOUR:
            name = f"{chance.choice(MOODS)}_{chance.choice(SURNAMES)}{chance.randint(0, 9)}"
            container = self.create(at, name, "python:3.13-slim", {})
            self.running.pop(name)
            died = at + chance.randint(5, 900) * SECOND
            code = chance.choice((0, 0, 0, 0, 1, 2))
            self.tell(CONTAINER, container, ContainerExited(**_at(died), exit_code=code))
            self.tell(CONTAINER, container, ContainerRemoved(**_at(died + SECOND)))
        old = f"sha256:{self.id('old')}"
        self.tell(IMAGE, old, ImageRemoved(**_at(self.end - HOUR)))


def _at(moment: int) -> dict[str, int]:
    return {"occurred_at": moment, "recorded_at": moment + 40_000_000}


def entries(*, days: float = 5, engines: int = 2, seed: int = 7) -> list[Entry]:
    """The facts of a fleet in the order of time."""
    facts: list[tuple[int, int, str, Fact]] = []
    for number in range(engines):
        name = ("build-host", "workstation")[number] if number < 2 else f"engine-{number}"
        fleet = Fleet(name, days, seed + number)
        fleet.live()
        facts += [
            (at, number * 10_000_000 + order, stream, fact)
            for at, order, stream, fact in fleet.facts
        ]
    versions: Counter[str] = Counter()
    result = []
    for _, _, stream, fact in sorted(facts, key=lambda each: each[:2]):
        versions[stream] += 1
        result.append(Entry(stream, versions[stream], fact))
    return result


def write(path: Path, **how: float) -> Path:
    """Puts a fleet's history into a new store."""
    writer = create_or_open(path, now=MONDAY, keys=path.parent / "keys")
    told = entries(**how)
    for start in range(0, len(told), 5_000):
        writer.append(told[start : start + 5_000])
    writer.close()
    return path
