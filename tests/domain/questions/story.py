"""A small history to ask: a base, a service built on it twice, deployed, committed, cleaned up."""

from adapters.readmodel import History, ReadModel
from domain.facts import Fact, Origin, build, container, engine, image
from domain.facts.image import Description, How
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import MemoryStore, at, image_id

SECOND = 1_000_000_000
START = 1_790_000_000 * SECOND

Facts = list[tuple[str, Fact]]


def moment(seconds: float) -> int:
    """The moment so many seconds into the story."""
    return START + int(seconds * SECOND)


def described(seconds: float, number: int, layers: str, **parts: object) -> tuple[str, Fact]:
    """An image becomes known with a layer for each letter."""
    description = Description(
        created_at=moment(seconds), size=1000 * number, layers=tuple(layers), **parts
    )
    fact = at(moment(seconds), image.ImageDescribed, description=description)
    return memory.image(number), fact


def pointed(seconds: float, name: str, number: int, how: How = How.TAGGED) -> tuple[str, Fact]:
    """A reference points to an image."""
    fact = at(moment(seconds), image.ReferencePointed, image_id=image_id(number), how=how)
    return memory.reference(name), fact


def created(seconds: float, number: int, name: str, typed: str, made_from: int) -> Facts:
    """A container is created from an image, and inspected."""
    stream = memory.container(number)
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}
    when = moment(seconds)
    return [
        (stream, at(when, container.ContainerCreated, name=name, image=typed, labels=labels)),
        (stream, at(when, container.ContainerConfigured, image_id=image_id(made_from))),
    ]


def of_container(
    seconds: float, number: int, kind: type[Fact], **parts: object
) -> tuple[str, Fact]:
    """Something happens to a container."""
    return memory.container(number), at(moment(seconds), kind, **parts)


def observed() -> tuple[str, Fact]:
    """The engine tells who it is."""
    return memory.engine(), at(
        moment(0),
        engine.EngineObserved,
        name="here",
        endpoint="unix:///run/docker.sock",
        daemon_id="d",
        flavour="docker",
    )


def facts() -> Facts:
    """The whole story."""
    return [
        observed(),
        (memory.engine(), at(moment(0), engine.RecordingStarted, recorder="0.1")),
        described(0, 1, "ab"),
        pointed(0, "debian:12", 1, How.FOUND),
        (memory.image(2), at(moment(10), image.ImageCreated)),
        described(10, 2, "abc"),
        pointed(10, "shop/web:1", 2),
        *created(20, 1, "web", "shop/web:1", 2),
        of_container(21, 1, container.ContainerStarted),
        (memory.image(3), at(moment(100), image.ImageCreated)),
        described(100, 3, "abd"),
        pointed(100, "shop/web:1", 3),
        *created(110, 2, "web-2", "shop/web:1", 3),
        of_container(111, 2, container.ContainerStarted),
        of_container(120, 2, container.ContainerCommitted, image_id=image_id(4)),
        (memory.image(4), at(moment(120), image.ImageCreated)),
        pointed(120, "saved:1", 4),
        of_container(130, 1, container.ContainerExited, exit_code=137),
        of_container(131, 1, container.ContainerRemoved),
        (memory.reference("saved:1"), at(moment(140), image.ReferenceRemoved)),
        (memory.image(4), at(moment(140), image.ImageRemoved)),
        (
            memory.stream("build", "b1"),
            at(
                moment(150),
                build.BuildFinished,
                origin=Origin.INSPECTED,
                builder="buildkit",
                error="exit code: 1",
            ),
        ),
    ]


def store(more: Facts | None = None) -> MemoryStore:
    """The story in a store, with more facts after it."""
    return MemoryStore([*facts(), *(more or [])])


def history(more: Facts | None = None) -> History:
    """The story, ready to be asked."""
    return history_of([*facts(), *(more or [])])


def history_of(told: Facts) -> History:
    """Any facts, ready to be asked."""
    return ReadModel.open(MemoryStore(told), None).history


def subject(asked: History, stream: str) -> int:
    """The number of an object that the story has."""
    found = asked.object_of(stream)
    assert found is not None
    return found
