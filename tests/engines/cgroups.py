"""Removing the control groups that an engine leaves."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")

_SHARED = ("/libpod_parent/conmon", "/libpod_parent")


def remove(*groups: str, timeout: float = 2.0) -> None:
    """Removes groups such as `/shipslog-1` from every hierarchy, within `timeout` seconds.

    The kernel holds on to the group of a process for a moment after the process has ended. Groups
    that all Podmans of a machine share go too, unless another one uses them.
    """
    deadline = time.monotonic() + timeout
    tops = [top for group in groups for top in folders(group)]
    while tops and time.monotonic() < deadline:
        tops = [top for top in tops if not _removed(top)]
        time.sleep(0.02 if tops else 0)
    for folder in [folder for group in _SHARED for folder in folders(group)]:
        with suppress(OSError):
            folder.rmdir()


def folders(group: str) -> list[Path]:
    """The folders of a group: one with control groups v2, one a controller with v1."""
    name = group.lstrip("/")
    return [top for top in (_MOUNT / name, *_MOUNT.glob(f"*/{name}")) if top.is_dir()]


def _removed(top: Path) -> bool:
    try:
        for folder, _, _ in os.walk(top, topdown=False):
            Path(folder).rmdir()
    except OSError:  # a process is in it
        return False
    return True
