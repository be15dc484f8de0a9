"""Who is who: engines, and the stream that holds each object's facts.

A stream id is `kind/engine key/object id`, so that an event in the store says by itself
what it is about, and the ledger's leaf binds it.
"""

import hashlib
import re
from typing import NamedTuple

ENGINE = "engine"
IMAGE = "image"
REFERENCE = "reference"
BUILD = "build"
CONTAINER = "container"
NETWORK = "network"
VOLUME = "volume"

_HEX_ID = re.compile(r"[0-9a-f]{12,64}")


class StreamId(NamedTuple):
    """The parts of a stream id."""

    kind: str
    engine: str
    object_id: str


def engine_key(daemon_id: str, endpoint: str) -> str:
    """Twelve hex digits for an engine.

    Daemon id and endpoint together: cloned machines share the daemon id.
    """
    return hashlib.sha256(f"{daemon_id}\0{endpoint}".encode()).hexdigest()[:12]


def stream_id(kind: str, engine: str, object_id: str) -> str:
    """The id of the stream that holds the facts of one object of one engine."""
    return f"{kind}/{engine}/{object_id}"


def parse_stream_id(text: str) -> StreamId:
    """The parts of a stream id; raises ValueError where the text is none."""
    kind, engine, object_id = text.split("/", 2)
    return StreamId(kind, engine, object_id)


def short_id(object_id: str) -> str:
    """The first twelve digits of an id, without the algorithm, as people compare them."""
    return object_id.removeprefix("sha256:")[:12]


def full_image_id(text: str) -> str:
    """An image id with its algorithm: Podman leaves `sha256:` away."""
    return f"sha256:{text}" if re.fullmatch(r"[0-9a-f]{64}", text) else text


def looks_like_id(text: str) -> bool:
    """Whether a typed image name can be an id or a part of one rather than a reference."""
    return text.startswith("sha256:") or _HEX_ID.fullmatch(text) is not None
