"""Protocol Buffers, as much of it as reading BuildKit's history needs.

A message is a msgspec Struct whose annotations carry the field numbers: `ref: Annotated[str, 1]`.
That is schema and documentation in one, with types that mypy checks, and needs neither generated
code nor a runtime library whose version has to match it; the encoding itself has not changed since
it was published (https://protobuf.dev/programming-guides/encoding). Every field has a default and
is an int, bool, str, bytes, a message, a tuple of these, or a dict with keys of str or int. Not
read: floating point, packed numbers, groups; no message here has them.
"""

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_ITEMS = 100_000
"""Of one repeated field; no message comes near, and each costs more memory than it has bytes."""


class Malformed(ValueError):
    """The bytes are not a message of the expected kind."""


M = TypeVar("M", bound=msgspec.Struct)


class _Field(NamedTuple):
    name: str
    kind: Any
    container: type | None


def decode(data: bytes, kind: type[M]) -> M:
    """Reads a message; fields that the class does not name are passed over.

    Raises:
        Malformed: the bytes are cut short or do not fit the fields.
    """
    fields = _fields_of(kind)
    found: dict[str, Any] = {}
    for number, value in _split(data):
        field = fields.get(number)
        if field is None:
            continue
        read = _read(value, field.kind)
        if field.container is None:
            found[field.name] = read
            continue
        items = found.setdefault(field.name, [])
        if len(items) >= _MOST_ITEMS:
            raise Malformed(f"more than {_MOST_ITEMS} items of {kind.__name__}.{field.name}")
        items.append(read)
    for field in fields.values():
        if field.container is dict and field.name in found:
            found[field.name] = {entry.key: entry.value for entry in found[field.name]}
        elif field.container is tuple and field.name in found:
            found[field.name] = tuple(found[field.name])
    return kind(**found)


def encode(message: msgspec.Struct) -> bytes:
    """Writes a message of plain fields: the requests; what has its default is left out."""
    parts = []
    for number, field in _fields_of(type(message)).items():
        value = getattr(message, field.name)
        if not value:
            continue
        if field.container is not None:
            raise TypeError(f"{type(message).__name__}.{field.name} cannot be written")
        if isinstance(value, int):
            parts.append(_varint(number << 3 | _VARINT) + _varint(value))
        else:
            data = value.encode() if isinstance(value, str) else value
            parts.append(_varint(number << 3 | _BYTES) + _varint(len(data)) + data)
    return b"".join(parts)


@cache
def _fields_of(kind: type[msgspec.Struct]) -> dict[int, _Field]:
    fields = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if get_origin(hint) is Annotated:
            plain, number = get_args(hint)[:2]
            container = get_origin(plain) if get_origin(plain) in (tuple, dict) else None
            fields[number] = _Field(name, _kind_of_items(plain, container), container)
    return fields


def _kind_of_items(plain: Any, container: type | None) -> Any:
    if container is tuple:
        return get_args(plain)[0]
    if container is dict:
        return _entry(*get_args(plain))
    if isinstance(plain, UnionType):
        return get_args(plain)[0]  # X | None
    return plain


def _entry(key: type, value: type) -> type[msgspec.Struct]:
    """A map is a repeated message of a key (1) and a value (2)."""
    fields = [("key", Annotated[key, 1], key()), ("value", Annotated[value, 2], value())]
    return msgspec.defstruct("Entry", fields, frozen=True)


def _read(value: int | bytes, kind: Any) -> Any:
    if isinstance(value, int):
        if kind is bool:
            return value != 0
        if kind is int:
            return value - (1 << 64) if value >> 63 else value
    elif kind is str:
        return value.decode(errors="backslashreplace")
    elif kind is bytes:
        return value
    elif issubclass(kind, msgspec.Struct):
        return decode(value, kind)
    raise Malformed(f"a field of type {kind.__name__} was sent as another one")


def _split(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The numbers and raw values of a message's fields."""
    position, end = 0, len(data)
    while position < end:
        tag, position = _read_varint(data, position)
        wire = tag & 7
        if wire == _VARINT:
            value, position = _read_varint(data, position)
            yield tag >> 3, value
            continue
        if wire == _BYTES:
            length, position = _read_varint(data, position)
        elif wire in (_FIXED64, _FIXED32):
            length = 8 if wire == _FIXED64 else 4
        else:
            raise Malformed(f"there is no wire type {wire}")
        if position + length > end:
            raise Malformed("a field is longer than its message")
        yield tag >> 3, data[position : position + length]
        position += length


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for count in range(10):
        if position >= len(data):
            raise Malformed("a number is cut short")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position
    raise Malformed("a number has more than ten bytes")


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
