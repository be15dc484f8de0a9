"""Windows as far as it concerns the way to an engine: named pipes through pywin32, and what is
missing there. Each pipe is a Unix socket underneath. Not Windows: its own time and errors only.

To be installed before the docker SDK is imported, so in a process of its own.
"""

from __future__ import annotations

import os
import select
import socket
import sys
from contextlib import suppress
from types import ModuleType, SimpleNamespace
from typing import Any

_AF_UNIX = socket.AF_UNIX
_WAIT_TIMEOUT = 258
_INFINITE = -1


class PipeError(Exception):
    """As pywintypes.error: no OSError."""

    @property
    def winerror(self) -> int:
        return int(self.args[0])


class Handle:
    """An open pipe."""

    def __init__(self, path: str) -> None:
        self.pipe = socket.socket(_AF_UNIX)
        try:
            self.pipe.connect(path)
        except FileNotFoundError:
            self.pipe.close()
            sentence = "The system cannot find the file specified."
            raise PipeError(2, "CreateFile", sentence) from None

    def Close(self) -> None:
        with suppress(OSError):
            self.pipe.shutdown(socket.SHUT_RDWR)


class Event:
    """Something to wait for: the reading or writing that was begun with it."""

    def __init__(self) -> None:
        self.begun: tuple[Handle, Any] | None = None


def _read(handle: Handle, buffer: Any, overlapped: Any) -> tuple[int, Any]:
    overlapped.hEvent.begun = handle, buffer
    return 997, buffer


def _write(handle: Handle, data: Any, overlapped: Any) -> tuple[int, int]:
    handle.pipe.sendall(data)
    overlapped.written = len(data)
    return 0, len(data)


def _wait(event: Event, milliseconds: int) -> int:
    if event.begun is None:
        return 0
    handle, _ = event.begun
    limit = None if milliseconds == _INFINITE else milliseconds / 1000
    ready, _, _ = select.select([handle.pipe], [], [], limit)
    return 0 if ready else _WAIT_TIMEOUT


def _result(handle: Handle, overlapped: Any, wait: bool) -> int:
    if overlapped.hEvent.begun is None:
        return int(overlapped.written)
    _, buffer = overlapped.hEvent.begun
    count = handle.pipe.recv_into(buffer)
    if count == 0:
        raise PipeError(109, "GetOverlappedResult", "The pipe has been ended.")
    return count


_MODULES: dict[str, dict[str, Any]] = {
    "pywintypes": {"error": PipeError, "OVERLAPPED": SimpleNamespace},
    "win32api": {"CloseHandle": lambda handle: None},
    "win32event": {
        "CreateEvent": lambda *_: Event(),
        "WaitForSingleObject": _wait,
        "WAIT_TIMEOUT": _WAIT_TIMEOUT,
        "INFINITE": _INFINITE,
    },
    "win32file": {
        "CreateFile": lambda path, *_: Handle(path),
        "ReadFile": _read,
        "WriteFile": _write,
        "GetOverlappedResult": _result,
        "CancelIo": lambda handle: None,
        "GENERIC_READ": 0,
        "GENERIC_WRITE": 0,
        "OPEN_EXISTING": 0,
        "FILE_FLAG_OVERLAPPED": 0,
    },
    "win32pipe": {
        "error": PipeError,
        "NMPWAIT_USE_DEFAULT_WAIT": 0,
        "GetNamedPipeInfo": lambda handle: (0,),
    },
}


def install() -> None:
    """Makes this process believe it."""
    for name, content in _MODULES.items():
        module = ModuleType(name)
        vars(module).update(content)
        sys.modules[name] = module
    import docker.api.client

    docker.constants.IS_WINDOWS_PLATFORM = True
    docker.api.client.IS_WINDOWS_PLATFORM = True
    del socket.AF_UNIX, os.getuid, select.poll
    sys.modules["fcntl"] = None  # type: ignore[assignment]
