"""The state at a moment and the text filter, beside DuckDB on the same columns."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np

from adapters.readmodel import History, ReadModel
from adapters.readmodel.search import find_events
from adapters.store.opening import open_reader
from domain.facts import FACTS
from domain.questions.filters import parse_filter
from tests.benchmarks.generate import stored
from tests.benchmarks.table import Row, each_seconds, seconds

_MOMENTS = 300


def measure(events: int) -> Iterator[Row]:
    """What was live at random moments, with all its columns; what a filter lets through."""
    reader = open_reader(stored(events))
    folder = Path(tempfile.gettempdir()) / "shipslog-benchmarks"
    history = ReadModel.open(reader, folder).history
    peer = _duckdb(history)
    yield from _states(history, peer)
    yield from _filters(history, peer)
    peer.close()
    reader.close()


def _duckdb(history: History) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    spans = dict(history.container_spans.columns)
    spans["until"] = spans.pop("end")
    names = np.array([history.name_of(subject) for subject in range(history.count)], object)
    log = {
        "moment": history.occurred_at,
        "topic": np.array([fact.TOPIC for fact in FACTS], object)[history.topic],
        "name": names[history.subject],
    }
    for name, columns in (("spans", spans), ("log", log)):
        connection.register("given", columns)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        connection.unregister("given")
    return connection


def _states(history: History, peer: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    moments = np.random.default_rng(1).integers(history.start, history.end, _MOMENTS).tolist()
    query = 'SELECT * FROM spans WHERE "start" <= ? AND until > ?'

    def ours(moment: int) -> object:
        spans = history.container_spans
        rows = spans.live(moment)
        return [column[rows] for column in spans.columns.values()]

    def peers(moment: int) -> object:
        return peer.execute(query, [moment, moment]).fetchnumpy()

    for moment in moments[:5]:
        found = peer.execute(query, [moment, moment]).fetchall()
        assert len(found) == len(history.container_spans.live(moment))
    median, worst = each_seconds(ours, moments)
    peer_median, peer_worst = each_seconds(peers, moments[: _MOMENTS // 5])
    yield Row("state at T: median", median, "DuckDB", peer_median, "faster")
    yield Row("state at T: p99", worst, "DuckDB", peer_worst, "1 ms at 1M")


def _filters(history: History, peer: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    asked = {
        "filter: shop-web": ("shop-web", "name ILIKE '%shop-web%'"),
        "filter: event=die": ("event=die", "topic = 'container.exited'"),
        "filter: /shop-(web|api)-[12]/": (
            "/shop-(web|api)-[12]/",
            "regexp_matches(name, 'shop-(web|api)-[12]')",
        ),
    }
    for work, (text, condition) in asked.items():
        wanted = parse_filter(text)
        query = f"SELECT rowid FROM log WHERE {condition} ORDER BY moment"
        ours = seconds(lambda wanted=wanted: find_events(history, wanted))
        peers = seconds(lambda query=query: peer.execute(query).fetchnumpy())
        yield Row(work, ours, "DuckDB", peers, "50 ms at 1M")
