"""One fact of each kind with every field set, and what golden lines say of a fact."""

import types
import typing
from enum import Enum
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from adapters.store.encoding import encode_state
from domain.facts import Fact

LINES = Path(__file__).with_name("stored_events.jsonl")
AT = 1_764_000_000_123_456_789


class Golden(msgspec.Struct):
    """A stored event: its topic, its bytes, and the facts' fields by their names in the code."""

    topic: str
    state: str
    means: dict[str, Any]


def golden_lines() -> list[Golden]:
    """All events that stores may hold."""
    return msgspec.json.decode(
        b"[%s]" % b",".join(LINES.read_bytes().splitlines()), type=list[Golden]
    )


def sample_of(kind: type[Fact]) -> Fact:
    """A fact of the kind, with no field as it is by default."""
    return typing.cast(Fact, _sample(kind, kind.TOPIC))


def golden_of(fact: Fact) -> Golden:
    """The line that pins how this fact is stored."""
    return Golden(fact.TOPIC, encode_state(fact).decode(), meaning(fact))


def meaning(value: Any) -> Any:
    """The value in JSON's types, structures as maps of their fields by name."""
    if isinstance(value, msgspec.Struct):
        return {name: meaning(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [meaning(item) for item in value]
    if isinstance(value, dict):
        return {key: meaning(item) for key, item in value.items()}
    return value.value if isinstance(value, Enum) else value


def _sample(kind: Any, name: str) -> Any:
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return _sample(next(one for one in typing.get_args(kind) if one is not type(None)), name)
    if typing.get_origin(kind) is tuple:
        return (
            _sample(typing.get_args(kind)[0], f"{name} 1"),
            _sample(typing.get_args(kind)[0], f"{name} 2"),
        )
    if typing.get_origin(kind) is dict:
        held = typing.get_args(kind)[1]
        return {key: _sample(held, f"{name} {key!r}") for key in ("a", "_type_", "é\x00€", "")}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = msgspec.structs.fields(kind)
        return kind(**{field.name: _value(field, f"{name} {field.name}") for field in fields})
    if issubclass(kind, Enum):
        return list(kind)[-1]
    return {str: name, int: AT + crc32(name.encode()) % 1_000_000, bool: True}[kind]


def _value(field: Any, name: str) -> Any:
    value = _sample(field.type, name)
    return not value if value is True and field.default is True else value
