"""How answers are written as JSON: moments as RFC 3339, unknown as null, words as plain text."""

from enum import Enum
from typing import Any

import msgspec

from domain.moments import FOREVER, rfc3339

Json = dict[str, Any]


def written_moment(moment: int | None) -> str | None:
    """The moment in UTC with nine digits; None for an unknown one and for FOREVER."""
    return None if moment is None or moment == FOREVER else rfc3339(moment)


def written(value: object, name: str = "") -> Any:
    """A value as JSON can hold it; a number under a name that ends in `_at` is a moment.

    Names that Python does not allow end in `_` and are written without it.
    """
    if isinstance(value, msgspec.Struct):
        return {
            field.rstrip("_"): written(getattr(value, field), field)
            for field in value.__struct_fields__
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int) and not isinstance(value, bool) and _is_moment(name):
        return written_moment(value)
    if isinstance(value, dict):
        return {str(key): written(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [written(each) for each in value]
    return value


def _is_moment(name: str) -> bool:
    return name.endswith("_at") or name in ("at", "since", "not_before", "not_after")
