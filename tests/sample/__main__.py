"""Makes the bundled sample history again; needs root and what `tests.engines` needs."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from adapters.store.sqlite_engine import connect
from adapters.store.verification import Result, verify
from resources.sample import week
from tests.engines.roots import EngineUnavailable
from tests.engines.running import KINDS, start
from tests.sample.diary import Diary
from tests.sample.week import live

_ENGINE = KINDS["docker-26.1"]


def main() -> int:
    """Makes it; gives the exit code."""
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="shipslog-") as name:
            folder = Path(name)
            with start(_ENGINE, folder / "engine") as engine:
                diary = Diary(engine, folder, lambda line: print(line, flush=True))
                live(diary)
            _close_for_good(diary.store)
            checked = verify(diary.store, key_folder=folder / "nobody", thorough=True)
            if checked.result is not Result.NOT_WITNESSED:
                print(f"{checked.result}: {checked.reason}", file=sys.stderr)
                return 1
            shutil.copyfile(diary.store, week())
    except EngineUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    seconds, size = time.monotonic() - began, week().stat().st_size
    print(f"{checked.events} events, {size / 1e6:.2f} MB, in {seconds:.0f} s")
    return 0


def _close_for_good(store: Path) -> None:
    """Makes the store one compact file without a journal, which can be read where it lies."""
    connection = connect(str(store))
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
