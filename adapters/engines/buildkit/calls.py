"""The calls that Shipslog makes of BuildKit: three that read, allowed by name, and no others."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import grpc
import msgspec

from adapters.engines.allowlist import ForbiddenRequest
from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.buildkit.lines import Line
from adapters.engines.buildkit.protobuf import Malformed, decode, encode

LISTEN = "/moby.buildkit.v1.Control/ListenBuildHistory"
STATUS = "/moby.buildkit.v1.Control/Status"
READ = "/containerd.services.content.v1.Content/Read"

READ_ONLY = frozenset({LISTEN, STATUS, READ})
"""What none of these changes: builds, their records, the cache, the contents.

BuildKit hands out containerd's content service over a store that can only be read; of its own
service Solve, Prune, Session and UpdateBuildHistory would write.
"""

_LONGEST_REASON = 500

A = TypeVar("A", bound=msgspec.Struct)


def check_method(method: str) -> str:
    """Gives the method back if it may be called.

    Raises:
        ForbiddenRequest: the method is not on the list.
    """
    if method not in READ_ONLY:
        raise ForbiddenRequest(f"Shipslog only reads build history and never calls {method!r}.")
    return method


class Answers(Generic[A]):
    """The answers to one call, as they come; every fault is a BuildHistoryFault."""

    def __init__(self, invoked: grpc.Call, kind: type[A]) -> None:
        self._invoked: Any = invoked
        self._kind = kind
        self._cancelled = False

    def __iter__(self) -> Iterator[A]:
        """Gives each answer; ends with the call, or silently after `cancel`."""
        try:
            for data in self._invoked:
                yield decode(data, self._kind)
        except grpc.RpcError as error:
            if not self._cancelled:
                raise _fault(error) from error
        except Malformed as error:
            raise BuildHistoryFault(
                f"The engine's build history makes no sense: {error}", "DATA_LOSS"
            ) from error
        finally:
            self._invoked.cancel()

    def cancel(self) -> None:
        """Ends the call, also from another thread than the one that takes the answers."""
        self._cancelled = True
        self._invoked.cancel()


def call(
    line: Line, method: str, request: msgspec.Struct, kind: type[A], seconds: float | None
) -> Answers[A]:
    """Calls a method that answers with a stream; after `seconds` it fails, None waits for ever.

    Raises:
        ForbiddenRequest: the method is not one that reads.
    """
    # Answers are decoded by the one who takes them: gRPC would log what it cannot decode.
    method_of: Any = line.channel.unary_stream(check_method(method))
    try:
        return Answers(method_of(encode(request), timeout=seconds), kind)
    except ValueError as error:
        raise BuildHistoryFault("The line to the engine is closed.", "UNAVAILABLE") from error


def _fault(error: grpc.RpcError) -> BuildHistoryFault:
    code, details = "UNKNOWN", ""
    if isinstance(error, grpc.Call):
        code, details = error.code().name, (error.details() or "")[:_LONGEST_REASON]
    return BuildHistoryFault(
        f"The engine's build history could not be read: {details or code}", code
    )
