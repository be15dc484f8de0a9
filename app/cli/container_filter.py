"""`--filter` of `state`: which containers, in the words of `docker ps --filter`."""

from collections.abc import Callable, Iterable, Sequence

from domain.errors import UsageError
from domain.identity import short_id
from domain.questions.answers import ContainerAt
from domain.references import familiar

Test = Callable[[ContainerAt, str], bool]


def _label(container: ContainerAt, wanted: str) -> bool:
    name, equals, value = wanted.partition("=")
    if name not in container.labels:
        return False
    return not equals or container.labels[name] == value


def _ancestor(container: ContainerAt, wanted: str) -> bool:
    image_id = container.image_id or ""
    by_id = image_id == wanted or short_id(image_id) == wanted
    return by_id or container.reference == familiar(wanted)


_TESTS: dict[str, Test] = {
    "id": lambda container, wanted: container.id.startswith(wanted),
    "name": lambda container, wanted: wanted in container.name,
    "status": lambda container, wanted: container.state == wanted,
    "health": lambda container, wanted: (container.health or "none") == wanted,
    "exited": lambda container, wanted: str(container.exit_code) == wanted,
    "label": _label,
    "ancestor": _ancestor,
    "service": lambda container, wanted: container.service == wanted,
    "project": lambda container, wanted: container.project == wanted,
    "engine": lambda container, wanted: wanted in (container.engine, container.engine_name),
}
KEYS = tuple(_TESTS)


def matching(containers: Iterable[ContainerAt], filters: Sequence[str]) -> list[ContainerAt]:
    """The containers that every key lets through; a key's values are alternatives.

    Raises:
        UsageError: a filter is not KEY=VALUE, or the key is unknown.
    """
    wanted: dict[str, list[str]] = {}
    for text in filters:
        key, equals, value = text.partition("=")
        if not equals or key not in _TESTS:
            raise UsageError(
                f"{text!r} is no filter of `state`; write KEY=VALUE with one of {', '.join(KEYS)}."
            )
        wanted.setdefault(key, []).append(value)
    return [
        container
        for container in containers
        if all(
            any(_TESTS[key](container, value) for value in values) for key, values in wanted.items()
        )
    ]
