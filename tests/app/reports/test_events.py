import numpy as np

from app.reports.events import lines, read
from app.reports.period import events_in, of_kinds, period_of
from domain.facts.container import ContainerExited, ContainerStarted
from domain.identity import CONTAINER
from tests.app.story import OLD, moment, story


def test_events_come_in_the_order_of_time_not_of_arrival(opened):
    told = story()
    told.tell(CONTAINER, OLD, ContainerExited(**moment(11), exit_code=0))
    reader, history = opened(told)
    events = events_in(history, period_of(history, None, None))
    times = [line.occurred_at for line in lines(reader, history, events)]
    assert times == sorted(times)
    assert len(times) == len(told.entries)


def test_few_events_of_a_long_stretch_are_picked(opened):
    reader, history = opened()
    events = events_in(history, period_of(history, None, None))
    starts = of_kinds(history, events, (ContainerStarted,))
    found = [recorded for part in read(reader, starts) for recorded in part]
    assert [recorded.fact.TOPIC for recorded in found] == ["container.started"] * 4


def test_no_events_are_no_lists(opened):
    reader, _ = opened()
    assert list(read(reader, np.array([], np.int32))) == []
