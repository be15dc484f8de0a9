"""The steps of a build, out of what its builder told while it went on."""

import re
from collections.abc import Iterable

import msgspec

from adapters.engines.buildkit.messages import StatusResponse, Vertex, moment

MOST_STEPS = 2_000
_NAMING = "naming to "
_EXPORT = "exporting to "
_NUMBER = re.compile(r"\[(?:\S+ )*?(\d{1,6})/\d+\]")


class Step(msgspec.Struct):
    """A step under way; times are of its first beginning and its last end."""

    digest: str
    name: str = ""
    started_at: int | None = None
    completed_at: int | None = None
    cached: bool = False
    error: str = ""


class Progress(msgspec.Struct, frozen=True):
    """All steps in the order in which they began, and the references given to the result."""

    steps: tuple[Step, ...]
    names: tuple[str, ...]
    complete: bool
    """Whether no step was left out as one too many."""


def gather(responses: Iterable[StatusResponse]) -> Progress:
    """Puts together what the responses tell piece by piece."""
    steps: dict[str, Step] = {}
    named: dict[str, str] = {}
    complete = True
    for response in responses:
        for vertex in response.vertexes:
            if vertex.digest in steps or len(steps) < MOST_STEPS:
                _update(steps.setdefault(vertex.digest, Step(vertex.digest)), vertex)
            else:
                complete = False
        for part in response.statuses:
            if part.id.startswith(_NAMING) and len(named) < MOST_STEPS:
                named[part.id.removeprefix(_NAMING).removesuffix(" done")] = part.vertex
    # Only the step that exports gives names; other parts are called what the builder likes.
    exports = {step.digest for step in steps.values() if step.name.startswith(_EXPORT)}
    return Progress(
        steps=tuple(sorted(steps.values(), key=_order)),
        names=tuple(name for name, vertex in named.items() if vertex in exports),
        complete=complete,
    )


def _update(step: Step, vertex: Vertex) -> None:
    """BuildKit tells a step again for each attempt to answer it from the cache."""
    step.name = vertex.name or step.name
    step.cached = step.cached or vertex.cached
    step.error = vertex.error or step.error
    started, completed = moment(vertex.started), moment(vertex.completed)
    if started is not None:
        step.started_at = min(started, step.started_at or started)
    if completed is not None:
        step.completed_at = max(completed, step.completed_at or completed)


def _order(step: Step) -> tuple[bool, int, int]:
    """By their beginning; what the cache answered at once, by the number in `[build 2/4]`."""
    number = _NUMBER.match(step.name)
    return step.started_at is None, step.started_at or 0, int(number[1]) if number else 0
