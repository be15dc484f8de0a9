"""Histories to measure with: deterministic, of any length, and like those of a busy machine.

Compose services of several projects are built, deployed, upgraded, crash, run out of memory,
fall ill and recover; jobs run and are removed; people look inside. One container for about
forty events.
"""

import hashlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from adapters.store import schema
from adapters.store.opening import create_or_open
from domain.facts import Entry, Fact, Origin, Said, build, container, engine, image
from domain.facts.container import Configuration, ContainerState, Healthcheck, Variable
from domain.facts.image import Description, How
from domain.identity import CONTAINER, ENGINE, IMAGE, NETWORK, REFERENCE, engine_key, stream_id
from domain.moments import MINUTE, SECOND

VERSION = 2
"""Raised with every change of what is generated, so that no older store is taken for it."""
KEY = engine_key("bench", "unix:///run/docker.sock")

_START = 1_790_000_000 * SECOND
_EVENTS_A_CONTAINER = 40
_BATCH = 1000
_PROJECTS = ("shop", "billing", "search", "media", "auth", "data", "mail", "ops")
_SERVICES = ("web", "api", "worker", "cache", "db", "proxy", "queue", "cron", "mail", "metrics")


def stored(events: int) -> Path:
    """A store with that many events; made once and kept in the temporary folder."""
    folder = Path(tempfile.gettempdir()) / "shipslog-benchmarks"
    made_by = hashlib.sha256(repr((VERSION, schema.FORMAT, schema.TABLES)).encode()).hexdigest()
    path = folder / f"history-{made_by[:12]}-{events}.db"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as draft:
            writer = create_or_open(Path(draft) / path.name, now=_START, keys=Path(draft) / "keys")
            for batch in batches(events, _BATCH):
                writer.append(batch)
            writer.close()
            (Path(draft) / path.name).rename(path)
    return path


def batches(events: int, size: int) -> Iterator[list[Entry]]:
    """The history in lists of that many entries."""
    batch: list[Entry] = []
    for entry in entries(events):
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def entries(events: int, seed: int = 1) -> Iterator[Entry]:
    """The first that many facts of the history."""
    machine = _Machine(seed)
    count = 0
    while True:
        for entry in machine.step():
            yield entry
            count += 1
            if count == events:
                return


class _Service:
    """A compose service and the containers that are its replicas now."""

    def __init__(self, project: str, name: str, replicas: int) -> None:
        self.project = project
        self.name = name
        self.replicas = replicas
        self.reference = f"{project}/{name}:latest"
        self.image = 0
        self.running: list[str] = []


class _Machine:
    """An engine on which time passes and things happen."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = _START
        self.versions: dict[str, int] = {}
        self.out: list[Entry] = []
        self.written = 0
        self.containers = 0
        self.images = 0
        self.services = [
            _Service(project, name, self.random.randint(1, 4))
            for project in _PROJECTS
            for name in _SERVICES
        ]
        self._begin()

    def step(self) -> list[Entry]:
        """What happens next, as entries."""
        if not self.out:
            self.now += self.random.randint(1, 40) * SECOND
            service = self.random.choice(self.services)
            if not service.running or self.containers * _EVENTS_A_CONTAINER < self.written:
                self.random.choice((self._deploy, self._run_job))(service)
            else:
                happening = self.random.choices(
                    (self._crash, self._run_out_of_memory, self._fall_ill, self._look_inside),
                    (5, 1, 4, 3),
                )[0]
                happening(service)
        out, self.out = self.out, []
        self.written += len(out)
        return out

    def _begin(self) -> None:
        stream = stream_id(ENGINE, KEY, KEY)
        self._add(
            stream,
            engine.EngineObserved,
            Origin.INSPECTED,
            name="bench",
            endpoint="unix:///run/docker.sock",
            daemon_id="bench",
            flavour="docker",
            version="29.7.2",
        )
        self._add(stream, engine.RecordingStarted, Origin.DECLARED, recorder="0.1.0")
        for project in _PROJECTS:
            network = f"{self.random.getrandbits(256):064x}"
            self._add(
                stream_id(NETWORK, KEY, network),
                engine.NetworkChanged,
                network_id=network,
                name=f"{project}_default",
                action="create",
            )

    def _add(
        self, stream: str, kind: type[Fact], origin: Origin = Origin.REPORTED, **parts: object
    ) -> None:
        self.now += self.random.randint(200_000, 60_000_000)
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        fact = kind(occurred_at=self.now, recorded_at=self.now + 3_000_000, origin=origin, **parts)
        self.out.append(Entry(stream, version, fact))

    def _said(self, action: str, name: str, **more: str) -> Said:
        return Said("container", action, {"image": "typed", "name": name, **more})

    def _build(self, service: _Service) -> None:
        self.images += 1
        service.image = self.images
        image_id = f"sha256:{self.images:064x}"
        stream = stream_id(IMAGE, KEY, image_id)
        common = [f"sha256:{service.name.encode().hex():0>64}{depth}" for depth in range(6)]
        own = [f"sha256:{self.random.getrandbits(256):064x}" for _ in range(3)]
        self._add(stream, image.ImageCreated)
        self._add(stream, image.ImageTagged, reference=service.reference)
        self._add(
            stream_id(REFERENCE, KEY, service.reference),
            image.ReferencePointed,
            image_id=image_id,
            how=How.TAGGED,
        )
        self._add(
            stream,
            image.ImageDescribed,
            Origin.INSPECTED,
            description=Description(
                created_at=self.now, size=120_000_000 + self.images, layers=(*common, *own)
            ),
        )
        self._add(
            stream_id("build", KEY, image_id),
            build.BuildFinished,
            Origin.INSPECTED,
            builder="buildkit",
            inferred=True,
            image_ids=(image_id,),
            references=(service.reference,),
        )

    def _deploy(self, service: _Service) -> None:
        if not service.image or self.random.random() < 0.4:
            self._build(service)
        for old in service.running:
            self._stop(old, service)
        service.running = [
            self._create(service, number) for number in range(1, service.replicas + 1)
        ]

    def _create(self, service: _Service, number: int) -> str:
        self.containers += 1
        container_id = f"{self.random.getrandbits(256):064x}"
        stream = stream_id(CONTAINER, KEY, container_id)
        name = f"{service.project}-{service.name}-{number}"
        image_id = f"sha256:{service.image:064x}"
        self._add(
            stream,
            container.ContainerCreated,
            name=name,
            image=service.reference,
            labels=_labels(service, number, image_id),
            said=self._said("create", name),
        )
        self._add(
            stream,
            container.ContainerConfigured,
            Origin.INSPECTED,
            image_id=image_id,
            created_at=self.now,
            configuration=Configuration(
                variables=tuple(map(Variable, ("PATH", "DATABASE_URL", "LOG_LEVEL"))),
                restart_policy="unless-stopped",
                networks=(f"{service.project}_default",),
                healthcheck=Healthcheck(test=("CMD", "/bin/health")),
            ),
        )
        self._start(stream, service, name)
        return container_id

    def _start(self, stream: str, service: _Service, name: str) -> None:
        network = f"{service.project}_default"
        self._add(stream, container.NetworkConnected, network=network)
        self._add(stream, container.ContainerStarted, said=self._said("start", name))
        self._add(stream, container.HealthChanged, status="healthy")

    def _end(self, stream: str, service: _Service, name: str, code: int) -> None:
        said = self._said("die", name, exitCode=str(code), execDuration="61")
        self._add(stream, container.ContainerExited, exit_code=code, said=said)
        self._add(stream, container.NetworkDisconnected, network=f"{service.project}_default")

    def _stop(self, container_id: str, service: _Service) -> None:
        stream = stream_id(CONTAINER, KEY, container_id)
        said = self._said("kill", service.name, signal="15")
        self._add(stream, container.ContainerSignalled, signal="15", said=said)
        self._end(stream, service, service.name, self.random.choice((0, 0, 143)))
        self._add(stream, container.ContainerStopped, said=self._said("stop", service.name))
        self._add(stream, container.ContainerRemoved, said=self._said("destroy", service.name))

    def _crash(self, service: _Service) -> None:
        container_id = self.random.choice(service.running)
        stream = stream_id(CONTAINER, KEY, container_id)
        self._end(stream, service, service.name, self.random.choice((1, 1, 2, 139)))
        self.now += self.random.randint(1, 5) * SECOND
        self._start(stream, service, service.name)

    def _run_out_of_memory(self, service: _Service) -> None:
        container_id = self.random.choice(service.running)
        stream = stream_id(CONTAINER, KEY, container_id)
        self._add(stream, container.ContainerOutOfMemory, said=self._said("oom", service.name))
        self._end(stream, service, service.name, 137)
        self._add(
            stream,
            container.ContainerObserved,
            Origin.INSPECTED,
            state=ContainerState.EXITED,
            exit_code=137,
            oom_killed=True,
            finished_at=self.now,
        )
        self._start(stream, service, service.name)

    def _fall_ill(self, service: _Service) -> None:
        stream = stream_id(CONTAINER, KEY, self.random.choice(service.running))
        self._add(stream, container.HealthChanged, status="unhealthy")
        self.now += MINUTE
        self._add(stream, container.HealthChanged, status="healthy")

    def _look_inside(self, service: _Service) -> None:
        stream = stream_id(CONTAINER, KEY, self.random.choice(service.running))
        exec_id = f"{self.random.getrandbits(256):064x}"
        said = self._said("exec_create", service.name, execID=exec_id)
        self._add(stream, container.ExecCreated, exec_id=exec_id, said=said)
        self._add(stream, container.ExecStarted, exec_id=exec_id, said=said)
        self._add(stream, container.ExecEnded, exec_id=exec_id, exit_code=0, said=said)

    def _run_job(self, service: _Service) -> None:
        if not service.image:
            self._build(service)
        container_id = self._create(service, self.random.randint(5, 99))
        stream = stream_id(CONTAINER, KEY, container_id)
        self._end(stream, service, service.name, self.random.choice((0, 0, 0, 1)))
        self._add(stream, container.ContainerRemoved, said=self._said("destroy", service.name))


def _labels(service: _Service, number: int, image_id: str) -> dict[str, str]:
    """Such labels as compose gives, fifteen of them."""
    prefix = "com.docker.compose."
    return {
        f"{prefix}project": service.project,
        f"{prefix}service": service.name,
        f"{prefix}container-number": str(number),
        f"{prefix}config-hash": f"{hash_of(service.name, service.image)}",
        f"{prefix}image": image_id,
        f"{prefix}oneoff": "False",
        f"{prefix}version": "2.40.0",
        f"{prefix}depends_on": "db:service_started:false",
        f"{prefix}project.working_dir": f"/srv/{service.project}",
        f"{prefix}project.config_files": f"/srv/{service.project}/compose.yaml",
        "org.opencontainers.image.title": service.name,
        "org.opencontainers.image.vendor": "Example",
        "org.opencontainers.image.source": f"https://example.org/{service.project}",
        "org.opencontainers.image.version": f"1.{service.image}",
        "maintainer": f"{service.project}@example.org",
    }


def hash_of(name: str, number: int) -> str:
    """Sixty-four digits that change with the name and the number."""
    return random.Random(f"{name}{number}").randbytes(32).hex()
