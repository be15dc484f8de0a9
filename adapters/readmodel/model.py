"""The columns and everything that is folded from them, and how a batch of facts gets in."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from adapters.readmodel import conditions, events
from adapters.readmodel.bindings import Binding, Bindings, Held
from adapters.readmodel.codes import UNKNOWN
from adapters.readmodel.columns import Array, Column, Dtypes, Table, TimeOrder
from adapters.readmodel.conditions import KINDS, Facts
from adapters.readmodel.events import Recorded
from adapters.readmodel.lives import Folded, Strip, fold, joined, ordered
from adapters.readmodel.objects import Objects
from adapters.readmodel.particulars import Intake
from adapters.readmodel.spans import VOID, Spans, span_columns
from domain.identity import REFERENCE
from domain.moments import FOREVER
from domain.questions.bases import Base

TABLES: Final[dict[str, Dtypes]] = {
    "events": events.EVENT_COLUMNS,
    "observations": events.OBSERVATIONS,
    "pointings": events.POINTINGS,
    "arrivals": events.ARRIVALS,
    "gaps": events.GAPS,
    "swarm": events.SWARM,
    "bound": dict.fromkeys(Binding._fields, np.int32),
}
_SCAN_ONE_BY_ONE: Final = 4
"""Up to so many objects it is faster to look for each one's events than for all at once."""


class Model:
    """The whole history as columns; `absorb` takes the next facts in."""

    def __init__(
        self,
        objects: Objects | None = None,
        tables: dict[str, Table] | None = None,
        spans: dict[str, Spans] | None = None,
    ) -> None:
        self.objects = objects or Objects()
        self.tables = tables or {name: Table.empty(columns) for name, columns in TABLES.items()}
        self.spans = spans or {
            name: Spans(Table.empty(span_columns(kind.parts))) for name, kind in KINDS.items()
        }
        self.by_time = TimeOrder(self.tables["events"]["occurred_at"])
        self.bindings = Bindings(self.objects, self.tables["bound"].columns)
        self.descriptions = 0
        """Goes up with every description of an image."""
        self.bases: tuple[int, dict[int, Base]] | None = None
        """The base images, and the number of descriptions that they were found with."""
        self.first_moment = Column(np.int64)
        """Per object: the moment of its first event, or FOREVER."""
        self._last = Column(np.int64)
        """Per object: the moment of the last fact in its fold, or VOID."""
        self._open = Column(np.int32)
        """Per object: the number of its open span, or -1."""
        self._make_room()
        if self.head:
            self._take_up()

    @property
    def head(self) -> int:
        """The position of the last event taken in."""
        return len(self.tables["events"])

    def absorb(self, batch: Sequence[Recorded]) -> None:
        """Takes the facts that follow the head in.

        Raises:
            ShipslogError: the positions have a hole.
        """
        head = self.head
        intake = Intake(self.objects)
        rows = events.event_rows(batch, head, intake)
        self.tables["events"].append(rows)
        for name, few in events.intake_rows(intake).items():
            self.tables[name].append(few)
        self.by_time.insert(rows["occurred_at"])
        self.descriptions += intake.described
        self._make_room()
        np.minimum.at(self.first_moment.view, rows["subject"], rows["occurred_at"])
        changed = {
            name: self._fold(name, head + np.flatnonzero(kind.topics[rows["topic"]]))
            for name, kind in KINDS.items()
        }
        versions = {reference: self._versions(reference) for reference in changed[REFERENCE]}
        self.bindings.change(versions, intake.containers)

    def facts(self) -> Facts:
        """The columns that lives are folded from."""
        table = self.tables["events"]
        return Facts(
            table["occurred_at"],
            table["topic"],
            table["subject"],
            table["value"],
            self.tables["observations"].arrays(),
        )

    def _take_up(self) -> None:
        """Finds again, from the columns, what is not kept on disk."""
        facts = self.facts()
        np.minimum.at(self.first_moment.view, facts.subject, facts.occurred_at)
        for name, kind in KINDS.items():
            matter = np.flatnonzero(kind.topics[facts.topic])
            np.maximum.at(self._last.view, facts.subject[matter], facts.occurred_at[matter])
            table = self.spans[name].table
            still = np.flatnonzero(table["end"] == FOREVER)
            self._open.view[table["object"][still]] = still
        references = np.unique(self.spans[REFERENCE].table["object"]).tolist()
        versions = {reference: self._versions(reference) for reference in references}
        self.bindings.take_up(versions)

    def _make_room(self) -> None:
        missing = len(self.objects) - len(self._open)
        if missing > 0:
            self.first_moment.append(np.full(missing, FOREVER, np.int64))
            self._last.append(np.full(missing, VOID, np.int64))
            self._open.append(np.full(missing, UNKNOWN, np.int32))

    def _fold(self, name: str, fresh: Array) -> set[int]:
        """Folds new facts of a kind of object; gives the objects that they are about."""
        if not len(fresh):
            return set()
        facts, kind = self.facts(), KINDS[name]
        subject, moment = facts.subject[fresh], facts.occurred_at[fresh]
        last, row = self._last.view[subject], self._open.view[subject]
        late = (moment < last) | ((row == UNKNOWN) & (last != VOID))
        if late.any():
            again = np.unique(subject[late])
            self._forget(name, again)
            others = fresh[~np.isin(subject, again)]
            fresh = np.concatenate((others, self._events_of(again, kind.topics, facts)))
            subject, moment = facts.subject[fresh], facts.occurred_at[fresh]
        subjects = np.unique(subject)
        strip = self._strip(name, facts, fresh.astype(np.int32), subjects)
        self._store(name, facts, fold(strip, kind.unknown))
        np.maximum.at(self._last.view, subject, moment)
        return set(subjects.tolist())

    def _strip(self, name: str, facts: Facts, fresh: Array, subjects: Array) -> Strip:
        strip = conditions.strip_of(name, facts, fresh)
        rows = self._open.view[subjects]
        rows = rows[rows != UNKNOWN]
        if not len(rows):
            return ordered(strip)
        columns = self.spans[name].table.arrays()
        return joined(conditions.continued(KINDS[name], columns, rows), strip)

    def _store(self, name: str, facts: Facts, folded: Folded) -> None:
        """Adds the new spans, ends those that were open."""
        spans, kind = self.spans[name], KINDS[name]
        columns = {
            "object": folded.subject,
            "start": folded.start,
            "end": folded.end,
            "event": folded.event,
            **folded.parts,
        }
        if kind.counter is not None:
            known = spans.table.arrays()
            columns[kind.counter] = conditions.counter_of(name, folded, facts, known)
        new = folded.row == UNKNOWN
        ended = ~new & (folded.end != FOREVER)
        spans.set_end(folded.row[ended], folded.end[ended])
        row = folded.row.copy()
        row[new] = spans.add({part: columns[part][new] for part in spans.table.columns})
        still = folded.end == FOREVER
        self._open.view[folded.subject] = UNKNOWN
        self._open.view[folded.subject[still]] = row[still]

    def _forget(self, name: str, subjects: Array) -> None:
        """Voids all spans of these objects."""
        spans = self.spans[name]
        spans.set_end(np.flatnonzero(np.isin(spans.table["object"], subjects)), VOID)
        self._open.view[subjects] = UNKNOWN

    def _events_of(self, subjects: Array, topics: Array, facts: Facts) -> Array:
        """The events of these objects that matter to their spans."""
        if len(subjects) <= _SCAN_ONE_BY_ONE:
            found = [np.flatnonzero(facts.subject == subject) for subject in subjects]
            rows = np.concatenate(found)
        else:
            wanted = np.zeros(len(self.objects), np.bool_)
            wanted[subjects] = True
            rows = np.flatnonzero(wanted[facts.subject])
        return rows[topics[facts.topic[rows]]]

    def _versions(self, reference: int) -> list[Held]:
        view = self.spans[REFERENCE].view()
        rows = view.of(reference)
        columns = (view.start, view.end, view.image, view.number)
        held = zip(*(column[rows].tolist() for column in columns), strict=True)
        return [Held(start, end, image, number, reference) for start, end, image, number in held]
