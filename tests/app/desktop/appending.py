"""A program that appends to a store for as long as it is fed: a recorder for tests.

Run as `python -m tests.app.desktop.appending STORE KEYS`; each line on its standard input is a
number of containers to create, and is answered with the moment of the commit.
"""

import sys
import time
from pathlib import Path

from adapters.store.opening import create_or_open
from domain.facts import Entry
from domain.facts.container import ContainerCreated, ContainerStarted
from domain.identity import CONTAINER, stream_id


def main(store: str, keys: str) -> None:
    """Appends until the input ends."""
    writer = create_or_open(Path(store), now=time.time_ns(), keys=Path(keys))
    made = 0
    for line in sys.stdin:
        entries = []
        for _ in range(int(line)):
            made += 1
            stream = stream_id(CONTAINER, "abcdefabcdef", f"{time.time_ns():064x}")
            now = time.time_ns()
            both = {"occurred_at": now, "recorded_at": now}
            created = ContainerCreated(**both, name=f"live-{made}", image="live:latest")
            entries.append(Entry(stream, 1, created))
            entries.append(Entry(stream, 2, ContainerStarted(**both)))
        writer.append(entries)
        print(time.time_ns(), flush=True)
    writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
