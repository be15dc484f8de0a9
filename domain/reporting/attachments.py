"""Networks and volumes: what joins them to a container belongs to the container's life."""

from collections.abc import Callable
from functools import partial

from domain.engine_event import EngineEvent
from domain.facts import Fact
from domain.facts import container as facts
from domain.facts.container import ContainerState
from domain.facts.engine import NetworkChanged, VolumeChanged
from domain.identity import CONTAINER
from domain.inspection import Inquiry
from domain.reporting.occasion import Occasion


def report_attachment(occasion: Occasion) -> list[Inquiry]:
    """Enters the event in the stream of the container that it joins, else in the engine's.

    Returns what to inspect at once.
    """
    event = occasion.event
    container_id, network = event.attributes.get("container", ""), event.attributes.get("name", "")
    if not container_id and event.type == "network" and "network" in event.attributes:
        # Podman's word for the network; the actor is the container that joins it, if any does.
        container_id, network = event.actor, event.attributes["network"]
    kind = _joins_container(event, network) if container_id else None
    if kind is not None:
        fact = occasion.fact(kind, container_id, event.attributes)
        before = occasion.book.container(occasion.engine, container_id)
        occasion.book.append(CONTAINER, occasion.engine, container_id, fact)
        never_ran = before is not None and before.state is ContainerState.CREATED
        if never_ran and event.action == "disconnect":
            # Of a start that failed engines say nothing but this (Docker 20.10 to 29).
            return [Inquiry(CONTAINER, container_id, event.action, event.time_ns)]
        return []
    if event.type == "network":
        name = network or event.actor
        occasion.enter_for_engine(
            NetworkChanged, network_id=event.actor, name=name, action=event.action
        )
    else:
        # Podman names a volume in an attribute and leaves the actor empty.
        name = event.actor or event.attributes.get("name", "")
        occasion.enter_for_engine(VolumeChanged, name=name, action=event.action)
    return []


def _joins_container(event: EngineEvent, network: str) -> Callable[..., Fact] | None:
    match event.type, event.action:
        case "network", "connect":
            return partial(facts.NetworkConnected, network=network)
        case "network", "disconnect":
            return partial(facts.NetworkDisconnected, network=network)
        case "volume", "mount":
            destination = event.attributes.get("destination", "")
            return partial(facts.VolumeMounted, volume=event.actor, destination=destination)
        case "volume", "unmount":
            return partial(facts.VolumeUnmounted, volume=event.actor)
        case _:
            return None
