import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.engines.events import LONGEST_LINE, LineTooLong, api_moment, split_lines
from tests.properties import thorough

TEXT = '{"a":"front – ⚓"}\n\n{"b":"日本"}\r\n{"c":1}\n'.encode()
LINES = ['{"a":"front – ⚓"}'.encode(), b"", '{"b":"日本"}'.encode(), b'{"c":1}']


@pytest.mark.parametrize("size", range(1, len(TEXT) + 1))
def test_chunks_of_any_size_give_the_same_lines(size):
    chunks = [TEXT[start : start + size] for start in range(0, len(TEXT), size)]
    assert list(split_lines(chunks)) == LINES


lines = st.lists(st.binary(max_size=8).filter(lambda line: b"\n" not in line), max_size=8)
cuts = st.lists(st.integers(0, 80), max_size=10)


def cut(text: bytes, places: list[int]) -> list[bytes]:
    """The text, cut at these places; some pieces may be empty."""
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@thorough
@given(lines, cuts)
def test_any_chunking_gives_the_same_lines(whole, places):
    text = b"".join(line + b"\n" for line in whole)
    assert list(split_lines(cut(text, places))) == [line.strip(b"\x1e\r \t") for line in whole]


@thorough
@given(lines, cuts, st.binary(min_size=1, max_size=8).filter(lambda rest: b"\n" not in rest))
def test_a_last_line_without_an_end_counts_only_where_it_is_wanted(whole, places, rest):
    text = b"".join(line + b"\n" for line in whole) + rest
    chunks = cut(text, places)
    assert len(list(split_lines(chunks))) == len(whole)
    assert len(list(split_lines(chunks, keep_last=True))) == len(whole) + 1


def test_nothing_gives_no_lines():
    assert list(split_lines([])) == []
    assert list(split_lines([b"", b""], keep_last=True)) == []
    assert list(split_lines([b"\n"], keep_last=True)) == [b""]


def test_the_mark_of_a_json_sequence_is_left_away():
    assert list(split_lines([b'\x1e{"a":1}\n\x1e{"b":2}\n'])) == [b'{"a":1}', b'{"b":2}']


def test_a_line_may_be_as_long_as_any_event():
    line = b"x" * LONGEST_LINE
    assert list(split_lines([line, b"\n"])) == [line]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_line_without_end_is_no_event_stream(size):
    given_out = 0

    def endless():
        nonlocal given_out
        while True:
            given_out += size
            yield b"x" * size

    with pytest.raises(LineTooLong, match="100 bytes"):
        list(split_lines(endless(), 100))
    assert given_out <= 100 + size


def test_what_comes_before_a_line_without_end_is_given():
    reading = split_lines([b"a\nb\n", b"x" * 101], 100)
    assert [next(reading), next(reading)] == [b"a", b"b"]
    with pytest.raises(LineTooLong):
        next(reading)


def test_a_line_that_is_too_long_can_be_passed_over():
    passed_over = []
    chunks = [b"a\n", b"x" * 60, b"x" * 60, b"x" * 60 + b"\nb\n", b"y" * 200 + b"\nc"]
    read = split_lines(chunks, 100, keep_last=True, too_long=lambda: passed_over.append(1))
    assert list(read) == [b"a", b"b", b"c"]
    assert len(passed_over) == 2


def test_a_last_line_that_is_too_long_is_passed_over_too():
    passed_over = []
    chunks = [b"a\n", b"x" * 101]
    read = split_lines(chunks, 100, keep_last=True, too_long=lambda: passed_over.append(1))
    assert list(read) == [b"a"]
    assert len(passed_over) == 1


def test_what_never_ends_is_given_up_even_where_long_lines_are_passed_over():
    endless = (b"x" * 1000 for _ in range(10_000_000))
    with pytest.raises(LineTooLong):
        list(split_lines(endless, 1000, too_long=lambda: None))


def test_a_long_line_in_many_small_pieces_is_put_together_in_one_go():
    pieces = [b"x" * 16] * (LONGEST_LINE // 32)
    began = time.process_time()
    (line,) = split_lines([*pieces, b"\n"])
    # 0.1 s; adding each piece to all before it took 50 s.
    assert time.process_time() - began < 5.0
    assert len(line) == LONGEST_LINE // 2


@given(st.integers(0, 2**63 - 1))
def test_a_moment_reaches_the_engine_exactly(moment):
    seconds, _, nanoseconds = api_moment(moment).partition(".")
    assert len(nanoseconds) == 9
    assert int(seconds) * 10**9 + int(nanoseconds) == moment


def test_a_moment_is_written_as_engines_read_it():
    assert api_moment(1_795_435_200_000_000_007) == "1795435200.000000007"
    assert api_moment(0) == "0.000000000"
