"""Why a build failed, out of the details that BuildKit adds to its error.

Up to BuildKit 0.14 they stand in the record, later in a blob beside it (`externalError`). Each is
JSON under a name: the step that failed, the Dockerfile with the lines in question, an exit code.
"""

from typing import TypeVar

import msgspec

from adapters.engines.buildkit.messages import RpcStatus
from adapters.engines.buildkit.provenance import SourceFile

_VERTEX = "github.com/moby/buildkit/errdefs.Vertex+json"
_SOURCE = "github.com/moby/buildkit/errdefs.Source+json"
_EXIT = "github.com/moby/buildkit/gatewayapi.ExitMessage+json"

T = TypeVar("T")


class Failure(msgspec.Struct, frozen=True):
    """What the details tell; `step` is the step's digest."""

    step: str = ""
    line: int | None = None
    file: SourceFile | None = None
    exit_code: int | None = None


class _Vertex(msgspec.Struct):
    digest: str = ""


class _Position(msgspec.Struct):
    line: int | None = None


class _Range(msgspec.Struct):
    start: _Position | None = None


class _Source(msgspec.Struct):
    info: SourceFile | None = None
    ranges: list[_Range] | None = None


class _Exit(msgspec.Struct):
    code: int | None = msgspec.field(name="Code", default=None)


def read_failure(status: RpcStatus) -> Failure:
    """Reads an error's details; of several of a kind the first."""
    vertex = _first(status, _VERTEX, _Vertex) or _Vertex()
    source = _first(status, _SOURCE, _Source) or _Source()
    start = source.ranges[0].start if source.ranges else None
    return Failure(
        step=vertex.digest,
        line=start.line if start is not None else None,
        file=source.info,
        exit_code=(_first(status, _EXIT, _Exit) or _Exit()).code,
    )


def _first(status: RpcStatus, url: str, kind: type[T]) -> T | None:
    for detail in status.details:
        if detail.type_url == url:
            try:
                return msgspec.json.decode(detail.value, type=kind)
            except (msgspec.DecodeError, RecursionError):
                return None
    return None
