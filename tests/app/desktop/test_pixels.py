"""What the timeline draws, exactly and for any events."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from adapters.store.reader import Recorded
from app.desktop.theme import TONE_CODE, Tone
from app.desktop.timeline.frame import frame_of
from app.desktop.timeline.history_source import index_of
from app.desktop.timeline.lane_book import LaneBook
from app.desktop.timeline.lane_spans import NOTHING, LaneSpans
from app.desktop.timeline.lanes import outline_of
from app.desktop.timeline.look import priorities
from app.desktop.timeline.pixels import Window, event_pixels, span_pixels
from app.desktop.timeline.source import NO_NOTE, Spans
from app.desktop.timeline.time_pyramid import TimePyramid
from tests.app.desktop.synthetic import lanes_of

RUNNING, FAILED = TONE_CODE[Tone.RUNNING], TONE_CODE[Tone.FAILED]


def spans(*rows: tuple[int, int, int, int]) -> Spans:
    """(lane, start, end, tone) each."""
    lane, start, end, tone = zip(*rows, strict=True) if rows else ((), (), (), ())
    count = len(rows)
    return Spans(
        np.array(lane, np.int32),
        np.array(start, np.int64),
        np.array(end, np.int64),
        np.array(tone, np.uint8),
        np.arange(count, dtype=np.int32),
        np.full(count, NO_NOTE, np.int32),
    )


def tones(table: Spans, lanes: int, window: Window) -> list[list[int]]:
    """The tone of each pixel of each lane."""
    asked = np.arange(lanes, dtype=np.int32)
    visible = LaneSpans(table, lanes).visible(asked, window.start, window.end)
    return span_pixels([visible], lanes, window, priorities()).tolist()


def test_a_state_covers_its_pixels_and_nothing_else():
    window = Window(0, 100, 10)
    table = spans((0, 20, 50, RUNNING), (1, 0, 2**63 - 1, FAILED))
    none, run, bad = NOTHING, RUNNING, FAILED
    assert tones(table, 2, window) == [[none] * 2 + [run] * 3 + [none] * 5, [bad] * 10]


def test_the_next_state_begins_where_the_last_one_ends():
    table = spans((0, 0, 50, RUNNING), (0, 50, 70, FAILED), (0, 70, 90, RUNNING))
    expected = [RUNNING] * 5 + [FAILED] * 2 + [RUNNING] * 2 + [NOTHING]
    assert tones(table, 1, Window(0, 100, 10)) == [expected]


def test_a_crash_shorter_than_a_pixel_is_seen_in_a_long_life():
    table = spans((0, 0, 501, RUNNING), (0, 501, 502, FAILED), (0, 502, 1000, RUNNING))
    assert tones(table, 1, Window(0, 1000, 10))[0][5] == FAILED


def test_a_short_run_does_not_hide_a_long_failure():
    table = spans((0, 0, 501, FAILED), (0, 501, 502, RUNNING), (0, 502, 1000, FAILED))
    assert tones(table, 1, Window(0, 1000, 10))[0] == [FAILED] * 10


def test_a_state_that_began_before_the_range_is_drawn_from_its_left_edge():
    assert tones(spans((0, -500, 30, RUNNING)), 1, Window(0, 100, 10))[0][:4] == [
        RUNNING, RUNNING, RUNNING, NOTHING,
    ]  # fmt: skip


events = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 10**12), st.integers(0, 3)), max_size=300
)


@settings(max_examples=150, deadline=None)
@given(
    events=events,
    start=st.integers(0, 10**12),
    length=st.integers(1_000, 2 * 10**12),
    width=st.integers(5, 900),
)
def test_decimation_never_loses_or_invents_a_bad_event(events, start, length, width):
    window = Window(start, start + length, width)
    lane, time, severity = (
        np.array(column, kind)
        for column, kind in zip(
            zip(*events, strict=True) if events else ((), (), ()),
            (np.int32, np.int64, np.uint8),
            strict=True,
        )
    )
    pyramid = TimePyramid(lane, time, severity, 4)
    asked = np.arange(4, dtype=np.int32)
    part = pyramid.slice(asked, window.start, window.end, window.step)
    drawn = event_pixels([part], 4, window)
    inside = (time >= window.start) & (time < window.end)
    for each in np.flatnonzero(inside & (severity == 3)):
        column = min(int((time[each] - start) / window.step), width - 1)
        near = drawn.worst[lane[each], max(column - 1, 0) : column + 2]
        assert near.max() == 3
    for row, column in zip(*np.nonzero(drawn.worst == 3), strict=True):
        around = start + np.array([column - 1.5, column + 2.5]) * window.step
        mine = (lane == row) & (severity == 3)
        assert np.any(mine & (time >= around[0]) & (time <= around[1]))


@settings(max_examples=60, deadline=None)
@given(events=events, width=st.integers(5, 900))
def test_every_event_is_counted_at_every_resolution(events, width):
    lane = np.array([each[0] for each in events], np.int32)
    time = np.array([each[1] for each in events], np.int64)
    pyramid = TimePyramid(lane, time, np.zeros(len(events), np.uint8), 4)
    for level in pyramid.levels:
        assert int(level.counts.sum()) == len(events)


def test_a_grown_index_draws_the_same_as_one_built_at_once(fleet_store: Path):
    reader = open_reader(fleet_store)
    facts = [fact for chunk in reader.read() for fact in chunk]
    reader.close()
    told = Told(facts[:-300])
    model = ReadModel.open(told, None)
    book = LaneBook()
    book.update(model.history)
    index = index_of(model.history, book, None)
    for count in (-200, -190, -1, None):
        told.facts = facts[:count]
        model.catch_up()
        book.update(model.history)
        index = index_of(model.history, book, index)
    fresh = index_of(model.history, book, None)
    assert index.sorted_events < fresh.sorted_events
    for zoom in (1, 10, 500):
        length = (fresh.end - fresh.start) // zoom
        window = Window(fresh.end - length, fresh.end + 1, 700)
        first, second = (
            frame_of(each, each.outline.rows(each.engine_names), 0, window)
            for each in (index, fresh)
        )
        assert [row.key for row in first.rows] == [row.key for row in second.rows]
        assert np.array_equal(first.tones, second.tones)
        assert np.array_equal(first.alarms, second.alarms)


class Told:
    """A store that holds as many facts as it is given."""

    uuid = "told"

    def __init__(self, facts: list[Recorded]) -> None:
        self.facts = facts

    def head(self) -> int:
        """The last position."""
        return len(self.facts)

    def read(
        self, after: int = 0, *, upto: int | None = None, chunk: int = 5000
    ) -> Iterator[list[Recorded]]:
        """Everything behind a position."""
        yield self.facts[after:upto]

    def leaf(self, position: int) -> bytes | None:
        """No ledger."""
        return None


def test_lanes_are_listed_under_engine_and_project_with_references_last():
    rows = outline_of(lanes_of(20)).rows({"aaaaaaaaaaaa": "workstation"})
    assert rows[0].label == "workstation"
    assert [row.label for row in rows if row.kind == "group"][-1] == "References"


def test_a_folded_heading_stands_for_all_lanes_under_it():
    lanes = lanes_of(20)
    key = "aaaaaaaaaaaa/project-1"
    folded = outline_of(lanes).rows({}, {key})
    heading = next(row for row in folded if row.key == key)
    assert heading.folded
    assert set(heading.lanes) == {lane.number for lane in lanes if lane.group == "project-1"}
