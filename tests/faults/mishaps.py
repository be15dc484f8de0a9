"""What can go wrong on the line between a recorder and an engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mishap(StrEnum):
    """What befalls the next event that any stream carries, or the next answer of its kind."""

    DROP = "drop"
    DOUBLE = "double"
    SWAP = "swap"
    """The event comes after its successor."""
    GARBLE = "garble"
    """Bytes of the event are replaced by such as JSON cannot hold."""
    GARBLE_SIZE = "garble size"
    """The size of the event's chunk is no number."""
    CUT = "cut in an event"
    CUT_IN_SIZE = "cut in the size of a chunk"
    CUT_AFTER_HEAD = "cut after the head"
    """The next stream ends after the head of its answer."""
    CUT_IN_ANSWER = "cut in an answer"
    """The next answer that is no stream ends in the middle of its body."""
    RESET = "reset"
    """The connection is reset instead of the event."""
    END = "end"
    """The stream ends in good order instead of the event."""
    SILENCE = "silence"
    """The stream carries nothing any more, and stays open."""


OF_EVENTS = frozenset(Mishap) - {Mishap.CUT_AFTER_HEAD, Mishap.CUT_IN_ANSWER}


@dataclass
class Conditions:
    """What all connections suffer until it is changed."""

    latency: float = 0.0
    """Seconds before anything from the engine is passed on."""
    bandwidth: int | None = None
    """Bytes a second from the engine."""
    slices: int | None = None
    """Bytes of an event that go into one chunk and one write; else it is one chunk."""
    stalled_streams: bool = False
    """Streams are not read and pass nothing on; other answers come."""
    stalled: bool = False
    """Nothing is passed on."""
    status: int | None = None
    """Every request is answered with this status."""
    unanswered: bool = False
    """Requests are passed on, and no answer comes back, not even later."""
