"""A capture of `docker events` and a store, made comparable event by event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adapters.store.opening import open_reader
from domain.facts.container import ContainerCreated, ContainerFound, ContainerProbed
from domain.identity import parse_stream_id

Said = tuple[Any, ...]


def captured(event: dict[str, Any]) -> Said:
    """What identifies an event of the engine; the command of an exec action is not stored."""
    action = event["Action"]
    if action.startswith("exec_"):
        action = action.partition(":")[0]
    attributes = event["Actor"].get("Attributes") or {}
    return _said(event["Type"], action, event["Actor"]["ID"], event["timeNano"], attributes)


def _said(type: str, action: str, actor: str, time_ns: int, attributes: dict[str, str]) -> Said:
    return (type, action, actor, time_ns, tuple(sorted(attributes.items())))


def stored(store: Path) -> list[Said]:
    """The engine's events as the store gives them back, each container's labels added again."""
    labels: dict[str, dict[str, str]] = {}
    events = []
    reader = open_reader(store)
    for recorded in (recorded for chunk in reader.read() for recorded in chunk):
        fact, said = recorded.fact, recorded.fact.said
        if isinstance(fact, ContainerCreated | ContainerFound):
            labels[recorded.stream] = fact.labels
        if said is not None:
            subject = parse_stream_id(recorded.stream).object_id
            actor = subject if said.actor is None else said.actor
            own = labels.get(recorded.stream, {}) if said.type == "container" else {}
            attributes = own | said.attributes
            events.append(_said(said.type, said.action, actor, fact.occurred_at, attributes))
    reader.close()
    return events


def counted_probes(store: Path) -> int:
    """How many of the engine's events are not stored one by one but counted as health probes."""
    reader = open_reader(store)
    counts = [recorded.fact for recorded in reader.of_topics([ContainerProbed.TOPIC])]
    reader.close()
    return sum(fact.events for fact in counts if isinstance(fact, ContainerProbed))
