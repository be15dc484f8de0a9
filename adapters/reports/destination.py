"""The file that a report goes to: whole or not at all, and nobody else's file by accident."""

import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from domain.errors import ShipslogError

STANDARD_OUTPUT = "-"
Write = Callable[[bytes], object]


@contextlib.contextmanager
def destination(name: str, *, force: bool) -> Iterator[Write]:
    """Gives a function that writes to the named file, which appears when all went well.

    The file is written beside its place, flushed to the disk and then moved there, so that a
    reader never sees half a report.

    Raises:
        ShipslogError: the file exists, or is a symbolic link, and `force` is not given; or its
            folder is missing.
    """
    if name == STANDARD_OUTPUT:
        sys.stdout.flush()
        yield sys.stdout.buffer.write
        return
    target = Path(name)
    _refuse_what_is_there(target, force=force)
    # The random part keeps two reports into one folder apart; "x" refuses a planted link.
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        with draft.open("xb") as file:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
        _move(draft, target, force=force)
    finally:
        draft.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _refuse_what_is_there(target: Path, *, force: bool) -> None:
    if target.is_symlink() and not force:
        raise ShipslogError(
            f"{target} is a symbolic link; --force replaces the link by the report."
        )
    if target.is_dir():
        raise ShipslogError(f"{target} is a folder; name the file that the report is to become.")
    if target.exists() and not target.is_file():
        raise ShipslogError(f"{target} is no ordinary file; use -o - for standard output.")
    if target.exists() and not force:
        raise ShipslogError(f"{target} exists already; --force replaces it.")
    if not target.parent.is_dir():
        raise ShipslogError(f"There is no folder {target.parent} to write {target.name} into.")


def _move(draft: Path, target: Path, *, force: bool) -> None:
    if force:
        draft.replace(target)
        return
    try:
        # Unlike a rename, a link never replaces what has appeared there in the meantime.
        target.hardlink_to(draft)
    except FileExistsError:
        raise ShipslogError(f"{target} exists already; --force replaces it.") from None
    except OSError:
        # File systems without links; the look before the writing has to do.
        draft.replace(target)


def _flush_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
