"""Which objects events were about lately: of these a snapshot says nothing certain."""

from collections import deque

from domain.engine_event import EngineEvent
from domain.identity import full_image_id, looks_like_id
from domain.moments import MINUTE
from domain.references import familiar

_LONG_ENOUGH = MINUTE
"""No snapshot takes that long."""

_TAG_ACTIONS = frozenset({"tag", "untag", "load", "pull", "import", "delete", "prune", "create"})
# Podman's words for a load and for the end of a build.
_TAG_ACTIONS |= {"loadfromarchive", "build"}
# After these nothing is otherwise with a container than before; probes come every few seconds.
_TELLING_NOTHING = ("exec", "top", "attach", "detach", "resize", "export", "archive-path")


class Touched:
    """The ids and references of the events of the last minute."""

    def __init__(self) -> None:
        self._names: deque[tuple[int, frozenset[str]]] = deque()

    def note(self, event: EngineEvent) -> None:
        """Takes an event in."""
        if event.action.startswith(_TELLING_NOTHING):
            return
        self._names.append((event.time_ns, frozenset(_names(event))))
        while self._names and self._names[0][0] < event.time_ns - _LONG_ENOUGH:
            self._names.popleft()

    def since(self, moment: int) -> frozenset[str]:
        """The ids and references of the events since then."""
        return frozenset().union(*(names for at, names in self._names if at >= moment))

    def clear(self) -> None:
        """Forgets all."""
        self._names.clear()


def moves_references(event: EngineEvent) -> bool:
    """Whether a reference may point elsewhere after it, without being named."""
    # Podman tells of a commit neither the image nor the reference.
    return event.action == "commit" or (event.type == "image" and event.action in _TAG_ACTIONS)


def _names(event: EngineEvent) -> set[str]:
    # Podman leaves `sha256:` away from the ids of images.
    names = {event.actor, full_image_id(event.actor), event.attributes.get("container", "")}
    # Where a step of a build is run in a container, the image is named by its id.
    image = full_image_id(event.attributes.get("image", ""))
    names |= {image} if looks_like_id(image) else set()
    return names | {familiar(name) for name in (event.attributes.get("name", ""),) if name}
