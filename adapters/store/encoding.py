"""The stored bytes of facts: msgspec's JSON, and a closed dictionary of topics.

Labels and names come from outside and may hold lone surrogates, which UTF-8 cannot carry. The
capture edge replaces them; should one come through all the same, it is written as the escape
`\\udXXX` rather than losing the batch that it is in.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from adapters.store.errors import StoreDamaged, StoreNewer
from domain.facts import FACT_OF_TOPIC, Fact

encode_fact: Callable[[Fact], bytes] = msgspec.json.Encoder().encode

_DECODERS: dict[str, Callable[[bytes], Fact]] = {
    topic: msgspec.json.Decoder(kind).decode for topic, kind in FACT_OF_TOPIC.items()
}


def storable(text: str) -> str:
    """The text as UTF-8 can carry it, lone surrogates escaped; the same text for the same."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def encode_state(fact: Fact) -> bytes:
    """The stored bytes of a fact: JSON with the short names of its fields."""
    try:
        return encode_fact(fact)
    except UnicodeEncodeError:
        return msgspec.json.encode(_storable_value(msgspec.to_builtins(fact)))


def _storable_value(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(key): _storable_value(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable_value(item) for item in value]
    return value


def decode_state(topic: str, state: bytes) -> Fact:
    """The fact that was stored under this topic.

    Raises:
        StoreNewer: this version has no such topic.
        StoreDamaged: the bytes are not such a fact.
    """
    try:
        return _DECODERS[topic](state)
    except KeyError:
        raise StoreNewer(
            f"The store holds an event {str(topic)[:80]!r} that this version does not know; "
            "update Shipslog."
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, RecursionError) as error:
        raise StoreDamaged(
            f"A stored event {topic!r} is unreadable ({error}); run `shipslog verify`."
        ) from error
