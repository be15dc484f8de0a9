"""A history in which every text that others chose is made to do harm, and every kind of fact is."""

import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec

from domain.facts import FACT_OF_TOPIC, Fact, Origin
from domain.identity import CONTAINER, ENGINE, IMAGE, NETWORK, REFERENCE, VOLUME, parse_stream_id
from tests.app.story import LAPTOP, MORNING, NEW, OLD, WEB_2, WORKER, Story, story
from tests.golden.samples import sample_of

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31m\r\n\t\x00\x08\x7f\x9b2J\x85"
BIDI = "\u202e\u2066\u200f\u061c"
HIDDEN = "\u200b\u2028\u2029\ufeff\u00ad"
MARKUP = "<img src=file:///etc/hostname><script>alert(1)</script><h1>&amp;"
OTHERS = "=cmd|'/c calc'!A1 `id` $(id) %%{init}%% ]]> --> \"]; | [x](y) \\ud800"
HARM = f"{ESCAPES}{BIDI}{HIDDEN}{MARKUP}{OTHERS}"

# What the engine or Shipslog itself makes, of which the history's order consists.
_KEPT = ("sha256:", LAPTOP, OLD, NEW, WORKER, "com.docker.compose.")


def poisoned_story() -> Story:
    """The story, told in harmful words, and after it one fact of every kind about its objects."""
    told = Story()
    for entry in story().entries:
        stream = parse_stream_id(entry.originator_id)
        object_id = poisoned(stream.object_id) if stream.kind == REFERENCE else stream.object_id
        told.tell(stream.kind, object_id, poisoned_fact(entry.fact))
    for kind in FACT_OF_TOPIC.values():
        if "removed" not in kind.TOPIC:
            told.tell(*place_of(kind), sample_now(kind, len(told.entries)))
    return told


def write(folder: Path) -> Path:
    """Puts the poisoned story into a new store."""
    return poisoned_story().write(folder / "poisoned.db")


def place_of(kind: type[Fact]) -> tuple[str, str]:
    """The object that a fact of this kind is about."""
    word = kind.TOPIC.partition(".")[0]
    places = {
        CONTAINER: (CONTAINER, OLD),
        IMAGE: (IMAGE, WEB_2),
        REFERENCE: (REFERENCE, poisoned("shop/web:latest")),
        NETWORK: (NETWORK, HARM),
        VOLUME: (VOLUME, HARM),
        "build": ("build", HARM),
    }
    return places.get(word, (ENGINE, LAPTOP))


def sample_now(kind: type[Fact], number: int) -> Fact:
    at = MORNING + (7200 + number) * 10**9
    fact = poisoned_fact(sample_of(kind))
    known = {"occurred_at": at, "recorded_at": at, "not_before": None, "not_after": None}
    return msgspec.structs.replace(fact, **known, origin=Origin.REPORTED)


def poisoned_fact(fact: Fact) -> Fact:
    return typing.cast(Fact, _poisoned_value(fact))


def poisoned(text: str) -> str:
    """The text with all that could do harm behind it; what holds the history together as it is."""
    return text if not text or text.startswith(_KEPT) else f"{text}{HARM}"


def _poisoned_value(value: Any) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return poisoned(value)
        case msgspec.Struct():
            changed = {name: _poisoned_value(each) for name, each in _fields(value)}
            return msgspec.structs.replace(value, **changed)
        case dict():
            return {poisoned(key): _poisoned_value(each) for key, each in value.items()}
        case tuple():
            return tuple(map(_poisoned_value, value))
    return value


def _fields(value: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    for field in msgspec.structs.fields(value):
        if field.type is not types.NoneType:
            yield field.name, getattr(value, field.name)
