"""Signed notes (c2sp.org/signed-note v1.0.0): a text and lines of signatures under it.

Ed25519 only (type 0x01). Who signs and who checks is passed in, so that this module needs no
cryptographic library beyond SHA-256.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple

from domain.errors import ShipslogError

ED25519 = b"\x01"
SIGNATURE_LIMIT = 100
"""Signatures that a note may have; the specification asks for at least 16."""

Sign = Callable[[bytes], bytes]
"""Gives the 64 bytes of an Ed25519 signature over the bytes."""
Check = Callable[[bytes, bytes, bytes], bool]
"""Whether a public key (32 bytes) made a signature (64 bytes) over the bytes."""

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<data>[A-Za-z0-9+/]+={0,2})")
_VKEY = re.compile(r"(?P<name>[^\s+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+={0,2})")


class NoteRejected(ShipslogError):
    """The text is not a signed note, or a signature under it is false."""


class Key(NamedTuple):
    """A public key and the name that it signs under."""

    name: str
    public: bytes
    """32 bytes."""

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names the key, together with the name."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text, `name+id+key`, to be handed to whoever shall check notes."""
        encoded = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"


class Signature(NamedTuple):
    """One line under a note."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A note's text, with its last newline, and the signatures under it, unchecked."""

    text: str
    signatures: tuple[Signature, ...]


def parse_vkey(text: str) -> Key:
    """The key that `Key.vkey` wrote.

    Raises:
        NoteRejected: the text is no Ed25519 key, or its id is not that of its key.
    """
    match = _VKEY.fullmatch(text)
    data = decode_base64(match["key"]) if match else b""
    if match is None or len(data) != 33 or data[:1] != ED25519:
        raise NoteRejected(f"{text!r} is not a public key; it reads name+id+key, on one line.")
    key = Key(match["name"], data[1:])
    if key.id.hex() != match["id"]:
        raise NoteRejected(f"The key {text!r} does not fit its id {match['id']}; copy it again.")
    return key


def sign_note(text: str, key: Key, sign: Sign) -> str:
    """The text with one signature under it; the text ends in a newline."""
    encoded = base64.b64encode(key.id + sign(text.encode())).decode()
    return f"{text}\n— {key.name} {encoded}\n"


def parse_note(note: str) -> Note:
    """The parts of a note; nothing of it is to be believed before `signers` names a known key.

    Raises:
        NoteRejected: the text breaks a rule of the format.
    """
    if _CONTROLS.search(note) or not _is_unicode(note):
        raise NoteRejected("The note has characters that no note may have; take a fresh copy.")
    text, gap, below = note.rpartition("\n\n")
    if not gap or not text or not below.endswith("\n"):
        raise NoteRejected("The note has no signatures below a blank line; take a fresh copy.")
    lines = below[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise NoteRejected(f"The note has {len(lines)} signatures; {SIGNATURE_LIMIT} are allowed.")
    return Note(text + "\n", tuple(map(_parse_signature, lines)))


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _parse_signature(line: str) -> Signature:
    match = _SIGNATURE.fullmatch(line)
    data = decode_base64(match["data"]) if match else b""
    if match is None or len(data) <= 4:
        raise NoteRejected(f"The line {line!r} is not a signature; take a fresh copy of the note.")
    return Signature(match["name"], data[:4], data[4:])


def signers(note: Note, keys: Iterable[Key], check: Check) -> tuple[Key, ...]:
    """Those of the keys whose signature the note bears; signatures of other keys are ignored.

    Raises:
        NoteRejected: a signature claims to be of one of the keys and is not.
    """
    known = {(key.name, key.id): key for key in keys}
    found: dict[Key, None] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        data = signature.signature
        if len(data) != 64 or not check(key.public, data, note.text.encode()):
            raise NoteRejected(f"The signature of {key.name} under the note is false.")
        found[key] = None
    return tuple(found)


def decode_base64(text: str) -> bytes:
    """The bytes; empty where the text is not the one base64 encoding of them (RFC 4648, 4)."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
    return data if base64.b64encode(data).decode() == text else b""
