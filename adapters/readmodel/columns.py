"""Columns that grow at their end: one numpy array per column, never one per row.

Views of the filled part stay valid and unchanged when a column grows, so that a snapshot of
the history can be read in one thread while another takes new events in.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
Dtypes = Mapping[str, DTypeLike]
"""The type of each column, by name."""

_FIRST_CAPACITY = 1024


class Column:
    """A one-dimensional array with room at its end."""

    def __init__(self, dtype: DTypeLike, data: Array | None = None, size: int = 0) -> None:
        """An empty column, or one whose first `size` values are those of `data`."""
        self._data: Array = np.empty(_FIRST_CAPACITY, dtype) if data is None else data
        self._size = size

    def __len__(self) -> int:
        return self._size

    @property
    def view(self) -> Array:
        """The filled part, shape (n,); it does not change when the column grows."""
        return self._data[: self._size]

    def append(self, values: Array) -> None:
        """Adds the values at the end; doubles the room when it is used up."""
        end = self._size + len(values)
        if end > len(self._data):
            self._move(max(end, 2 * len(self._data)), self._size)
        self._data[self._size : end] = values
        self._size = end

    def replace_from(self, start: int, values: Array) -> None:
        """Puts the values in place of all from `start` on; earlier views keep the old ones."""
        if start < self._size:
            self._move(max(start + len(values), len(self._data)), start)
            self._size = start
        self.append(values)

    def set_at(self, rows: Array, values: Array | int) -> None:
        """Changes single rows; earlier views keep the old values."""
        self._move(len(self._data), self._size)
        self._data[rows] = values

    def _move(self, capacity: int, keep: int) -> None:
        moved = np.empty(capacity, self._data.dtype)
        moved[:keep] = self._data[:keep]
        self._data = moved


class Table:
    """Columns of equal length, by name."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = dict(columns)

    @classmethod
    def empty(cls, dtypes: Dtypes) -> "Table":
        """A table without rows."""
        return cls({name: Column(dtype) for name, dtype in dtypes.items()})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Array:
        return self.columns[name].view

    def append(self, rows: Mapping[str, Array]) -> None:
        """Adds rows; every column must be given, with as many values."""
        for name, column in self.columns.items():
            column.append(rows[name])

    def arrays(self) -> dict[str, Array]:
        """The filled part of each column."""
        return {name: column.view for name, column in self.columns.items()}


class TimeOrder:
    """The order by time of rows that arrive almost in that order.

    Rows with the same moment stay in the order of their numbers.
    """

    def __init__(self, moments: Array | None = None) -> None:
        self.rows = Column(np.int32)
        self.moments = Column(np.int64)
        if moments is not None:
            self.insert(moments)

    def insert(self, moments: Array) -> int:
        """Orders the next len(moments) rows in; gives the first place that changed."""
        if not len(moments):
            return len(self.rows)
        count = len(self.rows)
        fresh = np.arange(count, count + len(moments), dtype=np.int32)
        known = self.moments.view
        earliest = moments.min()
        place = count
        if count and earliest < known[-1]:
            place = int(np.searchsorted(known, earliest, side="right"))
        if place < count:
            moments = np.concatenate((known[place:], moments))
            fresh = np.concatenate((self.rows.view[place:], fresh))
        order = np.argsort(moments, kind="stable")
        self.rows.replace_from(place, fresh[order])
        self.moments.replace_from(place, moments[order])
        return place
