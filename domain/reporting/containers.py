"""Events of a container's life."""

from collections.abc import Mapping
from typing import Any

from domain.clamping import was_cut
from domain.container import Container, State, unexpected_state
from domain.engine_event import EngineEvent
from domain.facts import container as facts
from domain.facts.base import ContainerFact
from domain.identity import CONTAINER
from domain.inspection import Inquiry
from domain.redaction import redact, redact_all, redact_named
from domain.references import familiar
from domain.reporting.occasion import Occasion, number, said_action

# The attributes that engines add to a container's labels, by action (Docker 20.10 to 29). Where
# the labels are not known, what is not among these is taken for a label.
_ADDED_ATTRIBUTES: dict[str, frozenset[str]] = {
    "die": frozenset({"exitCode", "execDuration"}),
    "kill": frozenset({"signal"}),
    "rename": frozenset({"oldName"}),
    "resize": frozenset({"height", "width"}),
    "exec_create": frozenset({"execID"}),
    "exec_start": frozenset({"execID"}),
    "exec_detach": frozenset({"execID"}),
    "exec_die": frozenset({"execID", "exitCode"}),
    "commit": frozenset({"comment", "imageID", "imageRef"}),
}
_ALWAYS_ADDED = frozenset({"name", "image"})
# Podman 5 adds these to every event, or to every one that has an exit code.
_ADDED_BY_PODMAN = frozenset({"podId", "containerExitCode"})
# Docker's word, and Podman's.
_REMOVALS = frozenset({"destroy", "remove"})
_ALIVE = (State.RUNNING, State.PAUSED)
# After these an inspection tells more, also of a container that is known. One that is sent a signal
# may be gone soon after, and with it what was changed inside.
_TELLING = frozenset({"kill", "die", "update"})

_PLAIN_FACTS: dict[str, type[ContainerFact]] = {
    "start": facts.ContainerStarted,
    "stop": facts.ContainerStopped,
    "restart": facts.ContainerRestarted,
    "pause": facts.ContainerPaused,
    "unpause": facts.ContainerUnpaused,
    "oom": facts.ContainerOutOfMemory,
    "update": facts.ContainerUpdated,
    "export": facts.ContainerExported,
    "extract-to-dir": facts.FilesCopiedIn,
    "archive-path": facts.FilesCopiedOut,
    **dict.fromkeys(_REMOVALS, facts.ContainerRemoved),
}


def report_container(occasion: Occasion) -> list[Inquiry]:
    """Enters the event in the container's stream; returns what to inspect at once."""
    event, book, engine = occasion.event, occasion.book, occasion.engine
    container = book.container(engine, event.actor)
    added = _ALWAYS_ADDED | (_ADDED_BY_PODMAN if _podman_says(occasion) else frozenset())
    if event.action == "create":
        labels = redact_all(_without(event.attributes, added))[0]
    elif container is None or not container.name:
        added |= _ADDED_ATTRIBUTES.get(event.action, frozenset())
        labels = redact_all(_without(event.attributes, added))[0]
        found = facts.ContainerFound(
            name=event.attributes.get("name", ""),
            image=event.attributes.get("image", ""),
            labels=labels,
            **occasion.consequence(),
        )
        book.append(CONTAINER, engine, event.actor, found)
    else:
        labels = container.labels
    kind, details = _fact_of(event, labels)
    fact = occasion.fact(
        kind,
        event.actor,
        _own_attributes(event, labels),
        unexpected_from=unexpected_state(container, kind),
        **details,
    )
    book.append(CONTAINER, engine, event.actor, fact)
    return _inquiries(event, container)


def _podman_says(occasion: Occasion) -> bool:
    if not _ADDED_BY_PODMAN & occasion.event.attributes.keys():
        return False
    engine = occasion.book.engine(occasion.engine)
    flavour = engine.observed.flavour if engine is not None and engine.observed else ""
    return flavour == "podman" or (flavour == "file" and "podId" in occasion.event.attributes)


def _without(attributes: Mapping[str, str], keys: frozenset[str]) -> dict[str, str]:
    return {key: value for key, value in attributes.items() if key not in keys}


def _own_attributes(event: EngineEvent, labels: Mapping[str, str]) -> dict[str, str]:
    """What the engine added: all that is not a label, as far as its value tells.

    Docker's labels replace attributes of their name; some of Podman's attributes replace labels.
    """
    attributes = event.attributes
    own = (attributes.keys() - labels.keys()) | (_ALWAYS_ADDED & attributes.keys())
    # Nearly always the labels are all there, unchanged: one comparison instead of thirty.
    if not labels.items() <= attributes.items():
        shared = attributes.keys() & labels.keys()
        own |= {key for key in shared if not _is_label(labels[key], key, attributes[key])}
    return {key: attributes[key] for key in sorted(own)}


def _is_label(label: str, key: str, value: str) -> bool:
    # Labels are kept without their secrets, and without their ends where they are too long.
    return label == value or was_cut(label) or label == redact_named(key, value).text


def _inquiries(event: EngineEvent, before: Container | None) -> list[Inquiry]:
    bound = before is not None and before.configured
    if event.action == "start" and before is not None and before.state in _ALIVE:
        # It ended while the engine was down; only inspection knows when.
        return [Inquiry(CONTAINER, event.actor, "start", event.time_ns)]
    if event.action in _REMOVALS or (bound and event.action not in _TELLING):
        return []
    return [Inquiry(CONTAINER, event.actor, event.action, event.time_ns)]


def _fact_of(
    event: EngineEvent, labels: Mapping[str, str]
) -> tuple[type[ContainerFact], dict[str, Any]]:
    def trusted(key: str) -> str | None:
        # A label of the same name replaces the engine's own attribute.
        return None if key in labels else event.attributes.get(key)

    name = event.attributes.get("name", "")
    match event.action:
        case action if action in _PLAIN_FACTS:
            return _PLAIN_FACTS[action], {}
        case "create":
            image = event.attributes.get("image", "")
            return facts.ContainerCreated, {"name": name, "image": image, "labels": dict(labels)}
        case "die":
            return facts.ContainerExited, {"exit_code": number(trusted("exitCode"))}
        case "kill":
            return facts.ContainerSignalled, {"signal": trusted("signal")}
        case "rename":
            old = trusted("oldName")
            old_name = None if old is None else old.removeprefix("/")
            return facts.ContainerRenamed, {"name": name, "old_name": old_name}
        case "health_status" if event.payload:
            return facts.HealthChanged, {"status": event.payload}
        case "exec_create":
            command = redact(event.payload.strip()).text
            return facts.ExecCreated, {"exec_id": trusted("execID"), "command": command}
        case "exec_start" | "exec":
            return facts.ExecStarted, {"exec_id": trusted("execID")}
        case "exec_die":
            exit_code = number(trusted("exitCode"))
            return facts.ExecEnded, {"exec_id": trusted("execID"), "exit_code": exit_code}
        case "exec_died":
            return facts.ExecEnded, {"exit_code": number(trusted("containerExitCode"))}
        case "commit":
            typed = trusted("imageRef")
            reference = familiar(typed) if typed else None
            return facts.ContainerCommitted, {
                "image_id": trusted("imageID"),
                "reference": reference,
            }
        case _:
            return facts.ContainerReported, {"action": said_action(event)}
