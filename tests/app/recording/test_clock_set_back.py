"""What is told of objects that were at work while their engine's clock was set back."""

import pytest

from domain.moments import HOUR
from tests.app.recording.conftest import eventually
from tests.faults.promises import wrong_state


@pytest.mark.xfail(
    strict=True, reason="facts are put in order by the engine's clock, also where it went back"
)
def test_what_happens_after_the_clock_was_set_back_counts_as_the_latest(log, fake_engine):
    with log.recorded():
        object_id = fake_engine.create("web")
        fake_engine.start(object_id)
        eventually(log.has_all)
        fake_engine.clock_offset = -HOUR
        eventually(lambda: log.of("recording.clock_stepped"))
        fake_engine.die(object_id, 3)
        eventually(log.has_all)
        eventually(lambda: not wrong_state(log.path, fake_engine), seconds=1)
