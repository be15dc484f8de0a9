"""What was there at the start and at the end of a period."""

from adapters.readmodel import History
from adapters.reports.document import ContainerRow, Inventory, Listing
from domain.facts.container import ContainerState
from domain.questions.answers import ContainerAt

_MOST_CONTAINERS = 500


def inventory(history: History, moment: int) -> Inventory:
    """Containers, images and references of a moment; the running containers come first."""
    containers = history.containers_at(moment)
    running = sum(container.state == ContainerState.RUNNING for container in containers)
    containers.sort(key=lambda one: (one.state != ContainerState.RUNNING, one.name, one.id))
    rows = tuple(_row(container) for container in containers[:_MOST_CONTAINERS])
    return Inventory(
        at=moment,
        containers=Listing(rows, len(containers)),
        running=running,
        images=len(history.live(history.image_spans, moment)),
        references=len(history.live(history.reference_spans, moment)),
    )


def _row(container: ContainerAt) -> ContainerRow:
    return ContainerRow(
        name=container.name,
        id=container.id,
        engine=container.engine_name,
        state=container.state or "unknown",
        image=container.reference or "",
        version=container.version,
        image_id=container.image_id,
        health=container.health,
        exit_code=container.exit_code,
        started_at=container.started_at,
    )
