"""Building the columns, loading them, catching up; beside only reading what they are made from."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from adapters.store.reader import Reader, Recorded
from domain.facts.container import ContainerObserved, ContainerStarted, ContainerState
from tests.benchmarks.generate import stored
from tests.benchmarks.table import Row, seconds

_NEW = 1000
_TIMES = 5


class _Until:
    """A store of which the last events are not there yet."""

    def __init__(self, reader: Reader, last: int) -> None:
        self._reader = reader
        self.last = last
        self.more: list[Recorded] = []
        self.uuid = reader.uuid
        self.leaf = reader.leaf

    def head(self) -> int:
        return self.last

    def read(
        self, after: int = 0, *, upto: int | None = None, chunk: int = 5000
    ) -> Iterator[Sequence[Recorded]]:
        yield from self._reader.read(after, upto=self.last, chunk=chunk)
        if self.more:
            yield self.more


def measure(events: int) -> Iterator[Row]:
    """The columns from the store, from their cache, and 1,000 events later."""
    path = stored(events)
    reader = open_reader(path)
    reading = seconds(lambda: sum(len(chunk) for chunk in reader.read()), times=1)
    late = _Until(reader, events - _TIMES * _NEW)
    before = _resident()
    start = perf_counter()
    model = ReadModel.open(late, None)
    building = perf_counter() - start
    yield Row("columns: build", building, "only reading the events", reading, "3-6 s at 1M")
    yield Row("columns: memory", _resident() - before, "", None, "200 MB at 1M", "MB")

    few = seconds(lambda: list(reader.read(events - _NEW)))
    yield Row(
        "columns: 1,000 new events", _catching_up(model, late), "only reading them", few, "5 ms"
    )

    late.more = [_late_fact(reader, events)]
    start = perf_counter()
    assert model.catch_up() == 1
    yield Row("columns: a late fact", perf_counter() - start, "", None, "")

    with tempfile.TemporaryDirectory() as folder:
        kept = ReadModel.open(reader, Path(folder))
        kept.save()
        loading = seconds(lambda: ReadModel.open(reader, Path(folder)))
    yield Row("columns: load", loading, "build", building, "0.3 s at 1M")
    reader.close()


def _catching_up(model: ReadModel, late: _Until) -> float:
    """The shortest of several times; each takes other events in."""
    taken = []
    for _ in range(_TIMES):
        late.last += _NEW
        start = perf_counter()
        assert model.catch_up() == _NEW
        taken.append(perf_counter() - start)
    return min(taken)


def _late_fact(reader: Reader, events: int) -> Recorded:
    """Something that is only known now of a container that was started long ago."""
    chunk = next(reader.read(events // 2))
    started = next(each for each in chunk if isinstance(each.fact, ContainerStarted))
    fact = ContainerObserved(
        occurred_at=started.fact.occurred_at,
        recorded_at=started.fact.recorded_at,
        state=ContainerState.RUNNING,
        health="starting",
    )
    return Recorded(events + 1, started.stream, 1_000_000, fact)


def _resident() -> float:
    """The memory of this process in MB, where the system tells."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
    except FileNotFoundError:
        return 0.0
