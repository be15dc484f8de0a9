"""Which service and project a container belongs to, by the labels that its creator gave it."""

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


def project_of(labels: Mapping[str, str]) -> str | None:
    """The compose project or swarm stack; None for a container that stands alone."""
    return _first(labels, _PROJECT_KEYS)


def service_of(labels: Mapping[str, str], name: str) -> str:
    """The service of the container: what its labels say, else its own name."""
    return _first(labels, _SERVICE_KEYS) or name


def _first(labels: Mapping[str, str], keys: tuple[str, ...]) -> str | None:
    return next((labels[key] for key in keys if labels.get(key)), None)
