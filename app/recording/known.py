"""What the recorder knows to be on the engines, from the store, before it looks itself."""

from pathlib import Path

from adapters.store.opening import open_reader
from domain.facts import FACT_OF_TOPIC
from domain.identity import CONTAINER, ENGINE, IMAGE, REFERENCE, parse_stream_id
from domain.presence import Presence

_TELLING = tuple(
    topic
    for topic in FACT_OF_TOPIC
    if topic.startswith((f"{IMAGE}.", f"{REFERENCE}."))
    or topic
    in (f"{ENGINE}.observed", f"{CONTAINER}.created", f"{CONTAINER}.found", f"{CONTAINER}.removed")
)


def known_presence(store: Path) -> Presence:
    """The objects that are there after all stored facts."""
    presence = Presence()
    reader = open_reader(store)
    try:
        for recorded in reader.of_topics(_TELLING):
            presence.note(*parse_stream_id(recorded.stream), recorded.fact)
    finally:
        reader.close()
    return presence
