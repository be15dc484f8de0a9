"""Where Shipslog keeps its things on this machine: the store, and what it writes about itself."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from domain.errors import ShipslogError

APPLICATION = "shipslog"
STORE_VARIABLE = "SHIPSLOG_STORE"
_STORE_NAME = "shipslog.db"


def default_store() -> Path:
    """The store that is meant when none is named: in the platform's folder for data."""
    return platformdirs.user_data_path(APPLICATION, appauthor=False) / _STORE_NAME


def store_location(given: str | None, environment: Mapping[str, str] | None = None) -> Path:
    """The store's file: as given, else as SHIPSLOG_STORE says, else the default.

    Raises:
        ShipslogError: it is the address of a database server.
    """
    variables = os.environ if environment is None else environment
    text = given or variables.get(STORE_VARIABLE) or ""
    if text.startswith(("postgresql:", "postgres:")):
        # The address is not repeated: it may hold a password.
        raise ShipslogError(
            "Stores in PostgreSQL are not in this release; give --store the path of a file."
        )
    return Path(text).expanduser() if text else default_store()


def recorder_status_file(store: Path) -> Path:
    """The file in which the recorder of a store says how it fares."""
    return store.with_name(store.name + ".recorder.json")


def fault_log() -> Path:
    """The file that keeps the tracebacks of faults that nobody expected."""
    return platformdirs.user_state_path(APPLICATION, appauthor=False) / "faults.log"


def recorder_log() -> Path:
    """The file that a recorder speaks into as a service, where the platform keeps no journal."""
    return platformdirs.user_log_path(APPLICATION, appauthor=False) / "recorder.log"
