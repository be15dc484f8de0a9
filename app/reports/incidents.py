"""What went wrong in a period: failed exits, kills for want of memory, unhealthy spells."""

from bisect import bisect_left
from collections import Counter, defaultdict

import numpy as np

from adapters.readmodel import History
from adapters.readmodel.codes import topic_set
from adapters.reports.document import Incident, Listing, Troubled
from adapters.store.reader import Reader, Recorded
from app.reports.overview import image_name
from app.reports.period import Indices, of_kinds
from domain.facts import Fact
from domain.facts.container import (
    ContainerExited,
    ContainerOutOfMemory,
    ContainerRestarted,
    ContainerSignalled,
    ContainerStopped,
    HealthChanged,
)
from domain.identity import parse_stream_id
from domain.moments import SECOND
from domain.questions.exit_codes import meaning
from domain.questions.severity import Severity

_MOST_INCIDENTS = 1000
_MOST_CONTAINERS = 200
_TOGETHER = 30 * SECOND
"""A stop waits ten seconds before it kills, and is reported before or after the exit."""

_ASKED = (ContainerStopped, ContainerSignalled, ContainerRestarted)
_KINDS: tuple[type[Fact], ...] = (ContainerExited, ContainerOutOfMemory, HealthChanged)


def incident_events(history: History, events: Indices) -> Indices:
    """Those of the events that are incidents."""
    bad = events[history.severity[events] == Severity.BAD]
    return of_kinds(history, bad, _KINDS)


def incidents(reader: Reader, history: History, chosen: Indices) -> Listing[Incident]:
    """The incidents, oldest first, each with its meaning."""
    listed = chosen[:_MOST_INCIDENTS]
    around = _Around(history, listed)
    rows = tuple(
        _incident(history, recorded, around) for recorded in reader.at((listed + 1).tolist())
    )
    return Listing(rows, len(chosen))


def troubled(history: History, chosen: Indices) -> Listing[Troubled]:
    """How often which container had which trouble, the most troubled first."""
    counts: dict[int, Counter[type[Fact]]] = defaultdict(Counter)
    for kind in _KINDS:
        of_kind = of_kinds(history, chosen, (kind,))
        subjects, numbers = np.unique(history.subject[of_kind], return_counts=True)
        for subject, number in zip(subjects.tolist(), numbers.tolist(), strict=True):
            counts[subject][kind] = number
    worst = sorted(counts, key=lambda subject: (-counts[subject].total(), subject))
    rows = tuple(
        Troubled(
            container=history.name_of(subject),
            engine=history.engine_name(history.identity_of(subject).engine),
            bad_exits=counts[subject][ContainerExited],
            out_of_memory=counts[subject][ContainerOutOfMemory],
            unhealthy=counts[subject][HealthChanged],
        )
        for subject in worst[:_MOST_CONTAINERS]
    )
    return Listing(rows, len(worst))


class _Around:
    """What was reported of the same container shortly before or after an incident."""

    def __init__(self, history: History, listed: Indices) -> None:
        of_these = np.zeros(history.count, np.bool_)
        of_these[history.subject[listed]] = True
        self._history = history
        self._asked = self._moments(of_these, _ASKED)
        self._out_of_memory = self._moments(of_these, (ContainerOutOfMemory,))

    def asked_to_stop(self, subject: int, moment: int) -> bool:
        """Whether somebody outside asked for the end."""
        return self._near(self._asked, subject, moment)

    def out_of_memory(self, subject: int, moment: int) -> bool:
        """Whether the kernel killed for want of memory."""
        return self._near(self._out_of_memory, subject, moment)

    def _moments(
        self, of_these: "np.ndarray[tuple[int], np.dtype[np.bool_]]", kinds: tuple[type[Fact], ...]
    ) -> dict[int, list[int]]:
        history = self._history
        events = np.flatnonzero(topic_set(*kinds)[history.topic])
        events = events[of_these[history.subject[events]]]
        found: dict[int, list[int]] = defaultdict(list)
        subjects, moments = history.subject[events], history.occurred_at[events]
        for subject, moment in zip(subjects.tolist(), moments.tolist(), strict=True):
            found[subject].append(moment)
        for told in found.values():
            told.sort()
        return found

    def _near(self, moments: dict[int, list[int]], subject: int, moment: int) -> bool:
        told = moments.get(subject, [])
        first = bisect_left(told, moment - _TOGETHER)
        return first < len(told) and told[first] <= moment + _TOGETHER


def _incident(history: History, recorded: Recorded, around: _Around) -> Incident:
    fact = recorded.fact
    subject = history.object_of(recorded.stream)
    identity = parse_stream_id(recorded.stream)
    what, said = _in_words(fact, subject, around)
    return Incident(
        position=recorded.position,
        at=fact.occurred_at,
        engine=history.engine_name(identity.engine),
        container=identity.object_id
        if subject is None
        else history.name_of(subject, fact.occurred_at),
        image="" if subject is None else image_name(history, subject),
        what=what,
        meaning=said,
    )


def _in_words(fact: Fact, subject: int | None, around: _Around) -> tuple[str, str]:
    match fact:
        case ContainerExited(exit_code=int() as code):
            moment = fact.occurred_at
            said = meaning(
                code,
                out_of_memory=subject is not None and around.out_of_memory(subject, moment),
                asked_to_stop=subject is not None and around.asked_to_stop(subject, moment),
            )
            return f"exit code {code}", said
        case ContainerOutOfMemory():
            return "out of memory", "the kernel killed a process for want of memory"
    return "unhealthy", "the container's own health check failed"
