"""What stands beside a build's record: its steps, its provenance, the details of its error."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from adapters.engines.buildkit.calls import READ, STATUS, call
from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.buildkit.lines import Line
from adapters.engines.buildkit.messages import (
    Descriptor,
    HistoryRecord,
    ReadContentRequest,
    ReadContentResponse,
    RpcStatus,
    StatusRequest,
    StatusResponse,
)
from adapters.engines.buildkit.progress import Progress, gather
from adapters.engines.buildkit.protobuf import Malformed, decode
from adapters.engines.buildkit.provenance import PREDICATE, Provenance, read_provenance
from adapters.engines.buildkit.records import Details

ANSWER_SECONDS = 30.0
LARGEST_BLOB = 16 * 1024 * 1024
LARGEST_LOG = 64 * 1024 * 1024
"""Bytes; the steps come with all that they printed, of which BuildKit keeps 2 MiB a step."""

_MOST_PROVENANCES = 16
_PREDICATE_TYPE = "in-toto.io/predicate-type"
_GONE = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"})
"""What says something of the engine; any other code is about the one thing that was asked for."""

T = TypeVar("T")


def read_details(line: Line, record: HistoryRecord) -> Details:
    """Reads all that is known of a build beside its record; of a running one nothing yet.

    Raises:
        BuildHistoryFault: the engine does not answer. What it has lost is only missing.
    """
    if record.completed_at is None:
        return Details()
    missing: list[str] = []

    def attempt(part: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except BuildHistoryFault as fault:
            if fault.code in _GONE:
                raise
            missing.append(part)
            return None

    progress = attempt("steps", partial(_progress, line, record))
    if progress is not None and not progress.complete:
        missing.append("steps")
    found = [
        attempt("provenance", partial(_provenance, line, blob)) for blob in _attestations(record)
    ]
    error = attempt("error", partial(_error, line, record))
    return Details(
        progress=progress,
        provenances=tuple(known for known in found if known is not None),
        error=error,
        missing=tuple(dict.fromkeys(missing)),
    )


def _progress(line: Line, record: HistoryRecord) -> Progress:
    if record.logs is None:
        # Asked for what it does not have, BuildKit would wait six seconds for it to begin.
        raise BuildHistoryFault("The builder kept no steps of this build.", "NOT_FOUND")
    if record.logs.size > LARGEST_LOG:
        raise _too_large(record.logs)
    request = StatusRequest(ref=record.ref)
    return gather(call(line, STATUS, request, StatusResponse, ANSWER_SECONDS))


def _attestations(record: HistoryRecord) -> list[Descriptor]:
    infos = [info for info in (record.result, *record.results.values()) if info is not None]
    blobs = {blob.digest: blob for info in infos for blob in info.attestations}
    return [
        blob
        for blob in blobs.values()
        if blob.annotations.get(_PREDICATE_TYPE, "").startswith(PREDICATE)
    ][:_MOST_PROVENANCES]


def _provenance(line: Line, blob: Descriptor) -> Provenance:
    provenance = read_provenance(read_blob(line, blob))
    if provenance is None:
        raise BuildHistoryFault(f"The provenance {blob.digest} cannot be read.", "DATA_LOSS")
    return provenance


def _error(line: Line, record: HistoryRecord) -> RpcStatus | None:
    if record.external_error is None:
        return record.error
    data = read_blob(line, record.external_error)
    try:
        return decode(data, RpcStatus)
    except Malformed as error:
        raise BuildHistoryFault(f"The error of build {record.ref}: {error}", "DATA_LOSS") from error


def read_blob(line: Line, blob: Descriptor) -> bytes:
    """Reads a blob whole and checks it against its digest.

    Raises:
        BuildHistoryFault: it is not there, too large, or not what its digest says.
    """
    if blob.size > LARGEST_BLOB:
        raise _too_large(blob)
    data = bytearray()
    request = ReadContentRequest(digest=blob.digest)
    for piece in call(line, READ, request, ReadContentResponse, ANSWER_SECONDS):
        data += piece.data
        if len(data) > LARGEST_BLOB:
            raise _too_large(blob)
    if blob.digest != f"sha256:{hashlib.sha256(data).hexdigest()}":
        raise BuildHistoryFault(f"{blob.digest} is not what it was when it was kept.", "DATA_LOSS")
    return bytes(data)


def _too_large(blob: Descriptor) -> BuildHistoryFault:
    return BuildHistoryFault(f"{blob.digest} is too large.", "RESOURCE_EXHAUSTED")
