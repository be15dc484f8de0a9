"""Which service and project a container belongs to, by the labels that its creator gave it."""

import re
from collections.abc import Mapping

_PROJECT_KEYS = (
    "com.docker.compose.project",
    "io.podman.compose.project",
    "com.docker.stack.namespace",
)
_SERVICE_KEYS = (
    "com.docker.compose.service",
    "io.podman.compose.service",
    "com.docker.swarm.service.name",
)
_NUMBER_KEYS = ("com.docker.compose.container-number", "io.podman.compose.container-number")
_WAITING_NAME = re.compile(r"^[0-9a-f]{12}_(?=.)")


def project_of(labels: Mapping[str, str]) -> str | None:
    """The compose project or swarm stack; None for a container that stands alone."""
    return _first(labels, _PROJECT_KEYS)


def service_of(labels: Mapping[str, str], name: str) -> str:
    """The service of the container: what its labels say, else its own name."""
    return _first(labels, _SERVICE_KEYS) or name


def _first(labels: Mapping[str, str], keys: tuple[str, ...]) -> str | None:
    return next((labels[key] for key in keys if labels.get(key)), None)


def is_task(labels: Mapping[str, str]) -> bool:
    """Whether the container is a swarm's task: one that ended is kept, but never runs again."""
    return bool(labels.get("com.docker.swarm.task.id"))


def is_one_off(labels: Mapping[str, str]) -> bool:
    """Whether `docker compose run` made the container, beside the service's own."""
    return labels.get("com.docker.compose.oneoff", "").lower() == "true"


def has_service(labels: Mapping[str, str]) -> bool:
    """Whether labels name a service, so that it does not go by the container's name."""
    return _first(labels, _SERVICE_KEYS) is not None


def place_of(labels: Mapping[str, str], name: str) -> str:
    """Which of the service's containers it is: one of the same place takes over from another.

    Compose numbers them, a swarm has slots; else the name at creation tells, without the id that
    Compose puts before it until the container's predecessor is gone.
    """
    if number := _first(labels, _NUMBER_KEYS):
        return number
    task = labels.get("com.docker.swarm.task.name", "")
    return task.rpartition(".")[0] or _WAITING_NAME.sub("", name)
