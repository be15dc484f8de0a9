"""Hand-written containers for questions about how they were set up."""

from adapters.readmodel import History, ReadModel
from domain.facts import Origin, container, image
from domain.facts.container import Configuration
from domain.facts.image import Description
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import MemoryStore, at, image_id
from tests.domain.questions.story import Facts, moment, observed

PLAIN, UNSAID = Configuration(), Description()
WEB = memory.container(1)


def made(
    configuration: Configuration = PLAIN,
    *,
    seconds: float = 10,
    number: int = 1,
    name: str = "web",
    labels: dict[str, str] | None = None,
    typed: str = "shop/web:1",
) -> Facts:
    """A container is created from image 1, and inspected."""
    stream, when = memory.container(number), moment(seconds)
    created = at(when, container.ContainerCreated, name=name, image=typed, labels=labels or {})
    return [(stream, created), configured(configuration, seconds, number)]


def configured(configuration: Configuration, seconds: float, number: int = 1):
    """The container is inspected."""
    fact = at(
        moment(seconds),
        container.ContainerConfigured,
        origin=Origin.INSPECTED,
        image_id=image_id(1),
        configuration=configuration,
    )
    return memory.container(number), fact


def described(description: Description = UNSAID, *, seconds: float = 5) -> Facts:
    """Image 1 becomes known."""
    return [
        (memory.image(1), at(moment(seconds), image.ImageFound)),
        (
            memory.image(1),
            at(moment(seconds), image.ImageDescribed, description=description),
        ),
    ]


class Asked:
    """A history, and the store to read from."""

    def __init__(self, *told: Facts) -> None:
        self.store = MemoryStore([observed(), *(fact for facts in told for fact in facts)])
        self.history: History = ReadModel.open(self.store, None).history
        self.reading = self.store.at

    def subject(self, stream: str = WEB) -> int:
        """The number of an object."""
        found = self.history.object_of(stream)
        assert found is not None
        return found
