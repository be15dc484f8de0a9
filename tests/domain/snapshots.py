"""Snapshots and looks for tests, with the moments counted in seconds from noon."""

from domain.container import State
from domain.facts.image import Description
from domain.inspection import (
    ContainerInspection,
    ImageInspection,
    ImageListing,
    Snapshot,
)
from tests.domain.world import C1, A, at


def container(
    object_id: str = C1,
    state: State = State.RUNNING,
    *,
    name: str = "web",
    image_id: str = A,
    created: float | None = 0,
    started: float | None = None,
    finished: float | None = None,
    **more,
) -> ContainerInspection:
    """A look at a container."""
    return ContainerInspection(
        id=object_id,
        name=name,
        image="shop/web:1",
        image_id=image_id,
        state=state,
        created_at=None if created is None else at(created),
        started_at=None if started is None else at(started),
        finished_at=None if finished is None else at(finished),
        **more,
    )


def image(
    image_id: str = A, *references: str, created: float | None = None, builder: str = ""
) -> ImageInspection:
    """A look at an image."""
    created_at = None if created is None else at(created)
    description = Description(created_at=created_at, builder=builder)
    return ImageInspection(image_id, frozenset(references), description)


def snapshot(
    began: float,
    ended: float,
    containers: list[ContainerInspection] | None = None,
    images: list[ImageInspection] | None = None,
    *,
    unchanged: frozenset[str] = frozenset(),
    undescribed: list[ImageInspection] | None = None,
) -> Snapshot:
    """All that an engine holds; `unchanged` containers and `undescribed` images are only listed."""
    described = tuple(images or ())
    listed = (*described, *(undescribed or ()))
    return Snapshot(
        began_at=at(began),
        ended_at=at(ended),
        containers=frozenset(look.id for look in containers or ()) | unchanged,
        inspected=tuple(containers or ()),
        images=tuple(ImageListing(look.id, look.references) for look in listed),
        described=described,
    )
