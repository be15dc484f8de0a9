"""All events of some kinds, in the order of time, as values."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from adapters.readmodel import codes
from adapters.readmodel.codes import NONE, ORIGINS
from adapters.readmodel.columns import Array
from adapters.readmodel.particulars import VALUE_IS_EXIT_CODE, VALUE_IS_TEXT
from domain.facts import FACTS, Fact
from domain.questions.history import Event

if TYPE_CHECKING:
    from adapters.readmodel.history import History


def events_of_kinds(
    history: "History", kinds: Collection[type[Fact]], subjects: Collection[int] | None
) -> list[Event]:
    """The events of these kinds, of all objects or of these, in the order of time."""
    rows = history.by_time[codes.topic_set(*kinds)[history.topic][history.by_time]]
    if subjects is not None:
        wanted = np.zeros(history.count, np.bool_)
        wanted[list(subjects)] = True
        rows = rows[wanted[history.subject[rows]]]
    columns = (
        rows + 1,
        history.occurred_at[rows],
        history.topic[rows],
        history.subject[rows],
        history.origin[rows],
    )
    return [
        Event(position, moment, FACTS[topic], subject, ORIGINS[origin], value)
        for (position, moment, topic, subject, origin), value in zip(
            zip(*(column.tolist() for column in columns), strict=True),
            _values(history, rows),
            strict=True,
        )
    ]


def _values(history: "History", rows: Array) -> list[int | str | None]:
    """What the columns keep of each event: an exit code, a text, or nothing."""
    texts = history.texts
    is_text = VALUE_IS_TEXT[history.topic[rows]].tolist()
    is_code = VALUE_IS_EXIT_CODE[history.topic[rows]].tolist()
    found: list[int | str | None] = []
    for value, text, code in zip(history.value[rows].tolist(), is_text, is_code, strict=True):
        if value == NONE or not (text or code):
            found.append(None)
        else:
            found.append(texts[value] if text else codes.exit_code_of(value))
    return found
