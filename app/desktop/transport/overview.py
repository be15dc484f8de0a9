"""How much happened over the whole history, in as many bins as the slider is wide."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History


@dataclass(frozen=True, slots=True)
class Overview:
    """Heights from 0 to 1 per bin, and where something bad happened."""

    heights: npt.NDArray[np.float64]
    bad: npt.NDArray[np.bool_]


def overview_of(history: History, start: int, end: int, bins: int) -> Overview:
    """The overview between two moments, on a logarithmic scale."""
    if end <= start or not history.head:
        return Overview(np.zeros(bins), np.zeros(bins, np.bool_))
    edges = np.linspace(start, end, bins + 1).astype(np.int64)
    counts = np.diff(np.searchsorted(history.times_sorted, edges))
    bad_times = np.sort(history.occurred_at[history.severity == 3])
    bad = np.diff(np.searchsorted(bad_times, edges)) > 0
    most = max(int(counts.max()), 1)
    return Overview(np.log1p(counts) / np.log1p(most), bad)
