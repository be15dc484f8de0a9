"""The file system of the smallest image that has a shell."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

_COMMANDS = (
    *("cat", "chmod", "cp", "date", "dd", "echo", "env", "false", "head", "kill", "ln", "ls"),
    *("mkdir", "mv", "printf", "ps", "rm", "sed", "seq", "sh", "sleep", "sync", "tail", "test"),
    *("touch", "true", "wc", "yes"),
)


def file_system(root: Path) -> bytes:
    """A tar archive with the static busybox of an engine's root and links to it; about 2 MB."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for folder in ("bin", "etc", "tmp"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        _add_file(tar, "bin/busybox", (root / "usr/bin/busybox").read_bytes(), 0o755)
        _add_file(tar, "etc/passwd", b"root:x:0:0:root:/:/bin/sh\n", 0o644)
        for command in _COMMANDS:
            entry = tarfile.TarInfo(f"bin/{command}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(entry)
    return archive.getvalue()


def _add_file(tar: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    tar.addfile(entry, io.BytesIO(content))
