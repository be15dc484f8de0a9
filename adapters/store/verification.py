"""`shipslog verify`: whether the events of a store are those that were sealed.

Everything is computed anew from the stored bytes; what the store says of itself (its leaves, its
frontier) only has to agree. The file may be of any making: nothing in it is run or imported.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from adapters.store import keys as signing
from adapters.store import schema
from adapters.store.errors import KeyUnusable
from adapters.store.opening import connect_to_read
from adapters.store.rehash import Broken, leaves_anew, read_the_rest
from adapters.store.sqlite_engine import faults_as_sentences
from domain.ledger.checkpoint import Head, origin_of, parse_checkpoint
from domain.ledger.merkle import Frontier
from domain.ledger.note import Key, NoteRejected, parse_note, parse_vkey, signers


class Result(StrEnum):
    """The four things that a verification can come to."""

    WITNESSED = "VERIFIED AND WITNESSED"
    NOT_WITNESSED = "VERIFIED, NOT WITNESSED"
    INCOMPLETE = "INCOMPLETE"
    """Nothing is wrong, and the last events are not sealed yet."""
    TAMPERED = "TAMPERED"


class KeyFrom(StrEnum):
    """Where the keys came from that the seals were checked with."""

    GIVEN = "given"
    ACCOUNT = "this account"
    STORE = "the store itself"
    """Whoever rewrites the whole store can name a key of their own: compare it."""


class Verification(msgspec.Struct, frozen=True):
    """What was found."""

    result: Result
    events: int
    """How many events the store has."""
    sealed: int
    """How many of them, from the first on, a checkpoint covers that holds."""
    unsealed: int
    first_bad: int | None
    """The position from which on something is wrong, where that can be told."""
    witness: int | None
    """The size of the largest head kept outside the store that its events lead to."""
    reason: str
    """A sentence for the person."""
    keys: tuple[str, ...]
    """The public keys (`name+id+key`) that the seals were checked with."""
    key_from: KeyFrom


class _Word(StrEnum):
    """Whose word a head is."""

    SEAL = "that its checkpoint sealed"
    UNKNOWN_SEAL = "that a checkpoint by an unknown key states"
    ACCOUNT = "that this account has signed before"
    WITNESS = "that were kept outside the store"


class _Expected(NamedTuple):
    head: Head
    word: _Word


class _Told(NamedTuple):
    """What the store says of itself, read in one moment."""

    events: int
    numbered: int
    size: int
    hashes: bytes
    notes: list[tuple[int, str]]
    vkeys: list[str]


def verify(
    path: Path,
    *,
    keys: Sequence[Key] = (),
    heads: Sequence[Head] = (),
    key_folder: Path | None = None,
    thorough: bool = False,
    progress: Callable[[int], None] = lambda position: None,
) -> Verification:
    """Reads a whole store and compares it with its seals and with heads kept elsewhere.

    Args:
        path: the store's file.
        keys: the public keys that seals must be made with; where none is given, the key of
            this account for the store, and where there is none, those that the store names.
        heads: heads of this store that were kept outside it: in a report, by a witness.
        key_folder: where this account's keys lie; by default the platform's data folder has it.
        thorough: also let SQLite check every page and index, which takes longer.
        progress: called with the position reached, now and then; may raise to give up.

    Raises:
        StoreMissing, NotAStore, StoreNewer: there is nothing here that could be verified.
        StoreDamaged, StoreUnwritable, StoreBusy: the file cannot be read at all.
        KeyUnusable: no key is given, and this account's for the store cannot be read.
    """
    path = path.expanduser().absolute()
    folder = key_folder or signing.default_folder()
    connection = connect_to_read(path)
    try:
        with faults_as_sentences(path):
            uuid = schema.check(connection, path)
            told = _read_told(connection)
        trusted, key_from = _trusted(keys, folder, uuid, told.vkeys)
        proven: list[_Expected] = []
        broken = None
        try:
            expected = _from_notes(told, origin_of(uuid), trusted)
            expected += [_Expected(head, _Word.WITNESS) for head in heads]
            expected += _signed_by_account(folder, uuid, trusted)
            leaves = leaves_anew(connection, path, told.events)
            for one in _walk(leaves, told, expected, progress):
                proven.append(one)
            read_the_rest(connection, path, told.events, thorough=thorough)
        except Broken as found:
            broken = found
        return _outcome(told, proven, broken, trusted, key_from)
    finally:
        connection.close()


def _read_told(connection: sqlite3.Connection) -> _Told:
    connection.execute("BEGIN")
    try:
        events, numbered = connection.execute(
            "SELECT (SELECT coalesce(max(position), 0) FROM stored_events), "
            "(SELECT coalesce(max(seq), 0) FROM sqlite_sequence)"
        ).fetchone()
        frontier = connection.execute("SELECT size, hashes FROM frontier").fetchone()
        notes = connection.execute("SELECT size, note FROM checkpoint ORDER BY size").fetchall()
        vkeys = connection.execute("SELECT value FROM store WHERE key GLOB 'vkey/*'").fetchall()
        size, hashes = frontier or (-1, b"")
        return _Told(events, numbered, size, hashes, notes, [str(value) for (value,) in vkeys])
    finally:
        connection.rollback()


def _trusted(
    keys: Sequence[Key], folder: Path, uuid: str, vkeys: Sequence[str]
) -> tuple[tuple[Key, ...], KeyFrom]:
    if keys:
        return tuple(keys), KeyFrom.GIVEN
    if own := signing.load_key(folder, uuid):
        return (own.key,), KeyFrom.ACCOUNT
    found = []
    for text in vkeys:
        with suppress(NoteRejected):
            found.append(parse_vkey(text))
    return tuple(found), KeyFrom.STORE


def _signed_by_account(folder: Path, uuid: str, trusted: Sequence[Key]) -> list[_Expected]:
    """The largest head that this account is known to have signed for the store."""
    expected = []
    for key in trusted:
        with suppress(KeyUnusable):
            if head := signing.remembered(folder / f"{uuid}.head", key):
                expected.append(_Expected(head, _Word.ACCOUNT))
    return expected


def _from_notes(told: _Told, origin: str, trusted: Sequence[Key]) -> list[_Expected]:
    """The heads that the store's checkpoints state.

    Raises:
        Broken: a checkpoint is false, or none is signed by a trusted key.
    """
    expected = []
    for size, text in told.notes:
        try:
            note = parse_note(str(text))
            by = signers(note, trusted, signing.is_signature)
            stated = parse_checkpoint(note.text)
        except NoteRejected as error:
            raise Broken(None, f"the checkpoint at {size} events is false: {error}") from error
        if (stated.origin, stated.head.size) != (origin, size):
            raise Broken(None, f"the checkpoint at {size} events is not one of this store")
        expected.append(_Expected(stated.head, _Word.SEAL if by else _Word.UNKNOWN_SEAL))
    if told.events and not any(one.word is _Word.SEAL for one in expected):
        raise Broken(1, "no checkpoint bears a signature of the expected key")
    return expected


def _walk(
    leaves: Iterator[list[bytes]],
    told: _Told,
    expected: Sequence[_Expected],
    progress: Callable[[int], None],
) -> Iterator[_Expected]:
    """Follows the events from the first on; gives each expected head that they lead to.

    Raises:
        Broken: they do not lead to one of them, or the store's end is not where they end.
    """
    due = sorted(expected, key=lambda one: one.head.size, reverse=True)
    frontier = Frontier()
    good = 0
    for chunk in (iter(([],))) if not told.events else leaves:
        start = frontier.size
        while due and due[-1].head.size <= start + len(chunk):
            one = due.pop()
            frontier.append_many(chunk[frontier.size - start : one.head.size - start])
            if frontier.root() != one.head.root:
                raise Broken(good + 1, f"the first {frontier.size} events are not those {one.word}")
            good = frontier.size
            yield one
        frontier.append_many(chunk[frontier.size - start :])
        progress(frontier.size)
    if due:
        raise Broken(
            told.events + 1,
            f"there are {told.events} events and not the {due[0].head.size} {due[0].word}",
        )
    if not told.events == told.numbered == told.size:
        raise Broken(
            told.events + 1, f"there are {told.events} events, and the store has had others since"
        )
    if frontier.encode() != told.hashes:
        raise Broken(None, "the frontier of the ledger is not that of the events")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _outcome(
    told: _Told,
    proven: Sequence[_Expected],
    broken: Broken | None,
    trusted: Sequence[Key],
    key_from: KeyFrom,
) -> Verification:
    sealed = max((one.head.size for one in proven if one.word is _Word.SEAL), default=0)
    witness = max((one.head.size for one in proven if one.word is _Word.WITNESS), default=0)
    unsealed = max(told.events - sealed, 0)
    first = f"The first {sealed} events are those that were sealed"
    if broken is not None:
        result, reason = Result.TAMPERED, _sentence(str(broken))
    elif unsealed or not told.notes:
        result = Result.INCOMPLETE
        reason = f"{first}; the {unsealed} after them are not sealed yet."
    elif witness:
        result = Result.WITNESSED
        reason = f"{first}, and the first {witness} were also known outside the store."
    else:
        result = Result.NOT_WITNESSED
        reason = f"{first}; no head kept outside the store was there to compare them with."
    return Verification(
        result=result,
        events=told.events,
        sealed=sealed,
        unsealed=unsealed,
        first_bad=broken.position if broken else None,
        witness=witness or None,
        reason=reason,
        keys=tuple(key.vkey for key in trusted),
        key_from=key_from,
    )
