"""What the engine said, put together again from what is stored of it."""

from collections.abc import Iterable

import msgspec

from domain.engine_event import EngineEvent
from domain.facts import Entry
from domain.facts.container import ContainerCreated, ContainerFound
from domain.identity import CONTAINER, parse_stream_id

PAYLOADS = ("health_status: ",)


def rebuilt(entries: Iterable[Entry]) -> list[EngineEvent]:
    """The engine's events in the order in which they were entered."""
    labels: dict[str, dict[str, str]] = {}
    events = []
    for entry in entries:
        fact, said = entry.fact, entry.fact.said
        stream = parse_stream_id(entry.originator_id)
        if isinstance(fact, ContainerCreated | ContainerFound):
            labels[stream.object_id] = fact.labels
        if said is None:
            continue
        actor = stream.object_id if said.actor is None else said.actor
        repeated = said.type == CONTAINER and stream.kind == CONTAINER
        own = labels[stream.object_id] if repeated else {}
        action, payload = said.action, ""
        for prefix in PAYLOADS:
            if action.startswith(prefix):
                action, payload = prefix.removesuffix(": "), action.removeprefix(prefix)
        events.append(
            EngineEvent(
                type=said.type,
                action=action,
                payload=payload,
                actor=actor,
                attributes=own | said.attributes,
                time_ns=fact.occurred_at,
                scope=said.scope,
            )
        )
    return events


def without_command(said: EngineEvent) -> EngineEvent:
    """The event without the command line of an exec, which is never stored."""
    if said.action in ("exec_create", "exec_start"):
        return msgspec.structs.replace(said, payload="")
    return said
