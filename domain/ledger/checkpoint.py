"""Checkpoints (c2sp.org/tlog-checkpoint v1.0.0): which tree the store had at which size.

The note's text has three lines: the origin, which names the store, the number of events, and
the root. Extension lines are refused: nobody could audit them.
"""

import base64
import re
from typing import NamedTuple

from domain.ledger.merkle import HASH_BYTES
from domain.ledger.note import Key, NoteRejected, Sign, decode_base64, parse_note, sign_note

ORIGIN_PREFIX = "shipslog/"

_TEXT = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
)


class Head(NamedTuple):
    """How far a log had come: its first `size` events have this root (32 bytes)."""

    size: int
    root: bytes

    def __str__(self) -> str:
        """Size and root in base64, as reports print them; anyone who kept them is a witness."""
        return f"{self.size} {base64.b64encode(self.root).decode()}"


class Checkpoint(NamedTuple):
    """The head of one log."""

    origin: str
    head: Head

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        root = base64.b64encode(self.head.root).decode()
        return f"{self.origin}\n{self.head.size}\n{root}\n"


def origin_of(store_uuid: str) -> str:
    """The name by which a store's checkpoints call it; its key signs under the same name."""
    return f"{ORIGIN_PREFIX}{store_uuid}"


def sign_checkpoint(checkpoint: Checkpoint, key: Key, sign: Sign) -> str:
    """The checkpoint as a signed note."""
    return sign_note(checkpoint.text, key, sign)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text states.

    Raises:
        NoteRejected: the text is not the three lines of a checkpoint.
    """
    match = _TEXT.fullmatch(text)
    root = decode_base64(match["root"]) if match else b""
    if match is None or len(root) != HASH_BYTES:
        raise NoteRejected("The note is not a checkpoint: origin, size and root, a line each.")
    return Checkpoint(match["origin"], Head(int(match["size"]), root))


def head_in(note: str) -> Head | None:
    """The head that a note states, whoever signed it; None where it states none."""
    try:
        return parse_checkpoint(parse_note(note).text).head
    except NoteRejected:
        return None


def parse_head(text: str) -> Head:
    """The head that `str(head)` wrote.

    Raises:
        NoteRejected: the text is not a size and a root.
    """
    size, _, root = text.strip().partition(" ")
    return parse_checkpoint(f"head\n{size}\n{root}\n").head
