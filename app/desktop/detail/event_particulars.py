"""What one stored event says, as lines of label and value."""

from typing import Any

import msgspec

from adapters.store.reader import Recorded
from app.desktop.detail.particulars import Particular
from app.desktop.moment_text import Zone, length

_EVERY_FACT = frozenset({"occurred_at", "recorded_at", "origin", "said", "not_before", "not_after"})
_MOST_ATTRIBUTES = 60


def event_particulars(recorded: Recorded, zone: Zone) -> list[Particular]:
    """The event's own fields, and what the engine said word for word."""
    fact = recorded.fact
    lines = [
        Particular(f"Event #{recorded.position}"),
        Particular("What", fact.TOPIC),
        Particular("Occurred", zone.exact(fact.occurred_at)),
        Particular(
            "Recorded",
            f"{zone.exact(fact.recorded_at)} ({length(fact.recorded_at - fact.occurred_at)} later)",
        ),
        Particular("Known by", str(fact.origin)),
    ]
    if fact.not_before is not None and fact.not_after is not None:
        between = f"{zone.exact(fact.not_before)} – {zone.exact(fact.not_after)}"
        lines.append(Particular("Between", between))
    for field in msgspec.structs.fields(fact):
        value = getattr(fact, field.name)
        if field.name not in _EVERY_FACT and value not in (None, "", (), {}, field.default):
            lines.append(Particular(field.name.replace("_", " "), _text(value)))
    if fact.said is not None:
        lines.append(Particular("Said by the engine"))
        lines.append(Particular("", f"{fact.said.type} {fact.said.action}", True))
        attributes = sorted(fact.said.attributes.items())
        lines += [Particular("", f"{k}={v}", True) for k, v in attributes[:_MOST_ATTRIBUTES]]
    return lines


def _text(value: Any) -> str:
    if isinstance(value, msgspec.Struct | dict | tuple | list):
        return msgspec.json.encode(value).decode()
    return str(value)
