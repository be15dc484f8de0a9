"""What can be wrong with a store, each as a sentence for the person."""

from domain.errors import ShipslogError


class StoreMissing(ShipslogError):
    """There is no file at the store's path."""


class NotAStore(ShipslogError):
    """The file is something else, or has parts that no store of Shipslog has."""


class StoreNewer(ShipslogError):
    """A later version of Shipslog wrote the store."""


class StoreDamaged(ShipslogError):
    """The file is a store, and parts of it cannot be read or do not fit together."""


class StoreBusy(ShipslogError):
    """Another process keeps the store locked."""


class StoreUnwritable(ShipslogError):
    """The store could not be written: disk full, read-only, or a fault of the disk."""


class StoreMoved(ShipslogError):
    """The file under the writer was moved, replaced or deleted."""


class Conflict(ShipslogError):
    """A stream has that version already, or an engine's event is stored already."""


class Held(ShipslogError):
    """Another recorder writes into the store."""


class LockGone(ShipslogError):
    """The file that the recorder's lock is on is gone, so that another recorder could start."""


class KeyUnusable(ShipslogError):
    """The store's signing key cannot be read or made."""
