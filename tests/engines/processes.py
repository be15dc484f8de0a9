"""Who is whose child among the machine's processes."""

from __future__ import annotations

from pathlib import Path


def children(parent: int) -> list[int]:
    """The process ids of a process' living children, oldest first."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(folder) == parent:
            found.append(int(folder.name))
    return sorted(found)


def _parent(folder: Path) -> int | None:
    try:
        status = (folder / "stat").read_text()
    except OSError:  # it has ended in between
        return None
    # "PID (COMMAND) STATE PARENT ...", and a command may hold spaces and parentheses.
    return int(status.rpartition(")")[2].split()[1])
