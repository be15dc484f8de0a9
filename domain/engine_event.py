"""What an engine's event stream says, read strictly and normalised, before it becomes a fact."""

import hashlib
import json
from typing import Any

import msgspec

from domain.clamping import MOST_NAMED, fewer
from domain.errors import ShipslogError
from domain.moments import SECOND

_ACTIONS_WITH_PAYLOAD = ("exec_create", "exec_start", "health_status")
# Attributes that tell two events of one moment apart and can hold no secret of the person.
_IDENTIFYING_ATTRIBUTES = ("name", "container", "execID", "image", "destination")
_INT64_MAX = 2**63 - 1
_LONGEST_WORD = 4_096
"""Characters of a type, an action or an actor; ids have 71, references a few hundred."""

ENGINES_OWN = frozenset({"name", "image", "container", "signal", "oldName", "reclaimed"})
ENGINES_OWN |= {"execID", "execDuration", "exitCode", "containerExitCode", "imageID", "imageRef"}
ENGINES_OWN |= {"driver", "type", "destination", "propagation", "read/write", "height", "width"}
"""What engines themselves write into the attributes: names and ids; the others are labels."""


class NoEngineEvent(ShipslogError):
    """The value is JSON but no event of a Docker-compatible engine."""


class EngineEvent(msgspec.Struct, frozen=True):
    """One event as an engine reported it.

    `time_ns` is the engine's own clock, nanoseconds since the epoch. `action` is the word
    before the colon, `payload` what follows it (a command line or a health status).
    """

    type: str
    action: str
    payload: str
    actor: str
    attributes: dict[str, str]
    time_ns: int
    scope: str = "local"
    probed: bool = False
    """Whether it tells of one health probe, as Podman does of each, not of a change of health."""


class _Actor(msgspec.Struct):
    ID: str = ""
    Attributes: dict[str, str] | None = None


class _Wire(msgspec.Struct):
    Type: str = ""
    Action: str = ""
    Actor: _Actor | None = None
    scope: str = "local"
    time: int | float | None = None
    timeNano: int | None = None
    # Docker before API 1.22 and `docker events` captures of that age have only these.
    status: str = ""
    id: str = ""
    # Podman's health, which it leaves out of the action (4.3 to 5.8).
    HealthStatus: str = ""


_decoder = msgspec.json.Decoder(_Wire)


def parse_engine_event(line: bytes | str) -> EngineEvent:
    """Reads one JSON line of an event stream, of any API version.

    Raises:
        NoEngineEvent: the line is no JSON, or no event; the sentence says which.
    """
    try:
        wire = _decode(line)
    except (ValueError, RecursionError) as error:
        raise NoEngineEvent(f"no engine event: {error}") from error
    action = wire.Action or wire.status
    if not action:
        raise NoEngineEvent("no engine event: it has no action")
    time_ns = _time_ns(wire)
    actor = wire.Actor or _Actor()
    word, payload = _split_action(action)
    _refuse_long_words(wire.Type, word, actor.ID, wire.id, wire.scope, wire.HealthStatus)
    probed = word == "health_status" and not payload and bool(wire.HealthStatus)
    return EngineEvent(
        type=wire.Type or "container",
        action=word,
        payload=wire.HealthStatus if probed else payload,
        actor=actor.ID or wire.id,
        attributes=_attributes(actor.Attributes or {}),
        time_ns=time_ns,
        scope=wire.scope,
        probed=probed,
    )


def _refuse_long_words(*words: str) -> None:
    if any(len(word) > _LONGEST_WORD for word in words):
        raise NoEngineEvent("no engine event: no engine has such long words")


def _attributes(told: dict[str, str]) -> dict[str, str]:
    if len(told) <= MOST_NAMED:
        return told
    own = {name: told[name] for name in sorted(ENGINES_OWN & told.keys())}
    return own | fewer({name: text for name, text in told.items() if name not in own})


def _decode(line: bytes | str) -> _Wire:
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError:
        # The rare rest, slowly: lone surrogates, which a label may hold and msgspec refuses, and
        # attributes that are no text, which producers of captures other than engines write.
        return msgspec.convert(_as_text(json.loads(line)), _Wire)


def _as_text(value: Any) -> Any:
    """The JSON value with all its texts writable and all its attributes text."""
    match value:
        case {"Attributes": dict(attributes), **rest}:
            texts = {
                writable(key): writable(text if isinstance(text, str) else json.dumps(text))
                for key, text in attributes.items()
            }
            return _as_text(rest) | {"Attributes": texts}
        case dict():
            return {writable(key): _as_text(item) for key, item in value.items()}
        case str():
            return writable(value)
        case _:
            return value


def _time_ns(wire: _Wire) -> int:
    if wire.timeNano:
        time_ns = wire.timeNano
    elif wire.time is not None:
        try:
            time_ns = int(wire.time * SECOND)
        except (OverflowError, ValueError) as error:
            raise NoEngineEvent("no engine event: its time is no number") from error
    else:
        raise NoEngineEvent("no engine event: it has no time")
    if not 0 < time_ns <= _INT64_MAX:
        raise NoEngineEvent(f"no engine event: its time {time_ns} is out of range")
    return time_ns


def _split_action(action: str) -> tuple[str, str]:
    word, colon, payload = action.partition(":")
    if colon and word in _ACTIONS_WITH_PAYLOAD:
        return word, payload.removeprefix(" ")
    return action, ""


def writable(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot carry, written as `\\udXXX`."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


def fingerprint(event: EngineEvent) -> bytes:
    """Sixteen bytes by which the same event is known again, however often it is delivered.

    Taken over normalised fields, since the raw bytes differ with the API version, and not over
    labels or command lines: a hash of those could be guessed back to a secret. Two events of one
    actor with the same action in the same nanosecond count as one.
    """
    attributes = event.attributes
    tells_health = event.action == "health_status" and not event.probed
    payload = event.payload if tells_health else ""
    parts = [event.scope, str(event.time_ns), event.type, event.action, payload, event.actor]
    parts += [attributes.get(key, "") for key in _IDENTIFYING_ATTRIBUTES]
    text = "\0".join(parts)
    return hashlib.blake2b(text.encode(errors="backslashreplace"), digest_size=16).digest()
