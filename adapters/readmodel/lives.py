"""The fold of facts into spans, for all objects of a kind at once.

A `Strip` holds facts side by side, sorted by object and time; each fact may assign the
object's being there and any of its parts. What is not assigned stays as it was.
"""

from typing import NamedTuple

import numpy as np

from adapters.readmodel.columns import Array
from domain.moments import FOREVER


class Assigned(NamedTuple):
    """What each fact of a strip says of one part: whether it says anything, and what."""

    known: Array
    values: Array


class Strip(NamedTuple):
    """Facts side by side, shape (n,) each; `row` is the open span that a fact continues, or -1.

    A fact with a row is no fact but what was so before the first new one of its object.
    """

    subject: Array
    moment: Array
    event: Array
    row: Array
    alive: Assigned
    parts: dict[str, Assigned]


class Folded(NamedTuple):
    """The spans of a strip in its order, those that it continues among them."""

    subject: Array
    start: Array
    end: Array
    event: Array
    """The fact that began the span."""
    row: Array
    """The number of the span that is continued; -1 for a new one."""
    parts: dict[str, Array]


def joined(first: Strip, second: Strip) -> Strip:
    """Both strips as one, in the order of (object, moment, event)."""
    both = Strip(
        np.concatenate((first.subject, second.subject)),
        np.concatenate((first.moment, second.moment)),
        np.concatenate((first.event, second.event)),
        np.concatenate((first.row, second.row)),
        _joined(first.alive, second.alive),
        {name: _joined(first.parts[name], second.parts[name]) for name in first.parts},
    )
    return ordered(both)


def ordered(strip: Strip) -> Strip:
    """The strip in the order of (object, moment, event)."""
    order = np.lexsort((strip.event, strip.moment, strip.subject))
    return Strip(
        strip.subject[order],
        strip.moment[order],
        strip.event[order],
        strip.row[order],
        Assigned(strip.alive.known[order], strip.alive.values[order]),
        {
            name: Assigned(part.known[order], part.values[order])
            for name, part in strip.parts.items()
        },
    )


def fold(strip: Strip, unknown: dict[str, int]) -> Folded:
    """The spans of a sorted strip; `unknown` is what a part is before it was ever assigned.

    A span begins where the object comes to be there or a part changes. It may have no length:
    facts of the same moment are taken one after another.
    """
    count = len(strip.subject)
    first = np.ones(count, np.bool_)
    first[1:] = strip.subject[1:] != strip.subject[:-1]
    group = np.maximum.accumulate(np.where(first, np.arange(count), 0))

    alive = _carried(strip.alive, group, 0).astype(np.bool_)
    parts = {name: _carried(part, group, unknown[name]) for name, part in strip.parts.items()}
    was_alive = np.zeros(count, np.bool_)
    was_alive[1:] = alive[:-1] & ~first[1:]
    changed = ~was_alive
    for values in parts.values():
        changed[1:] |= values[1:] != values[:-1]

    begins = (alive & changed) | (strip.row >= 0)
    bounds = np.flatnonzero(begins | (was_alive & ~alive))
    ends = np.full(len(bounds), FOREVER, np.int64)
    same = strip.subject[bounds[1:]] == strip.subject[bounds[:-1]]
    ends[:-1] = np.where(same, strip.moment[bounds[1:]], FOREVER)
    spans = begins[bounds]
    at = bounds[spans]
    return Folded(
        strip.subject[at],
        strip.moment[at],
        ends[spans],
        strip.event[at],
        strip.row[at],
        {name: values[at] for name, values in parts.items()},
    )


def counted(folded: Folded, steps: Array) -> Array:
    """A counter that goes up by `steps` from span to span of the same object, shape (spans,)."""
    total = np.cumsum(steps)
    if not len(total):
        return steps
    first = np.ones(len(total), np.bool_)
    first[1:] = folded.subject[1:] != folded.subject[:-1]
    starts = np.flatnonzero(first)
    offsets = total[starts] - steps[starts]
    counts: Array = total - np.repeat(offsets, np.diff(np.append(starts, len(total))))
    return counts


def _carried(part: Assigned, group: Array, unknown: int) -> Array:
    """The last assigned value at or before each fact of the same object."""
    places = np.maximum.accumulate(np.where(part.known, np.arange(len(group)), -1))
    carried: Array = np.where(places >= group, part.values[places], unknown)
    return carried


def _joined(first: Assigned, second: Assigned) -> Assigned:
    return Assigned(
        np.concatenate((first.known, second.known)),
        np.concatenate((first.values, second.values)),
    )
