"""Services to tell stories of: containers that Compose, a swarm or a person makes and removes."""

from adapters.readmodel import History, ReadModel
from domain.facts import Fact, Origin, container, engine, image
from domain.facts.container import Configuration
from domain.facts.engine import GapCause
from domain.facts.image import How
from domain.questions.deployments import Deployment, deployments
from domain.questions.show import Reading
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import KEY, MemoryStore, image_id
from tests.domain.questions.story import moment


class Told:
    """What happened, fact by fact, on one engine or several."""

    def __init__(self) -> None:
        self.facts: list[tuple[str, Fact]] = []

    def add(self, stream: str, seconds: float, what: type[Fact], /, **parts: object) -> "Told":
        """A fact so many seconds into the story."""
        self.facts.append((stream, what(**_times(seconds), **parts)))
        return self

    def points(self, seconds: float, name: str, number: int, key: str = KEY) -> "Told":
        """A reference points to an image from now on."""
        stream = memory.reference(name, key)
        parts = {"image_id": image_id(number), "how": How.BUILT}
        return self.add(stream, seconds, image.ReferencePointed, **parts)

    def created(
        self,
        seconds: float,
        number: int,
        name: str,
        *,
        labels: dict[str, str] | None = None,
        typed: str = "shop/web:1",
        made_from: int | None = 1,
        starts: float | None = 0.5,
        key: str = KEY,
        setup: Configuration | None = None,
        origin: Origin = Origin.REPORTED,
    ) -> "Told":
        """A container is created, looked at (unless `made_from` is None) and started."""
        stream = memory.container(number, key)
        parts = {"name": name, "image": typed, "labels": labels or {}, "origin": origin}
        self.add(stream, seconds, container.ContainerCreated, **parts)
        if made_from is not None:
            told = {"image_id": image_id(made_from), "configuration": setup or Configuration()}
            self.add(stream, seconds, container.ContainerConfigured, **told)
        if starts is not None:
            self.started(seconds + starts, number, key=key, origin=origin)
        return self

    def composed(
        self,
        seconds: float,
        number: int,
        *,
        service: str = "web",
        place: int = 1,
        config: str = "one",
        more: dict[str, str] | None = None,
        **parts: object,
    ) -> "Told":
        """A container that Compose makes."""
        labels = {
            "com.docker.compose.project": "shop",
            "com.docker.compose.service": service,
            "com.docker.compose.container-number": str(place),
            "com.docker.compose.config-hash": config,
            **(more or {}),
        }
        return self.created(seconds, number, f"shop-{service}-{place}", labels=labels, **parts)

    def recomposed(self, seconds: float, number: int, before: int, **parts: object) -> "Told":
        """A container that Compose makes in another's place, which it then stops and removes."""
        more = {"com.docker.compose.replace": f"{before:064x}"}
        self.composed(seconds, number, more=more, starts=None, **parts)
        key = str(parts.get("key", KEY))
        self.stopped(seconds + 0.2, before, key=key).removed(seconds + 0.4, before, key=key)
        return self.started(seconds + 0.8, number, key=key)

    def started(
        self, seconds: float, number: int, key: str = KEY, origin: Origin = Origin.REPORTED
    ) -> "Told":
        return self.add(
            memory.container(number, key), seconds, container.ContainerStarted, origin=origin
        )

    def stopped(self, seconds: float, number: int, code: int = 0, key: str = KEY) -> "Told":
        """Somebody asks for a stop, and it ends."""
        stream = memory.container(number, key)
        self.add(stream, seconds, container.ContainerSignalled, signal="15")
        self.add(stream, seconds + 0.1, container.ContainerStopped)
        return self.add(stream, seconds + 0.1, container.ContainerExited, exit_code=code)

    def exited(self, seconds: float, number: int, code: int | None = 0, key: str = KEY) -> "Told":
        stream = memory.container(number, key)
        return self.add(stream, seconds, container.ContainerExited, exit_code=code)

    def removed(self, seconds: float, number: int, key: str = KEY, **parts: object) -> "Told":
        return self.add(memory.container(number, key), seconds, container.ContainerRemoved, **parts)

    def gap(
        self,
        since: float | None,
        until: float,
        cause: GapCause = GapCause.RECORDER_OFF,
        key: str = KEY,
    ) -> "Told":
        """Nobody recorded between the two moments."""
        started_at = None if since is None else moment(since)
        bounds = {"started_at": started_at, "ended_at": moment(until), "cause": cause}
        kind = engine.GapDeclared
        return self.add(memory.engine(key), since or until, kind, origin=Origin.DECLARED, **bounds)

    def engine(self, **parts: str) -> "Told":
        """The engine tells who it is."""
        known = {"name": "here", "endpoint": "unix:///run/docker.sock", "daemon_id": "d"}
        told = {"flavour": "docker", **known, **parts}
        return self.add(memory.engine(), 0, engine.EngineObserved, **told)

    def history(self) -> tuple[History, Reading]:
        """The story, ready to be asked, and how to read from its store."""
        store = MemoryStore(self.facts)
        return ReadModel.open(store, None).history, store.at

    def deployments(self, until: float | None = None) -> list[Deployment]:
        """What the story tells of deployments."""
        history, reading = self.history()
        return deployments(history, reading, until=None if until is None else moment(until))

    def line(self, until: float | None = None) -> list[tuple[str, str, str]]:
        """(kind, from, to) of each deployment."""
        return [
            (each.kind, str(each.from_ or "-"), str(each.to or "-"))
            for each in self.deployments(until)
        ]


def _times(seconds: float) -> dict[str, int]:
    return {"occurred_at": moment(seconds), "recorded_at": moment(seconds)}


def web() -> Told:
    """Two versions of an image, and a service of the first."""
    return Told().points(0, "shop/web:1", 1).composed(10, 1).points(50, "shop/web:1", 2)
