"""The strips of facts for each kind of object, by the tables of `domain.questions.effects`."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from adapters.readmodel import codes
from adapters.readmodel.codes import NEVER, NONE, TOPIC_CODE, UNKNOWN, topic_set
from adapters.readmodel.columns import Array
from adapters.readmodel.lives import Assigned, Folded, Strip, counted
from domain.facts import container
from domain.questions import effects
from domain.questions.effects import CONTAINER_EFFECTS, HAS_RUN, HEALTHS, Take


class Kind(NamedTuple):
    """A kind of object whose lives are folded into spans."""

    parts: dict[str, DTypeLike]
    """The columns of its spans besides object, start and end."""
    unknown: dict[str, int]
    """What the assigned parts are before any fact told."""
    counter: str | None
    """The part that counts; it is not assigned."""
    topics: Array
    """`topics[topic]`: whether facts of the topic matter."""


CONTAINER: Final = Kind(
    parts={
        "state": np.int8,
        "exit_code": np.int32,
        "health": np.int8,
        "name": np.int32,
        "started": np.int64,
        "finished": np.int64,
        "restarts": np.int32,
    },
    unknown={
        "state": UNKNOWN,
        "exit_code": NONE,
        "health": UNKNOWN,
        "name": UNKNOWN,
        "started": NEVER,
        "finished": NEVER,
    },
    counter="restarts",
    topics=topic_set(*CONTAINER_EFFECTS),
)
REFERENCE: Final = Kind(
    parts={"image": np.int32, "number": np.int32, "event": np.int32},
    unknown={"image": UNKNOWN},
    counter="number",
    topics=topic_set(*effects.REFERENCE_POINTS, *effects.REFERENCE_ENDS),
)
IMAGE: Final = Kind(
    parts={},
    unknown={},
    counter=None,
    topics=topic_set(*effects.IMAGE_ARRIVES, *effects.IMAGE_LEAVES),
)
ENGINE: Final = Kind(
    parts={},
    unknown={},
    counter=None,
    topics=topic_set(*effects.RECORDING_BEGINS, *effects.RECORDING_ENDS),
)
KINDS: Final = {
    "container": CONTAINER,
    "reference": REFERENCE,
    "image": IMAGE,
    "engine": ENGINE,
}

_BEGINS: Final = {
    "reference": topic_set(*effects.REFERENCE_POINTS),
    "image": topic_set(*effects.IMAGE_ARRIVES),
    "engine": topic_set(*effects.RECORDING_BEGINS),
}
_STARTED: Final = TOPIC_CODE[container.ContainerStarted]


class Facts(NamedTuple):
    """The columns that strips are made from."""

    occurred_at: Array
    topic: Array
    subject: Array
    value: Array
    observations: dict[str, Array]
    """Sorted by `event`."""


def strip_of(kind: str, facts: Facts, events: Array) -> Strip:
    """The facts with these numbers as a strip, not yet in order."""
    topic = facts.topic[events]
    fresh = np.full(len(events), -1, np.int32)
    head = facts.subject[events], facts.occurred_at[events], events, fresh
    if kind == "container":
        alive, parts = _container_parts(facts, events, topic)
        return Strip(*head, alive, parts)
    begins = _BEGINS[kind][topic]
    everywhere = np.ones(len(events), np.bool_)
    images = {"image": Assigned(begins, facts.value[events])} if kind == "reference" else {}
    return Strip(*head, Assigned(everywhere, begins.astype(np.int64)), images)


def continued(kind: Kind, columns: dict[str, Array], rows: Array) -> Strip:
    """The open spans with these numbers as a strip for their objects' next facts."""
    everywhere = np.ones(len(rows), np.bool_)
    return Strip(
        columns["object"][rows],
        columns["start"][rows],
        np.full(len(rows), -1, np.int32),
        rows,
        Assigned(everywhere, np.ones(len(rows), np.int64)),
        {name: Assigned(everywhere, columns[name][rows]) for name in kind.unknown},
    )


def counter_of(kind: str, folded: Folded, facts: Facts, columns: dict[str, Array]) -> Array:
    """The counter of each span: restarts of containers, version numbers of references."""
    name = KINDS[kind].counter
    assert name is not None
    if kind == "reference":
        steps = np.ones(len(folded.subject), np.int64)
    else:
        state = folded.parts["state"]
        steps = np.zeros(len(state), np.int64)
        same = folded.subject[1:] == folded.subject[:-1]
        started = facts.topic[folded.event[1:]] == _STARTED
        steps[1:] = same & started & _has_run(state[:-1])
    old = folded.row >= 0
    steps[old] = columns[name][folded.row[old]]
    return counted(folded, steps)


def _has_run(state: Array) -> Array:
    table = np.zeros(256, np.bool_)
    table[[codes.STATE_CODE[each] for each in HAS_RUN]] = True
    return table[state.astype(np.uint8)]


def _container_parts(
    facts: Facts, events: Array, topic: Array
) -> tuple[Assigned, dict[str, Assigned]]:
    value, moment = facts.value[events], facts.occurred_at[events]
    told = _observed(facts.observations, events)
    health = np.where(topic == TOPIC_CODE[container.HealthChanged], _health(value), told["health"])
    said = {
        "state": told["state"],
        "exit_code": value,
        "health": health,
        "name": value,
        "started": told["started"],
        "finished": told["finished"],
    }
    fields = {"started": "started_at", "finished": "finished_at"}
    parts = {
        name: _assigned(fields.get(name, name), topic, moment, said[name], unknown)
        for name, unknown in CONTAINER.unknown.items()
    }
    alive = _table(lambda effect: effect.alive, {True: 1, False: 0, None: -1})[topic]
    return Assigned(alive >= 0, alive), parts


def _assigned(part: str, topic: Array, moment: Array, said: Array, unknown: int) -> Assigned:
    """What each fact assigns to a part of a container's condition."""
    words = {None: -1, Take.NOTHING: -2, Take.FIELD: -3, Take.MOMENT: -4}
    rule = _table(lambda effect: getattr(effect, part), {**words, **codes.STATE_CODE})[topic]
    rule = rule.astype(np.int64)
    field = rule == words[Take.FIELD]
    known = (rule >= 0) | (rule == -2) | (rule == -4) | (field & (said != unknown))
    values = np.where(field, said, np.where(rule >= 0, rule, unknown)).astype(said.dtype)
    if part in ("started_at", "finished_at"):
        values = np.where(rule == -4, moment, values)
    return Assigned(known, values)


def _table(part: Any, numbers: dict[Any, int]) -> Array:
    table = np.full(256, numbers[None], np.int8)
    for kind, effect in CONTAINER_EFFECTS.items():
        table[TOPIC_CODE[kind]] = numbers[part(effect)]
    return table


def _health(value: Array) -> Array:
    """The code of a health: the vocabulary begins with HEALTHS, every other word is `other`."""
    return np.where((value >= 0) & (value < len(HEALTHS)), value, len(HEALTHS) - 1)


def _observed(observations: dict[str, Array], events: Array) -> dict[str, Array]:
    """What inspections told at these events; unknown at events that are no inspections."""
    table = observations["event"]
    places = np.searchsorted(table, events)
    places[places == len(table)] = 0
    hit = table[places] == events if len(table) else np.zeros(len(events), np.bool_)
    unknown = {"state": UNKNOWN, "health": UNKNOWN, "started": NEVER, "finished": NEVER}
    if not len(table):
        return {name: np.full(len(events), value) for name, value in unknown.items()}
    return {
        name: np.where(hit, observations[name][places], value) for name, value in unknown.items()
    }
