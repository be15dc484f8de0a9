"""Reading fields of an engine's JSON that may be missing, null, or of another type."""

from typing import Any

from domain.clamping import fewer
from domain.engine_event import writable
from domain.errors import ShipslogError

# More items than any engine was seen to give are a mistake or an attack, not a configuration.
MOST_ITEMS = 1_000
_INT64 = range(-(2**63), 2**63)


class NotUnderstood(ShipslogError):
    """An answer that describes nothing: the other end is no container engine."""


_NOT_UNDERSTOOD = NotUnderstood("The other end does not answer as a container engine does.")


def described(answer: Any) -> dict[str, Any]:
    """The answer, if it describes an object that has an id.

    Raises:
        NotUnderstood: it does not.
    """
    if text_in(an_object(answer), "Id"):
        return an_object(answer)
    raise _NOT_UNDERSTOOD


def an_object(answer: Any) -> dict[str, Any]:
    """The answer, if it is an object; raises NotUnderstood where it is none."""
    if isinstance(answer, dict):
        return answer
    raise _NOT_UNDERSTOOD


def a_list(answer: Any) -> list[Any]:
    """The answer, if it is a list; engines write null for an empty one.

    Raises:
        NotUnderstood: it is something else.
    """
    if isinstance(answer, list) or answer is None:
        return answer or []
    raise _NOT_UNDERSTOOD


def section(parent: dict[str, Any], key: str) -> dict[str, Any]:
    """The object below the key; an empty one where there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def items_in(parent: dict[str, Any], key: str) -> list[Any]:
    """The list below the key, at most `MOST_ITEMS` of it; an empty one where there is none."""
    value = parent.get(key)
    return value[:MOST_ITEMS] if isinstance(value, list) else []


def maps_in(parent: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects in the list below the key."""
    return [item for item in items_in(parent, key) if isinstance(item, dict)]


def texts_in(parent: dict[str, Any], key: str) -> tuple[str, ...]:
    """The texts in the list below the key."""
    return tuple(writable(item) for item in items_in(parent, key) if isinstance(item, str))


def keys_in(parent: dict[str, Any], key: str) -> tuple[str, ...]:
    """The keys of the object below the key, sorted, at most `MOST_ITEMS` of them."""
    return tuple(sorted(map(writable, section(parent, key))))[:MOST_ITEMS]


def text_in(parent: dict[str, Any], key: str) -> str:
    """The text below the key; an empty one where there is none."""
    value = parent.get(key)
    return writable(value) if isinstance(value, str) else ""


def number_in(parent: dict[str, Any], key: str) -> int:
    """The whole number below the key; 0 where there is none that an engine could mean."""
    value = parent.get(key)
    return value if type(value) is int and value in _INT64 else 0


def labels_in(parent: dict[str, Any], key: str) -> dict[str, str]:
    """The labels below the key, as texts."""
    return fewer({writable(str(k)): writable(str(v)) for k, v in section(parent, key).items()})
