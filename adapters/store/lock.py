"""One recorder a store: a lock on `<store>.lock`, which the system lets go when a process ends.

The file stays behind and means nothing by itself; only the lock on it counts. It says who took
it, for the sentence that the next one gets.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from adapters.store.errors import Held, LockGone
from adapters.store.private_files import make_private_folder
from domain.moments import rfc3339

_PATIENCE_SECONDS = 0.1

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _take_within(descriptor: int, seconds: float) -> None:
    """Takes the lock; whoever only asks who holds it has it for a moment, which is waited out."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return _take(descriptor)
        except OSError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.01)


@contextmanager
def hold(store: Path, *, now: int) -> Iterator[Callable[[], None]]:
    """Keeps every other recorder away from the store while the block runs.

    Gives a check that the lock is still on the file that others would take it on, to be called now
    and then: who deletes the file lets the next recorder in. The check raises LockGone.

    Args:
        store: the store's file, which need not exist yet.
        now: since when it is held, nanoseconds since the epoch.

    Raises:
        Held: another process holds it; the sentence names its number and since when.
    """
    store = store.expanduser().absolute()
    make_private_folder(store.parent)
    descriptor = os.open(lock_file(store), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take_within(descriptor, _PATIENCE_SECONDS)
        except OSError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            raise Held(
                f"A recorder writes into {store} already ({holder or 'just started'}); stop it, "
                "or record into another --store."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}, since {rfc3339(now)}\n".encode())
        yield partial(_check, store, descriptor)
    finally:
        os.close(descriptor)


def _check(store: Path, descriptor: int) -> None:
    path, held = lock_file(store), os.fstat(descriptor)
    try:
        found = path.stat()
    except OSError:
        found = None
    if found is None or (found.st_dev, found.st_ino) != (held.st_dev, held.st_ino):
        raise LockGone(
            f"{path}, which keeps other recorders away, was removed; start this one again."
        )


def holder(store: Path) -> str | None:
    """Who records into the store, `process 4711, since 2026-…`; None where nobody does."""
    try:
        descriptor = os.open(lock_file(store.expanduser().absolute()), os.O_RDWR)
    except OSError:
        return None
    try:
        _take(descriptor)
    except OSError:
        return os.read(descriptor, 200).decode(errors="replace").strip()
    finally:
        os.close(descriptor)
    return None


def lock_file(store: Path) -> Path:
    """The file that the lock is on."""
    return store.with_name(f"{store.name}.lock")
