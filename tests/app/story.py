"""A small history with a bit of everything, told to a real store, fact by fact."""

from collections import Counter
from pathlib import Path

from adapters.store.opening import create_or_open
from domain.facts import Entry, Fact, Origin, Said
from domain.facts.container import (
    ContainerConfigured,
    ContainerCreated,
    ContainerExited,
    ContainerOutOfMemory,
    ContainerRemoved,
    ContainerSignalled,
    ContainerStarted,
    HealthChanged,
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
    ImageFound,
    ImageTagged,
    ReferencePointed,
)
from domain.identity import CONTAINER, ENGINE, IMAGE, REFERENCE, engine_key, stream_id
from domain.moments import HOUR, MINUTE, SECOND

MORNING = 1_795_420_800 * SECOND
"""2026-11-23T08:00:00Z, when the story begins."""
DAEMON = "daemon-1"
ENDPOINT = "unix:///run/docker.sock"
LAPTOP = engine_key(DAEMON, ENDPOINT)
WEB_1 = "sha256:" + "1" * 64
WEB_2 = "sha256:" + "2" * 64
BASE = "sha256:" + "b" * 64
OLD, NEW, WORKER = "a1" * 32, "a2" * 32, "c3" * 32
HOSTILE_NAME = "=cmd|'/c calc'!A1\x1b[2J\u202e<script>alert(1)</script>\r"
HOSTILE = "f4" * 32


class Story:
    """Facts of one engine in the order in which they are told."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._versions: Counter[str] = Counter()

    def tell(self, kind: str, object_id: str, *facts: Fact) -> None:
        """Adds facts about one object."""
        stream = stream_id(kind, LAPTOP, object_id)
        for fact in facts:
            self._versions[stream] += 1
            self.entries.append(Entry(stream, self._versions[stream], fact))

    def write(self, path: Path) -> Path:
        """Puts everything told into a new store."""
        writer = create_or_open(path, now=MORNING, keys=path.parent / "keys")
        writer.append(self.entries)
        writer.close()
        return path


def moment(minutes: float = 0.0, **more: object) -> dict[str, object]:
    """What every fact carries, so many minutes after the beginning."""
    at = MORNING + int(minutes * MINUTE)
    return {"occurred_at": at, "recorded_at": at + SECOND // 10, **more}


def engine(story: Story) -> None:
    """A recorder begins to watch the engine."""
    observed = EngineObserved(
        **moment(0, origin=Origin.INSPECTED),
        name="laptop",
        endpoint=ENDPOINT,
        daemon_id=DAEMON,
        flavour="docker",
        version="28.5.1",
    )
    gap = GapDeclared(
        **moment(0, origin=Origin.DECLARED),
        started_at=None,
        ended_at=MORNING,
        cause=GapCause.FIRST_CONTACT,
    )
    started = RecordingStarted(**moment(0, origin=Origin.DECLARED), recorder="0.1.0")
    story.tell(ENGINE, LAPTOP, observed, gap, started)


def image(story: Story, minutes: float, image_id: str, number: int, reference: str) -> None:
    """An image is built and tagged."""
    layers = ("sha256:" + "e" * 64, *(f"sha256:{number}{i:063x}" for i in range(number - 1)))
    described = Description(created_at=MORNING, size=5_000_000 * number, layers=layers)
    story.tell(
        IMAGE,
        image_id,
        ImageFound(**moment(minutes, origin=Origin.RECONCILED)),
        ImageDescribed(**moment(minutes, origin=Origin.INSPECTED), description=described),
        ImageTagged(**moment(minutes), reference=reference),
    )
    pointed = ReferencePointed(**moment(minutes), image_id=image_id, how=How.BUILT)
    story.tell(REFERENCE, reference, pointed)


def container(story: Story, minutes: float, container_id: str, name: str, **more: str) -> None:
    """A container of `shop/web:latest` is created, looked at and started."""
    said = Said("container", "create", {"name": name, "image": "shop/web:latest"})
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web", **more}
    story.tell(
        CONTAINER,
        container_id,
        ContainerCreated(
            **moment(minutes, said=said), name=name, image="shop/web:latest", labels=labels
        ),
        ContainerConfigured(
            **moment(minutes, origin=Origin.INSPECTED),
            image_id=WEB_1 if minutes < 60 else WEB_2,
        ),
        ContainerStarted(**moment(minutes + 0.01, said=Said("container", "start"))),
    )


def story() -> Story:
    """Two versions of an image, a stale container, a kill for memory, a gap, a hostile name."""
    told = Story()
    engine(told)
    image(told, 1, BASE, 1, "shop/base:1")
    image(told, 2, WEB_1, 2, "shop/web:latest")
    container(told, 10, OLD, "web-1")
    container(told, 12, WORKER, "worker-1", **{"com.docker.compose.service": "worker"})
    told.tell(
        CONTAINER,
        WORKER,
        HealthChanged(**moment(20), status="unhealthy"),
        ContainerOutOfMemory(**moment(30)),
        ContainerSignalled(**moment(30), signal="9"),
        ContainerExited(**moment(30, said=Said("container", "die")), exit_code=137),
    )
    told.tell(
        ENGINE,
        LAPTOP,
        RecordingStopped(**moment(40, origin=Origin.DECLARED), reason="stopped"),
        GapDeclared(
            **moment(50, origin=Origin.DECLARED),
            started_at=MORNING + 40 * MINUTE,
            ended_at=MORNING + 50 * MINUTE,
            cause=GapCause.RECORDER_OFF,
            evidence="the recorder was stopped",
        ),
        RecordingStarted(**moment(50, origin=Origin.DECLARED), recorder="0.1.0"),
    )
    image(told, 70, WEB_2, 3, "shop/web:latest")
    container(told, 80, NEW, "web-2", **{"com.docker.compose.service": "web2"})
    hostile_label = {"com.docker.compose.service": "hostile", "x": "\x1b]0;owned\x07"}
    container(told, 90, HOSTILE, HOSTILE_NAME, **hostile_label)
    told.tell(
        CONTAINER,
        HOSTILE,
        ContainerExited(**moment(95), exit_code=0),
        ContainerRemoved(**moment(96)),
    )
    told.tell(
        ENGINE, LAPTOP, RecordingStopped(**moment(120, origin=Origin.DECLARED), reason="stopped")
    )
    return told


END = MORNING + 2 * HOUR
"""The last moment of the story."""
