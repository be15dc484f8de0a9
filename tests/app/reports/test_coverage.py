from app.reports.coverage import engines, gaps, without
from app.reports.period import Period
from domain.moments import HOUR, MINUTE
from tests.app.story import END, MORNING


def test_holes_are_cut_out_of_stretches():
    assert without([(0, 10)], [(2, 3), (5, 7)]) == [(0, 2), (3, 5), (7, 10)]
    assert without([(0, 10)], [(-5, 2), (9, 12)]) == [(2, 9)]
    assert without([(0, 10)], [(0, 10)]) == []
    assert without([(0, 10)], []) == [(0, 10)]


def test_stretches_that_overlap_count_once():
    assert without([(0, 5), (3, 10), (20, 30)], []) == [(0, 10), (20, 30)]


def test_the_share_is_what_was_recorded_of_the_period(opened):
    _, history = opened()
    (engine,) = engines(history, Period(MORNING, END))
    assert engine.watched == (
        (MORNING, MORNING + 40 * MINUTE),
        (MORNING + 50 * MINUTE, END),
    )
    assert engine.share == 110 / 120


def test_a_period_inside_a_gap_was_not_recorded_at_all(opened):
    _, history = opened()
    (engine,) = engines(history, Period(MORNING + 42 * MINUTE, MORNING + 48 * MINUTE))
    assert engine.share == 0


def test_gaps_that_reach_into_the_period_are_listed(opened):
    reader, history = opened()
    (gap,) = gaps(reader, history, Period(MORNING + 45 * MINUTE, END)).rows
    assert (gap.engine, gap.cause) == ("laptop", "recorder_off")
    assert gap.evidence == "the recorder was stopped"
    assert gaps(reader, history, Period(MORNING + HOUR, END)).total == 0


def test_a_gap_without_a_known_start_has_none(opened):
    reader, history = opened()
    (gap,) = gaps(reader, history, Period(MORNING - HOUR, MORNING + 1)).rows
    assert gap.start is None
