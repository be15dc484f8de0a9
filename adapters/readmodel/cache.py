"""The columns on disk: disposable, versioned, and worth nothing without the store they belong to.

One file for each store: a line that names the format, a table of contents with its length and
checksum, the notes on the objects (msgpack), the arrays one after another, and a checksum of
these. Whatever is wrong with it, the columns are built again from the store.
"""

import logging
import os
import sys
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Protocol

import msgspec
import numpy as np

from adapters.readmodel import objects
from adapters.readmodel.columns import Array, Column, Dtypes, Table
from adapters.readmodel.conditions import KINDS
from adapters.readmodel.model import TABLES, Model
from adapters.readmodel.spans import VOID, Spans, span_columns
from domain.facts import FACTS

logger = logging.getLogger(__name__)

VERSION: Final = 3
"""Raised with every change of what the columns mean or how they are folded."""
_MAGIC: Final = b"shipslog columns\n"
_ROOM: Final = 65_536
"""Free rows after loading, and a quarter more: what is caught up then needs no copying."""


class Source(Protocol):
    """The store, as far as a cache is checked against it."""

    @property
    def uuid(self) -> str: ...
    def leaf(self, position: int) -> bytes | None: ...


class Unfit(Exception):
    """Why a cache cannot be used."""


class Contents(msgspec.Struct):
    """The table of contents; `arrays` maps a name to (dtype, length)."""

    version: int
    topics: list[str]
    byteorder: str
    store_uuid: str
    position: int
    leaf: bytes | None
    notes: int
    """The length of the notes in bytes."""
    arrays: dict[str, tuple[str, int]]


def path_of(folder: Path, store_uuid: str) -> Path:
    """The file that keeps the columns of a store."""
    name = "".join(each for each in store_uuid if each.isalnum() or each == "-")
    return folder / f"{name}.columns"


def load(folder: Path, source: Source) -> Model | None:
    """The columns as they were saved; None where there are none that fit the store."""
    path = path_of(folder, source.uuid)
    try:
        with path.open("rb") as file:
            return _read(file, source)
    except FileNotFoundError:
        return None
    except (Unfit, OSError, msgspec.MsgspecError, ValueError, IndexError, KeyError) as reason:
        logger.info("the columns of %s are built again: %s", source.uuid, reason)
        return None


def save(folder: Path, source: Source, model: Model) -> None:
    """Writes the columns in place of older ones, readable for this account only.

    A cache that cannot be written is only logged: nothing is lost but time.
    """
    path = path_of(folder, source.uuid)
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            draft.unlink()
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for part in _parts(source, model):
                file.write(part)
        draft.replace(path)
    except OSError as reason:
        logger.warning("the columns of %s were not kept: %s", source.uuid, reason)
        with suppress(OSError):
            draft.unlink()


def _parts(source: Source, model: Model) -> Iterable[bytes | memoryview]:
    arrays = {
        f"{group}.{name}": array
        for group, columns in _arrays(model).items()
        for name, array in columns.items()
    }
    notes = msgspec.msgpack.encode(objects.keep(model.objects))
    contents = msgspec.msgpack.encode(
        Contents(
            version=VERSION,
            topics=[fact.TOPIC for fact in FACTS],
            byteorder=sys.byteorder,
            store_uuid=source.uuid,
            position=model.head,
            leaf=source.leaf(model.head),
            notes=len(notes),
            arrays={name: (array.dtype.name, len(array)) for name, array in arrays.items()},
        )
    )
    yield _MAGIC + _number(len(contents)) + _number(zlib.crc32(contents)) + contents
    yield notes
    checksum = zlib.crc32(notes)
    for array in arrays.values():
        content = np.ascontiguousarray(array).data.cast("B")
        checksum = zlib.crc32(content, checksum)
        yield content
    yield _number(checksum)


def _arrays(model: Model) -> dict[str, dict[str, Array]]:
    """The columns of every table; rows that late facts made wrong are left behind."""
    arrays = {name: table.arrays() for name, table in model.tables.items()}
    for name, spans in model.spans.items():
        columns = spans.table.arrays()
        wrong = columns["end"] == VOID
        if wrong.any():
            columns = {part: column[~wrong] for part, column in columns.items()}
        arrays[f"{name} spans"] = columns
    return arrays


def _number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _read(file: IO[bytes], source: Source) -> Model:
    """The columns in the file.

    Raises:
        Unfit: they are damaged, of another version or of another history.
    """
    contents = _contents(file)
    _check(contents, source)
    notes = file.read(contents.notes)
    checksum = zlib.crc32(notes)
    arrays: dict[str, tuple[Array, int]] = {}
    for name, (dtype, length) in contents.arrays.items():
        array = np.empty(length + length // 4 + _ROOM, np.dtype(dtype))
        filled = array[:length].data.cast("B")
        if file.readinto(filled) != filled.nbytes:  # type: ignore[attr-defined]
            raise Unfit("the file ends too early")
        checksum = zlib.crc32(filled, checksum)
        arrays[name] = array, length
    if file.read() != _number(checksum):
        raise Unfit("the checksum is another one")
    return _model(notes, {name: Column(a.dtype, a, n) for name, (a, n) in arrays.items()})


def _contents(file: IO[bytes]) -> Contents:
    head = file.read(len(_MAGIC) + 8)
    if not head.startswith(_MAGIC) or len(head) < len(_MAGIC) + 8:
        raise Unfit("the file is of another kind")
    size, checksum = head[len(_MAGIC) : -4], head[-4:]
    packed = file.read(int.from_bytes(size, "little"))
    if _number(zlib.crc32(packed)) != checksum:
        raise Unfit("the checksum of the contents is another one")
    return msgspec.msgpack.decode(packed, type=Contents)


def _check(contents: Contents, source: Source) -> None:
    if contents.version != VERSION or contents.topics != [fact.TOPIC for fact in FACTS]:
        raise Unfit("another version wrote them")
    if contents.byteorder != sys.byteorder:
        raise Unfit("a machine of another kind wrote them")
    if contents.store_uuid != source.uuid:
        raise Unfit("they belong to another store")
    leaf = source.leaf(contents.position)
    if leaf is None or leaf != contents.leaf:
        raise Unfit("the store's events are no longer those that they were made from")


def _model(notes: bytes, columns: dict[str, Column]) -> Model:
    kept = msgspec.msgpack.decode(notes, type=objects.Kept)
    tables = {
        group: Table({name: columns[f"{group}.{name}"] for name in dtypes})
        for group, dtypes in _groups().items()
    }
    spans = {name: Spans(tables.pop(f"{name} spans")) for name in KINDS}
    return Model(objects.restore(kept), tables, spans)


def _groups() -> dict[str, Dtypes]:
    """The columns of every table that is kept, by table."""
    spans = {f"{name} spans": span_columns(kind.parts) for name, kind in KINDS.items()}
    return {**TABLES, **spans}
