"""Importing a capture of `docker events`, beside DuckDB reading the same lines into a table."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import duckdb

from tests.benchmarks.captures import capture_lines
from tests.benchmarks.table import Row

# In a process of its own, so that its memory can be told from what else was measured here.
_IMPORT = """
import resource, sys, time
from pathlib import Path
from app.recording.importing import import_files
began = time.perf_counter()
result = import_files(Path(sys.argv[1]), [sys.argv[2]], engine=None, say=print)
took = time.perf_counter() - began
assert not result.broken
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(result.stored, took, memory)
"""


def measure(events: int) -> Iterator[Row]:
    """The whole import: reading, understanding, storing durably, sealing."""
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "capture.jsonl"
        with capture.open("wb") as file:
            file.writelines(capture_lines(events))
        command = [sys.executable, "-c", _IMPORT, str(Path(folder) / "store.db"), str(capture)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        stored, took, memory = done.stdout.split()
        assert int(stored) == events
        peer = _duckdb(capture, Path(folder) / "peer.duckdb")
    seconds = float(took)
    yield Row("import", seconds, "DuckDB, reading JSON into a table", peer, "50 s at 1M")
    yield Row("import: events a second", events / seconds, "", None, "20,000", "ev/s")
    yield Row("import: memory", int(memory) / 1000, "", None, "300 MB", "MB")


def _duckdb(capture: Path, store: Path) -> float:
    began = perf_counter()
    with duckdb.connect(str(store)) as connection:
        connection.execute(
            "CREATE TABLE events AS SELECT * FROM read_json(?, format='newline_delimited')",
            [str(capture)],
        )
    return perf_counter() - began
