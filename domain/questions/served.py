"""The image version that a container serves, and whether two containers serve the same."""

import msgspec

from domain.identity import looks_like_id
from domain.questions.history import History
from domain.references import familiar, is_tag

_COMPOSE_IMAGE = "com.docker.compose.image"
"""Compose labels its containers with the id of their image."""


class Served(msgspec.Struct, frozen=True):
    """An image version as a service has it; what was never seen is None."""

    reference: str | None
    version: int | None
    image_id: str | None

    def same_as(self, other: "Served") -> bool:
        """Whether both are the same image; the same name where one's image is not known."""
        if self.image_id is not None and other.image_id is not None:
            return self.image_id == other.image_id
        return self.reference == other.reference

    def certainly(self, other: "Served") -> bool:
        """Whether it is known, not only likely, that both are the same image or are not."""
        return self.image_id is not None and other.image_id is not None

    def __str__(self) -> str:
        if self.reference is None:
            return "an unknown image" if self.image_id is None else self.image_id[:19]
        return self.reference if self.version is None else f"{self.reference} #{self.version}"


def served_by(history: History, container: int) -> Served:
    """The image version that the container is made from, as far as it is known."""
    record = history.container_record(container)
    if record is None:
        return Served(None, None, None)
    if record.reference is not None:
        reference: str | None = history.identity_of(record.reference).object_id
    else:
        typed = familiar(record.typed) if record.typed else ""
        reference = typed if is_tag(typed) or "@" in typed else None
    image_id = None if record.image is None else history.identity_of(record.image).object_id
    if image_id is None:
        labelled = record.labels.get(_COMPOSE_IMAGE, "")
        image_id = labelled if looks_like_id(labelled) and ":" in labelled else None
    return Served(reference, record.version, image_id)
