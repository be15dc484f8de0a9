"""How much happened over the whole history, in bins."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from domain.questions.severity import Severity

OVERVIEW_BINS = 480


@dataclass(frozen=True, slots=True)
class Overview:
    """Heights from 0 to 1 per bin, and where something bad happened."""

    heights: npt.NDArray[np.float64]
    bad: npt.NDArray[np.bool_]


def overview_of(history: History, bins: int) -> Overview:
    """The overview from the first moment to the last, on a logarithmic scale."""
    start, end = history.start, history.end
    if end <= start:
        return Overview(np.zeros(bins), np.zeros(bins, np.bool_))
    # The last bin takes the newest event in, too.
    edges = np.linspace(start, end + 1, bins + 1).astype(np.int64)
    edges[-1] = end + 1
    counts = np.diff(np.searchsorted(history.times_sorted, edges))
    bad_times = history.times_sorted[history.severity[history.by_time] == Severity.BAD]
    bad = np.diff(np.searchsorted(bad_times, edges)) > 0
    most = max(int(counts.max()), 1)
    return Overview(np.log1p(counts) / np.log1p(most), bad)
