"""What another process asks of the recorder: to look at a container's file system now.

Only the recorder talks to engines and writes. A wish is an empty file beside the store, named after
the container, that goes when the wish is granted; whoever may write there may wish.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ID = re.compile(r"[0-9a-f]{64}")
_LOOK_AGAIN_SECONDS = 0.05


def wish(store: Path, container_id: str, seconds: float) -> bool:
    """Asks for a look, and waits for it; whether it came within so many seconds."""
    path = _path(store, container_id)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    deadline = time.monotonic() + seconds
    try:
        while path.exists():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_AGAIN_SECONDS)
    finally:
        path.unlink(missing_ok=True)
    return True


def wishes(store: Path) -> Iterator[str]:
    """The ids of the containers that are to be looked at."""
    prefix = _path(store, "").name
    for file in store.parent.iterdir():
        container_id = file.name.removeprefix(prefix)
        if file.name != container_id and _ID.fullmatch(container_id):
            yield container_id


def grant(store: Path, container_id: str) -> None:
    """Says that the look was taken, and what it showed is stored."""
    # Who wished may have given up meanwhile; one who may not be answered sees it by the clock.
    with suppress(OSError):
        _path(store, container_id).unlink(missing_ok=True)


def _path(store: Path, container_id: str) -> Path:
    return store.with_name(f"{store.name}.look-{container_id}")
