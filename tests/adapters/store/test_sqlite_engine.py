"""A SQLite that can lose committed events in WAL mode is not used in WAL mode."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from adapters.store.sqlite_engine import SQLITE, choose, has_sound_wal

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CONTRACT = ("test_writing.py", "test_reading.py")


def sqlite(version: str) -> ModuleType:
    module = ModuleType(f"sqlite_{version}")
    module.sqlite_version = version
    return module


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ("3.6.23", True),
        ("3.7.0", False),
        ("3.40.1", False),
        ("3.44.5", False),
        ("3.44.6", True),
        ("3.45.0", False),
        ("3.50.6", False),
        ("3.50.7", True),
        ("3.51.0", False),
        ("3.51.2", False),
        ("3.51.3", True),
        ("3.53.4", True),
        ("4.0.0", True),
    ],
)
def test_the_versions_with_the_fault_are_known(version, sound):
    assert has_sound_wal(tuple(map(int, version.split(".")))) is sound
    chosen = choose([sqlite(version)])
    assert chosen.journal_mode == ("wal" if sound else "delete")
    assert version in str(chosen)


def test_the_first_sound_one_is_chosen_and_pythons_own_where_none_is():
    own, other = sqlite("3.40.1"), sqlite("3.53.4")
    assert choose([own, other]).dbapi is other
    assert choose([sqlite("3.52.0"), other]).version == (3, 52, 0)
    assert choose([own, sqlite("3.41.0")]).dbapi is own


def test_a_store_uses_the_journal_that_was_chosen_and_waits_for_the_disk(writer):
    with writer._datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == SQLITE.journal_mode
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 3, "not EXTRA"


WITHOUT_PYSQLITE = """
import sys
sys.modules["pysqlite3"] = None
from adapters.store.sqlite_engine import SQLITE, has_sound_wal
import sqlite3
assert SQLITE.dbapi is sqlite3
print("affected" if not SQLITE.sound_wal else "sound")
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""


def test_everything_works_alike_on_pythons_own_sqlite():
    tests = ["-k", "not whatever_fails", *map(str, map(HERE.joinpath, CONTRACT))]
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYSQLITE, *tests],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "passed" in ran.stdout


STORE_IN_DELETE_MODE = """
import sys
sys.modules["pysqlite3"] = None
from pathlib import Path
from adapters.store import sqlite_engine
from adapters.store.opening import create_or_open
from tests.adapters.store.sample import entries
writer = create_or_open(Path(sys.argv[1]), now=1, keys=Path(sys.argv[2]))
print(writer.append(entries(3, writer.head())))
writer.close()
print(sqlite_engine.SQLITE.journal_mode)
"""


def test_a_store_may_be_written_by_one_sqlite_after_the_other(opened, place, keys):
    for first in (1, 7):
        writer = opened()
        assert writer.append(list_of_three(first)) == [first, first + 1, first + 2]
        writer.close()
        ran = subprocess.run(
            [sys.executable, "-c", STORE_IN_DELETE_MODE, place, keys],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert str([first + 3, first + 4, first + 5]) in ran.stdout


def list_of_three(first: int):
    from tests.adapters.store.sample import entries

    return entries(3, first - 1)
