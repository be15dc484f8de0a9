"""What is known to be on the engines: from the store at first, then from the book."""

from pathlib import Path

from adapters.store.opening import open_reader
from domain.book import Book
from domain.facts import FACT_OF_TOPIC
from domain.facts.container import ContainerState
from domain.identity import CONTAINER, ENGINE, IMAGE, REFERENCE, parse_stream_id
from domain.presence import Presence

_TELLING = tuple(
    topic
    for topic in FACT_OF_TOPIC
    if topic.startswith((f"{IMAGE}.", f"{REFERENCE}."))
    or topic
    in (f"{ENGINE}.observed", f"{CONTAINER}.created", f"{CONTAINER}.found", f"{CONTAINER}.removed")
)


def known_presence(store: Path) -> Presence:
    """The objects that are there after all stored facts."""
    presence = Presence()
    reader = open_reader(store)
    try:
        for recorded in reader.of_topics(_TELLING):
            presence.note(*parse_stream_id(recorded.stream), recorded.fact)
    finally:
        reader.close()
    return presence


def known_containers(book: Book, engine: str) -> dict[str, tuple[ContainerState | None, str]]:
    """The believed state and name of each container that need not be inspected again."""
    known = {}
    for container_id in book.presence.containers[engine]:
        container = book.container(engine, container_id)
        if container is None or not container.name or container.image_id is None:
            continue
        if container.state is ContainerState.EXITED and container.exit_code is None:
            continue
        known[container_id] = (container.state, container.name)
    return known


def described_images(book: Book, engine: str) -> frozenset[str]:
    """The ids of the images that are present and described."""
    present = book.presence.images[engine]
    found = {image_id: book.image(engine, image_id) for image_id in present}
    return frozenset(
        image_id
        for image_id, image in found.items()
        if image is not None and image.description is not None
    )
