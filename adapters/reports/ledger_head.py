"""The head of a store's ledger: how many events it has and the root over them."""

from pathlib import Path

from adapters.store.opening import connect_to_read
from adapters.store.sqlite_engine import faults_as_sentences
from domain.ledger.checkpoint import Head
from domain.ledger.merkle import Frontier


def ledger_head(store: Path) -> Head | None:
    """The head as the store states it; None where it states none that can be read.

    Raises:
        ShipslogError: the file cannot be read.
    """
    path = store.expanduser().absolute()
    connection = connect_to_read(path)
    try:
        with faults_as_sentences(path):
            row = connection.execute("SELECT size, hashes FROM frontier").fetchone()
    finally:
        connection.close()
    try:
        size, hashes = row
        return Head(int(size), Frontier.decode(int(size), bytes(hashes)).root())
    except (TypeError, ValueError):
        return None
