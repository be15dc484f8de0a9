"""The stretches that nobody recorded, by engine."""

from collections import defaultdict

from domain.questions.history import Gap, History


def gaps_by_engine(history: History) -> dict[str, list[Gap]]:
    """The gaps of each engine, by its key, in the order of their starts."""
    found: defaultdict[str, list[Gap]] = defaultdict(list)
    for gap in history.gaps:
        found[history.identity_of(gap.engine).engine].append(gap)
    return dict(found)
