"""The Ed25519 key of a store, and the last head that it signed.

Both lie apart from the store, in the platform's data folder: `keys/<uuid>.key` (PEM, 0600) and
`keys/<uuid>.head` (a signed note). Whoever can only write the store can therefore neither sign
nor hide that a larger head was signed before.

The key is in a file and not in the OS keyring: a recorder that runs from login or on a server
without a desktop often has no unlocked keyring (Secret Service), on macOS every script of the
same Python may read the entry anyway, and a recording that stops because a keyring asks for a
password is worse than what the keyring guards against. So a seal says "made by this account".
"""

from hashlib import blake2b
from pathlib import Path

import platformdirs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from adapters.store.errors import KeyUnusable
from adapters.store.private_files import make_private_folder, write_private
from domain.ledger.checkpoint import (
    Checkpoint,
    Head,
    origin_of,
    parse_checkpoint,
    sign_checkpoint,
)
from domain.ledger.note import Key, NoteRejected, parse_note, signers


def default_folder() -> Path:
    """Where the keys of this account's stores lie."""
    return platformdirs.user_data_path("shipslog", appauthor=False) / "keys"


def is_signature(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the public key made this Ed25519 signature over the data."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """The private key of one store."""

    def __init__(self, folder: Path, store_uuid: str, private: Ed25519PrivateKey) -> None:
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = Key(origin_of(store_uuid), public)
        """The public half."""
        self._private = private
        self._head_file = folder / f"{store_uuid}.head"

    def sign(self, head: Head) -> str:
        """The head as a signed checkpoint."""
        return sign_checkpoint(Checkpoint(self.key.name, head), self.key, self._private.sign)

    def keyed_hash(self, value: str) -> str:
        """Sixteen hex digits that tell equal values from others and cannot be guessed back.

        The key is derived from the private one, so it is the store's own and never in the store.
        """
        secret = self._private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        data = value.encode(errors="backslashreplace")
        return blake2b(data, digest_size=8, key=secret, person=b"shipslog-values").hexdigest()

    def remember(self, note: str) -> None:
        """Keeps the checkpoint as the largest one signed; called once the store has it.

        It is never written before the store has committed, or a crash between the two would look
        like a store that was cut.
        """
        write_private(self._head_file, note.encode(), replace=True)

    def last_signed(self) -> Head | None:
        """The largest head that this key is known to have signed."""
        return remembered(self._head_file, self.key)


def remembered(head_file: Path, key: Key) -> Head | None:
    """The head in a `.head` file, if the key signed it; None where there is none.

    Raises:
        KeyUnusable: the file is there and may not be read.
    """
    try:
        note = parse_note(head_file.read_text(encoding="utf-8"))
        return parse_checkpoint(note.text).head if signers(note, [key], is_signature) else None
    except (FileNotFoundError, NotADirectoryError, NoteRejected, UnicodeDecodeError):
        return None
    except OSError as error:
        raise KeyUnusable(f"{head_file} cannot be read ({error.strerror}).") from error


def load_key(folder: Path, store_uuid: str) -> SigningKey | None:
    """The store's key, or None where this account has none.

    Raises:
        KeyUnusable: the file is there and is not an Ed25519 key that can be read.
    """
    path = folder / f"{store_uuid}.key"
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(f"The signing key {path} cannot be read ({error}).") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(f"The signing key {path} is not an Ed25519 key; restore it.")
    return SigningKey(folder, store_uuid, private)


def load_or_make_key(folder: Path, store_uuid: str) -> SigningKey:
    """The store's key, made at the first call.

    Raises:
        KeyUnusable: the key cannot be read or written.
    """
    if found := load_key(folder, store_uuid):
        return found
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / f"{store_uuid}.key"
    try:
        make_private_folder(folder)
        write_private(path, pem, replace=False)
    except FileExistsError:
        return load_or_make_key(folder, store_uuid)
    except OSError as error:
        raise KeyUnusable(f"The signing key {path} cannot be written ({error}).") from error
    return SigningKey(folder, store_uuid, private)
