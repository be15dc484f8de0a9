"""The messages of BuildKit's history, with the fields that Shipslog reads and no others.

Names and numbers are those of `moby.buildkit.v1` (api/services/control/control.proto of BuildKit
0.11 to 0.32), `containerd.services.content.v1`, `google.rpc.Status` and the well-known types.
"""

from typing import Annotated

import msgspec

from domain.moments import SECOND, plausible

STARTED, COMPLETED, DELETED = 0, 1, 2
"""BuildHistoryEventType."""


class Timestamp(msgspec.Struct, frozen=True):
    """google.protobuf.Timestamp."""

    seconds: Annotated[int, 1] = 0
    nanos: Annotated[int, 2] = 0


def moment(timestamp: Timestamp | None) -> int | None:
    """Nanoseconds since the epoch; None for a moment that was not told or cannot be."""
    if timestamp is None:
        return None
    told = timestamp.seconds * SECOND + timestamp.nanos
    return told if plausible(told) else None


class Descriptor(msgspec.Struct, frozen=True):
    """A blob in the builder's content store."""

    media_type: Annotated[str, 1] = ""
    digest: Annotated[str, 2] = ""
    size: Annotated[int, 3] = 0
    annotations: Annotated[dict[str, str], 5] = {}


class AnyDetail(msgspec.Struct, frozen=True):
    """google.protobuf.Any; BuildKit puts JSON into most of them."""

    type_url: Annotated[str, 1] = ""
    value: Annotated[bytes, 2] = b""


class RpcStatus(msgspec.Struct, frozen=True):
    """google.rpc.Status: why a build failed."""

    code: Annotated[int, 1] = 0
    message: Annotated[str, 2] = ""
    details: Annotated[tuple[AnyDetail, ...], 3] = ()


class Exporter(msgspec.Struct, frozen=True):
    """What becomes of a result; attribute `name` has the references, with commas between."""

    type: Annotated[str, 1] = ""
    attrs: Annotated[dict[str, str], 2] = {}


class ResultInfo(msgspec.Struct, frozen=True):
    """What a build made; the key of `results` is the exporter's number in the record."""

    result: Annotated[Descriptor | None, 1] = None
    attestations: Annotated[tuple[Descriptor, ...], 2] = ()
    results: Annotated[dict[int, Descriptor], 3] = {}


class HistoryRecord(msgspec.Struct, frozen=True):
    """BuildHistoryRecord: one build. Holds the values of build arguments in clear."""

    ref: Annotated[str, 1] = ""
    frontend_attrs: Annotated[dict[str, str], 3] = {}
    exporters: Annotated[tuple[Exporter, ...], 4] = ()
    error: Annotated[RpcStatus | None, 5] = None
    created_at: Annotated[Timestamp | None, 6] = None
    completed_at: Annotated[Timestamp | None, 7] = None
    logs: Annotated[Descriptor | None, 8] = None
    exporter_response: Annotated[dict[str, str], 9] = {}
    result: Annotated[ResultInfo | None, 10] = None
    results: Annotated[dict[str, ResultInfo], 11] = {}
    """By platform, where there are several."""
    generation: Annotated[int, 12] = 0
    cached_steps: Annotated[int, 15] = 0
    total_steps: Annotated[int, 16] = 0
    completed_steps: Annotated[int, 17] = 0
    external_error: Annotated[Descriptor | None, 18] = None
    warnings: Annotated[int, 19] = 0

    def __repr__(self) -> str:
        """Only its name, so that no traceback or log shows what must not be seen."""
        return f"HistoryRecord({self.ref!r}, generation={self.generation})"


class HistoryEvent(msgspec.Struct, frozen=True):
    """BuildHistoryEvent."""

    type: Annotated[int, 1] = STARTED
    record: Annotated[HistoryRecord, 2] = HistoryRecord()


class HistoryRequest(msgspec.Struct, frozen=True):
    """BuildHistoryRequest: `early_exit` ends the answer after what is known already."""

    active_only: Annotated[bool, 1] = False
    early_exit: Annotated[bool, 3] = False


class Vertex(msgspec.Struct, frozen=True):
    """A step, told again whenever something about it changes."""

    digest: Annotated[str, 1] = ""
    name: Annotated[str, 3] = ""
    cached: Annotated[bool, 4] = False
    started: Annotated[Timestamp | None, 5] = None
    completed: Annotated[Timestamp | None, 6] = None
    error: Annotated[str, 7] = ""


class VertexStatus(msgspec.Struct, frozen=True):
    """A part of a step, such as `naming to docker.io/shop/web:1`."""

    id: Annotated[str, 1] = ""
    vertex: Annotated[str, 2] = ""


class StatusRequest(msgspec.Struct, frozen=True):
    """Asks for the steps of one build."""

    ref: Annotated[str, 1] = ""


class StatusResponse(msgspec.Struct, frozen=True):
    """Steps and their parts; the logs beside them (field 3) are passed over unread."""

    vertexes: Annotated[tuple[Vertex, ...], 1] = ()
    statuses: Annotated[tuple[VertexStatus, ...], 2] = ()


class ReadContentRequest(msgspec.Struct, frozen=True):
    """Asks for a blob, whole."""

    digest: Annotated[str, 1] = ""


class ReadContentResponse(msgspec.Struct, frozen=True):
    """A piece of a blob."""

    data: Annotated[bytes, 2] = b""
