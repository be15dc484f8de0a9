"""Spans: one row for each stretch in which an object's state did not change.

Rows are only ever added; a row that a late fact made wrong gets the end `VOID`, so that row
numbers stay valid. Every 8,192 rows, in the order of their starts, a keyframe lists the rows
that were live then: what is live at T is one keyframe and at most 8,192 more rows.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike

from adapters.readmodel.columns import Array, Table, TimeOrder

KEYFRAME_EVERY = 8192
VOID = -(2**63)
"""The end of a row that no longer counts."""


def span_columns(parts: Mapping[str, DTypeLike]) -> dict[str, DTypeLike]:
    """The columns of spans whose objects have these parts."""
    return {"object": np.int32, "start": np.int64, "end": np.int64, **parts}


class Spans:
    """The spans of all objects of one kind as columns: object, start, end and its parts."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.order = TimeOrder()
        self.keyframes: list[Array] = []
        self._settle()

    def __len__(self) -> int:
        return len(self.table)

    def add(self, rows: Mapping[str, Array]) -> Array:
        """Adds rows and gives their numbers."""
        first = len(self.table)
        self.table.append(rows)
        self._settle()
        return np.arange(first, len(self.table), dtype=np.int32)

    def set_end(self, rows: Array, ends: Array | int) -> None:
        """Ends rows, or voids them."""
        if len(rows):
            self.table.columns["end"].set_at(rows, ends)

    def view(self) -> "SpansView":
        """The spans as they are now."""
        return SpansView(
            self.table.arrays(),
            self.order.rows.view,
            self.order.moments.view,
            tuple(self.keyframes),
        )

    def _settle(self) -> None:
        """Orders new rows in and makes the keyframes that they need."""
        place = self.order.insert(self.table["start"][len(self.order.rows) :])
        del self.keyframes[place // KEYFRAME_EVERY :]
        rows, starts, ends = self.order.rows.view, self.order.moments.view, self.table["end"]
        for last in range(
            (len(self.keyframes) + 1) * KEYFRAME_EVERY, len(rows) + 1, KEYFRAME_EVERY
        ):
            fresh = rows[last - KEYFRAME_EVERY : last]
            before = self.keyframes[-1] if self.keyframes else rows[:0]
            known = np.concatenate((before, fresh))
            self.keyframes.append(known[ends[known] > starts[last - 1]])


class SpansView:
    """Spans at one head of the store; `spans.state` and so on are the columns, shape (rows,)."""

    def __init__(
        self,
        columns: Mapping[str, Array],
        order: Array,
        starts: Array,
        keyframes: tuple[Array, ...],
    ) -> None:
        self.columns = dict(columns)
        self.order = order
        self.starts = starts
        self._keyframes = keyframes

    def __len__(self) -> int:
        return len(self.order)

    def __getattr__(self, name: str) -> Array:
        try:
            return self.columns[name]
        except KeyError:
            raise AttributeError(name) from None

    def live(self, moment: int) -> Array:
        """The numbers of the rows that are live at the moment, int32, oldest start first."""
        count = int(self.starts.searchsorted(moment, side="right"))
        frame = count // KEYFRAME_EVERY
        rows = self.order[frame * KEYFRAME_EVERY : count]
        if frame:
            rows = np.concatenate((self._keyframes[frame - 1], rows))
        live: Array = rows[self.columns["end"][rows] > moment]
        return live

    def of(self, subject: int) -> Array:
        """The numbers of the object's rows, in the order of time, without void ones."""
        rows = np.flatnonzero(self.columns["object"] == subject)
        rows = rows[self.columns["end"][rows] != VOID]
        in_time: Array = rows[np.argsort(self.columns["start"][rows], kind="stable")]
        return in_time
