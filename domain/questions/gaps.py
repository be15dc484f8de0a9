"""The stretches that nobody recorded: of which engine, and why."""

from collections import defaultdict

from domain.facts.engine import GapCause
from domain.questions.history import Gap, History


def gaps_by_engine(history: History) -> dict[str, list[Gap]]:
    """The gaps of each engine, by its key, in the order of their starts."""
    found: defaultdict[str, list[Gap]] = defaultdict(list)
    for gap in history.gaps:
        found[history.identity_of(gap.engine).engine].append(gap)
    return dict(found)


_WORDS = {
    GapCause.FIRST_CONTACT: "before the first recording",
    GapCause.RECORDER_OFF: "the recorder was off",
    GapCause.ENGINE_RESTARTED: "the engine was restarted",
    GapCause.ENGINE_UNREACHABLE: "the engine could not be reached",
    GapCause.MACHINE_ASLEEP: "this machine was asleep",
    GapCause.RING_OVERFLOW: "the engine forgot events before they were read",
    GapCause.DROPPED: "the engine did not deliver all events",
    GapCause.NOT_PROVEN: "recorded, but not proven to be complete",
    GapCause.UNREADABLE: "events could not be read",
    GapCause.UNKNOWN: "why is not known",
}


def cause_in_words(cause: str) -> str:
    """Why events may be missing, for a person; a cause of a later version as it is written."""
    try:
        return _WORDS[GapCause(cause)]
    except ValueError:
        return cause.replace("_", " ")
