"""Podman tells of each health probe: what changed is told, the rest is counted."""

from domain.container import Container
from domain.engine_event import EngineEvent, fingerprint
from domain.probes import ProbeCount

C1 = "c1" * 32


def probed(health: str, second: int) -> EngineEvent:
    return EngineEvent("container", "health_status", health, C1, {}, second * 10**9, probed=True)


def container(health: str | None) -> Container:
    return Container(id=f"container/e/{C1}", version=1, health=health)


def takes(count: ProbeCount, event: EngineEvent, known: Container | None) -> bool:
    return count.takes(event, (event.time_ns, fingerprint(event)), known, 1)


def test_a_probe_that_changed_nothing_is_counted() -> None:
    count = ProbeCount()
    assert takes(count, probed("unhealthy", 5), container("unhealthy"))
    assert takes(count, probed("unhealthy", 9), container("unhealthy"))
    ((container_id, fact),), keys = count.take(10)
    assert container_id == C1
    assert (fact.probes, fact.failed, fact.events) == (2, 2, 2)
    assert (fact.since, fact.occurred_at) == (5 * 10**9, 9 * 10**9)
    assert len(keys) == 2


def test_a_probe_that_found_another_health_is_told() -> None:
    count = ProbeCount()
    assert not takes(count, probed("healthy", 5), container("starting"))
    assert not takes(count, probed("healthy", 5), container(None))
    assert not takes(count, probed("healthy", 5), None)
    assert count.take(10) == ([], set())
