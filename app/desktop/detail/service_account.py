"""The deployments of a container's service, kept until containers come or go."""

import numpy as np

from adapters.readmodel import History
from adapters.readmodel.codes import TOPIC_CODE
from app.desktop.detail.particulars import Particular
from app.desktop.moment_text import Zone
from domain.facts.container import (
    ContainerConfigured,
    ContainerCreated,
    ContainerFound,
    ContainerRemoved,
    ContainerRenamed,
)
from domain.questions.deployments import Deployment, deployments
from domain.questions.show import Reading
from domain.questions.tenures import Service, tenures

_MOST = 12
_TELLING = np.array(
    [
        TOPIC_CODE[kind]
        for kind in (
            ContainerCreated,
            ContainerFound,
            ContainerConfigured,
            ContainerRenamed,
            ContainerRemoved,
        )
    ],
    np.uint8,
)


class ServiceBook:
    """Deployments by container, worked out anew only when facts of such kinds were added.

    In a million events that takes most of a second, so that it must not be done for each look.
    """

    def __init__(self) -> None:
        self._facts = -1
        self._head = -1
        self._known: dict[int, tuple[Service | None, list[Deployment]]] = {}

    def knows(self, history: History, subject: int) -> bool:
        """Whether the answer is at hand."""
        if history.head != self._head:
            self._head = history.head
            facts = int(np.count_nonzero(np.isin(history.topic, _TELLING)))
            if facts != self._facts:
                self._facts = facts
                self._known.clear()
        return subject in self._known

    def lines(
        self, history: History, reading: Reading, subject: int, moment: int, zone: Zone
    ) -> list[Particular]:
        """What deployed and changed the service until the moment, the newest first."""
        if not self.knows(history, subject):
            self._known[subject] = _deployments(history, reading, subject)
        service, told = self._known[subject]
        told = [each for each in told if each.at <= moment]
        if service is None or not told:
            return []
        project = f"{service.project}/" if service.project else ""
        lines = [Particular(f"Deployments of {project}{service.name} ({len(told)})")]
        lines += [_line(each, zone) for each in reversed(told[-_MOST:])]
        if len(told) > _MOST:
            lines.append(Particular("…", f"{len(told) - _MOST} earlier ones"))
        return lines


def _deployments(
    history: History, reading: Reading, subject: int
) -> tuple[Service | None, list[Deployment]]:
    held = [e.service for e in tenures(history, like=subject) if e.container == subject]
    if not held:
        return None, []
    return held[-1], deployments(history, reading, chosen=set(held))


def _line(told: Deployment, zone: Zone) -> Particular:
    words = told.kind.replace("_", " ")
    if told.from_ is not None and told.to is not None and told.from_ != told.to:
        change = _change(str(told.from_), str(told.to))
    else:
        change = str(told.to or told.from_ or "")
    if told.kind == "scaled":
        change = f"{told.count_before} → {told.count} containers"
    elif told.changed:
        change += f" ({', '.join(each.replace('_', ' ') for each in told.changed)} changed)"
    note = ", while nobody recorded" if told.unrecorded else ""
    event = told.events[0] if told.events else 0
    return Particular(f"{zone.at(told.at):%d %b %H:%M}", f"{words} {change}{note}", event=event)


def _change(before: str, after: str) -> str:
    """`web #1 → #2` where only the number is another."""
    name, _, number = after.rpartition(" #")
    return (
        f"{before} → #{number}"
        if name and before.startswith(f"{name} #")
        else (f"{before} → {after}")
    )
