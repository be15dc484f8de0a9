"""Entries to the library's stored events and back.

The library imports whatever class path a stored topic names, so that a hostile file runs code.
Here a topic is looked up among the facts that this version knows, and nothing is imported.
"""

from typing import Any, cast

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent, Transcoder

from adapters.store.encoding import decode_state, encode_state, storable
from domain.facts import Entry


class _StateTranscoder(Transcoder):
    def encode(self, obj: Any) -> bytes:
        return encode_state(obj)

    def decode(self, data: bytes) -> Any:
        return msgspec.json.decode(data)


class FactMapper(Mapper[str]):
    """Converts between entries and the library's stored events."""

    def __init__(self) -> None:
        super().__init__(transcoder=_StateTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The stored event of an entry."""
        entry = cast(Entry, domain_event)
        return StoredEvent(
            storable(entry.originator_id),
            entry.originator_version,
            entry.fact.TOPIC,
            encode_state(entry.fact),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """The entry of a stored event; errors as `decode_state` has them."""
        return Entry(
            str(stored_event.originator_id),
            stored_event.originator_version,
            decode_state(stored_event.topic, stored_event.state),
        )
