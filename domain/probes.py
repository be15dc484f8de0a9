"""Health probes, counted: Docker reports each as three exec events and calls them by no name.

A container probed every ten seconds makes 26,000 events a day, and the engine remembers only its
last 256. A probe is known by the command of the container's health check and, from then on, by its
exec id. Podman reports each with the health after it; those that changed nothing are counted.
"""

from dataclasses import dataclass

from domain.container import Container
from domain.engine_event import EngineEvent
from domain.facts import Origin
from domain.facts.container import ContainerProbed
from domain.moments import MINUTE
from domain.redaction import redact

_EXEC_ACTIONS = frozenset({"exec_create", "exec_start", "exec_die"})
_LONGEST = 10 * MINUTE
# Of what is counted but not stored yet, all must still be in the engine's memory after a crash,
# together with something that is stored: half of what Docker remembers.
_MOST_EVENTS = 128

Key = tuple[int, bytes]


@dataclass
class _Count:
    since: int
    until: int
    probes: int = 0
    failed: int = 0
    events: int = 0


class ProbeCount:
    """The probes of one engine's containers since they were last entered in the book."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        """The fingerprints of the events that are counted."""
        self._counts: dict[str, _Count] = {}
        self._running: set[str] = set()
        self._since: int | None = None

    def takes(self, event: EngineEvent, key: Key, container: Container | None, at: int) -> bool:
        """Counts the event if it belongs to a probe; gives whether it did.

        `at` is this machine's clock.
        """
        if container is None:
            return False
        if event.probed:
            return self._takes_outcome(event, key, container, at)
        if event.action not in _EXEC_ACTIONS:
            return False
        if not container.probe_command or "execID" in container.labels:
            return False
        exec_id = event.attributes.get("execID", "")
        if event.action == "exec_create":
            if redact(event.payload.strip()).text != container.probe_command:
                return False
            self._running.add(exec_id)
        elif exec_id not in self._running:
            return False
        count = self._counted(event, key, at)
        if event.action == "exec_die":
            self._running.discard(exec_id)
            count.probes += 1
            count.failed += event.attributes.get("exitCode", "0") != "0"
        return True

    def _takes_outcome(self, event: EngineEvent, key: Key, container: Container, at: int) -> bool:
        if container.health != event.payload:
            return False
        count = self._counted(event, key, at)
        count.probes += 1
        count.failed += event.payload == "unhealthy"
        return True

    def _counted(self, event: EngineEvent, key: Key, at: int) -> _Count:
        """The count of the event's container, with the event."""
        self._since = self._since or at
        self.keys.add(key)
        count = self._counts.setdefault(event.actor, _Count(event.time_ns, event.time_ns))
        count.until = max(count.until, event.time_ns)
        count.events += 1
        return count

    def due(self, at: int) -> bool:
        """Whether what is counted must be entered now."""
        if self._since is None:
            return False
        return len(self.keys) >= _MOST_EVENTS or at - self._since >= _LONGEST

    def take(self, recorded_at: int) -> tuple[list[tuple[str, ContainerProbed]], set[Key]]:
        """The facts to enter, by container id, and the keys to store with them; begins anew."""
        facts = [
            (
                container_id,
                ContainerProbed(
                    occurred_at=count.until,
                    recorded_at=recorded_at,
                    origin=Origin.REPORTED,
                    since=count.since,
                    probes=count.probes,
                    failed=count.failed,
                    events=count.events,
                ),
            )
            for container_id, count in self._counts.items()
        ]
        keys = self.keys
        self.keys, self._counts, self._since = set(), {}, None
        return facts, keys
