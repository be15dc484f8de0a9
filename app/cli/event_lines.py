"""Events as lines for people: when, what, of whom, and the few facts that matter."""

from collections.abc import Iterator
from typing import Any

from adapters.reports.visible import shortened
from app.cli.moments import precise
from app.cli.tables import Cell, Look, Row
from domain.facts import FACT_OF_TOPIC
from domain.identity import short_id
from domain.questions.log import LogLine

_LONGEST = 200
_LEFT_OUT = ("said", "not_before", "not_after", "labels", "configuration", "description")
"""What would fill the line; JSON has it."""

_STYLES = {
    "container.started": "green",
    "container.created": "green",
    "container.unpaused": "green",
    "container.stopped": "yellow",
    "container.paused": "yellow",
    "container.exited": "red",
    "container.signalled": "red",
    "container.oom": "bold red",
    "container.removed": "red",
    "recording.gap": "bold yellow",
    "reference.pointed": "cyan",
}
_TYPE_WIDTH = max(len(topic) for topic in FACT_OF_TOPIC)


def event_line(line: LogLine, appearance: Look, *, several_engines: bool) -> Row:
    """The cells of an event's line."""
    style = _STYLES.get(line.type, "")
    if line.type == "container.exited" and line.data.get("exit_code") == 0:
        style = ""
    subject = line.subject
    full = subject.id if appearance.full_ids else short_id(subject.id)
    named = subject.name if subject.name in (subject.id, full) else f"{subject.name} ({full})"
    origin = () if line.origin == "reported" else (f"[{line.origin}]",)
    return (
        precise(line.occurred_at),
        *((line.engine_name,) if several_engines else ()),
        Cell(f"{line.type:{_TYPE_WIDTH}}", style),
        shortened(named, _LONGEST),
        " ".join((*details(line.data, appearance), *origin)),
    )


def details(data: dict[str, Any], appearance: Look) -> Iterator[str]:
    """What the event says besides, `exit_code=137`, in the order in which the fact has it."""
    for key, value in data.items():
        if key in _LEFT_OUT or value is None or value is False or value in ("", [], {}):
            continue
        if isinstance(value, str) and value.startswith("sha256:") and not appearance.full_ids:
            value = short_id(value)
        elif isinstance(value, list):
            value = ",".join(map(str, value))
        yield f"{key}={shortened(str(value), _LONGEST)}"
