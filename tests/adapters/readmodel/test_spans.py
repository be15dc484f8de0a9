"""Laws of spans: keyframes find what a look at every row finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.readmodel import spans as module
from adapters.readmodel.columns import Column, Table, TimeOrder
from adapters.readmodel.spans import Spans, span_columns
from domain.moments import FOREVER

ROWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15) | st.none()), max_size=30)


@pytest.fixture(autouse=True, scope="module")
def keyframe_every_few_rows():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "KEYFRAME_EVERY", 4)
        yield


def added(spans: Spans, rows: list[tuple[int, int | None]]) -> None:
    starts = [start for start, _ in rows]
    ends = [FOREVER if length is None else start + length for start, length in rows]
    first = len(spans)
    spans.add(
        {
            "object": np.arange(first, first + len(rows), dtype=np.int32),
            "start": np.array(starts, np.int64),
            "end": np.array(ends, np.int64),
        }
    )


@given(st.lists(ROWS, min_size=1, max_size=4), st.data())
def test_what_is_live_is_what_a_look_at_every_row_finds(batches, data) -> None:
    spans = Spans(Table.empty(span_columns({})))
    for rows in batches:
        added(spans, rows)
        still = np.flatnonzero(spans.table["end"] == FOREVER)
        ended = [row for row in still.tolist() if data.draw(st.booleans())]
        spans.set_end(np.array(ended, np.int64), spans.table["start"][ended] + 3)
    view = spans.view()
    for moment in range(60):
        covering = (view.start <= moment) & (view.end > moment)
        assert sorted(view.live(moment)) == np.flatnonzero(covering).tolist()


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_a_view_does_not_change_when_spans_are_added_and_ended(batches) -> None:
    spans, seen = Spans(Table.empty(span_columns({}))), []
    for rows in batches:
        added(spans, rows)
        view = spans.view()
        seen.append((view, [view.live(moment).tolist() for moment in range(60)]))
        still = np.flatnonzero(spans.table["end"] == FOREVER)
        spans.set_end(still, spans.table["start"][still])
    for view, live in seen:
        assert [view.live(moment).tolist() for moment in range(60)] == live


@given(st.lists(st.lists(st.integers(-5, 5), max_size=12), max_size=5))
def test_rows_are_ordered_by_moment_and_then_by_number(batches: list[list[int]]) -> None:
    order = TimeOrder()
    for batch in batches:
        order.insert(np.array(batch, np.int64))
    moments = np.array([moment for batch in batches for moment in batch], np.int64)
    assert order.rows.view.tolist() == np.argsort(moments, kind="stable").tolist()
    assert order.moments.view.tolist() == sorted(moments.tolist())


def test_a_column_grows_without_changing_what_was_seen_of_it() -> None:
    column = Column(np.int32)
    column.append(np.arange(1000, dtype=np.int32))
    seen = column.view
    column.replace_from(500, np.zeros(3000, np.int32))
    column.set_at(np.array([0]), 7)
    assert seen.tolist() == list(range(1000))
    assert (len(column), column.view[0], column.view[499], column.view[500]) == (3500, 7, 499, 0)
