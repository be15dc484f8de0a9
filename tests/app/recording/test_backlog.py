"""What waits to be stored waits in order, in little memory, and in no readable file."""

import threading
import tracemalloc
from pathlib import Path
from queue import Empty

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recording.backlog import Backlog
from app.recording.messages import Arrived, Lost, SurveyFailed

A, B = object(), object()


def arrived(number: int, size: int = 100) -> Arrived:
    return Arrived(f"{number:0{size}}".encode(), number)


def taken(backlog: Backlog[object]) -> list[tuple[object, object]]:
    found = []
    while True:
        try:
            found.append(backlog.get_nowait())
        except Empty:
            return found


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from([A, B]),
        st.one_of(
            st.builds(Arrived, st.binary(max_size=900), st.integers(0, 2**62)),
            st.builds(SurveyFailed, st.just("not now"), st.integers(0, 2**62)),
        ),
    )
)


@given(
    parts=st.lists(st.tuples(MESSAGES, st.integers(0, 10))), most=st.sampled_from([0, 600, 9000])
)
def test_all_comes_out_as_it_went_in_however_little_fits_into_memory(parts, most):
    backlog: Backlog[object] = Backlog(most)
    into, out = [], []
    for messages, takes in parts:
        for item in messages:
            backlog.put(item)
            into.append(item)
        for _ in range(min(takes, len(into) - len(out))):
            out.append(backlog.get_nowait())
    out += taken(backlog)
    assert out == into


def test_who_waits_is_woken_and_who_waited_in_vain_is_told():
    backlog: Backlog[object] = Backlog()
    with pytest.raises(Empty):
        backlog.get(0.01)
    threading.Timer(0.05, backlog.put, [(A, arrived(1))]).start()
    assert backlog.get(5.0) == (A, arrived(1))


def test_a_hundred_thousand_events_wait_in_little_memory():
    backlog: Backlog[object] = Backlog(1_000_000)
    tracemalloc.start()
    for number in range(100_000):
        backlog.put((A if number % 50 else B, arrived(number, size=400)))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 4_000_000
    assert [message.at for _, message in taken(backlog)] == list(range(100_000))


def test_the_file_has_no_name_and_nothing_in_it_can_be_read(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    backlog: Backlog[object] = Backlog(0)
    line = b'{"Action":"exec_create: mysql -pS3cr3t"}'
    for number in range(100):
        backlog.put((A, Arrived(line, number)))
    assert list(tmp_path.iterdir()) == []
    assert backlog._file is not None
    backlog._file._file.seek(0)
    written = backlog._file._file.read()
    assert len(written) > 100 * len(line)
    assert b"S3cr3t" not in written
    assert b"exec" not in written


def test_its_room_is_given_back_once_all_is_taken():
    backlog: Backlog[object] = Backlog(0)
    for number in range(10):
        backlog.put((A, arrived(number)))
    assert backlog._file is not None
    taken(backlog)
    assert backlog._file is None


def test_where_no_file_takes_them_lines_are_given_up_and_that_is_said_once(monkeypatch):
    backlog: Backlog[object] = Backlog(1000)
    backlog.put((A, arrived(0)))

    def refuse(**_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("tempfile.TemporaryFile", refuse)
        for number in range(1, 50):
            backlog.put((A, arrived(number, 900)))
    backlog.put((A, arrived(50, 900)))
    messages = [message for _, message in taken(backlog)]
    assert [type(message) for message in messages] == [Arrived, Lost, Arrived]
    assert "No space left" in messages[1].reason
    assert messages[2].at == 50
