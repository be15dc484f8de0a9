"""Reading and writing protobuf messages."""

from contextlib import suppress
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.engines.buildkit import protobuf
from adapters.engines.buildkit.messages import (
    HistoryEvent,
    HistoryRequest,
    ReadContentRequest,
    RpcStatus,
    StatusResponse,
)
from adapters.engines.buildkit.protobuf import Malformed, decode, encode
from tests.adapters.engines.buildkit.recordings import CASES, ENGINES, recorded


class Inner(msgspec.Struct, frozen=True):
    word: Annotated[str, 1] = ""


class Outer(msgspec.Struct, frozen=True):
    number: Annotated[int, 1] = 0
    flag: Annotated[bool, 2] = False
    data: Annotated[bytes, 3] = b""
    inner: Annotated[Inner | None, 4] = None
    many: Annotated[tuple[Inner, ...], 5] = ()
    words: Annotated[tuple[str, ...], 6] = ()
    by_word: Annotated[dict[str, int], 7] = {}
    by_number: Annotated[dict[int, Inner], 16] = {}


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"", Outer()),
        # The examples of https://protobuf.dev/programming-guides/encoding
        (b"\x08\x96\x01", Outer(number=150)),
        (b"\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", Outer(number=-2)),
        (b"\x22\x09\x0a\x07testing", Outer(inner=Inner("testing"))),
        (b"\x10\x01", Outer(flag=True)),
        (b"\x1a\x02\x00\xff", Outer(data=b"\x00\xff")),
        (b"\x2a\x03\x0a\x01a\x2a\x00", Outer(many=(Inner("a"), Inner()))),
        (b"\x32\x01a\x32\x01b", Outer(words=("a", "b"))),
        (b"\x3a\x05\x0a\x01a\x10\x07\x3a\x03\x0a\x01b", Outer(by_word={"a": 7, "b": 0})),
        (
            b"\x82\x01\x07\x08\x02\x12\x03\x0a\x01x\x82\x01\x00",
            Outer(by_number={2: Inner("x"), 0: Inner()}),
        ),
        (b"\x08\x01\x08\x02", Outer(number=2)),
        # Fields that are not named, of each wire type.
        (b"\x78\x01\x7a\x02ab\x79\x00\x00\x00\x00\x00\x00\x00\x00\x7d\x00\x00\x00\x00", Outer()),
        (b"\x32\x02\xff\xfe", Outer(words=("\\xff\\xfe",))),
    ],
)
def test_messages_are_read(data: bytes, read: Outer) -> None:
    assert decode(data, Outer) == read


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x08", "cut short"),
        (b"\x08\x80", "cut short"),
        (b"\x22\x05\x0a", "longer than its message"),
        (b"\x79\x00", "longer than its message"),
        (b"\x0b\x0c", "no wire type 3"),
        (b"\x08" + b"\xff" * 11, "more than ten bytes"),
        (b"\x0a\x01a", "type int was sent as another one"),
        (b"\x20\x01", "type Inner was sent as another one"),
        (b"\x22\x02\x0a\x05", "longer than its message"),
    ],
)
def test_what_is_no_message_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        decode(data, Outer)


def test_more_items_than_any_message_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protobuf, "_MOST_ITEMS", 3)
    assert len(decode(b"\x32\x00" * 3, Outer).words) == 3
    with pytest.raises(Malformed, match=r"more than 3 items of Outer\.words"):
        decode(b"\x32\x00" * 4, Outer)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for kind in (Outer, HistoryEvent, StatusResponse, RpcStatus):
        with suppress(Malformed):
            decode(data, kind)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_a_recorded_message_cut_anywhere_is_read_or_refused(engine: str, case: str) -> None:
    event = recorded(engine, case).event
    for end in range(0, len(event), 7):
        with suppress(Malformed):
            decode(event[:end], HistoryEvent)


@given(st.binary(max_size=40), st.text(max_size=40), st.integers(0, 2**63 - 1), st.booleans())
def test_what_is_written_reads_the_same(data: bytes, word: str, number: int, flag: bool) -> None:
    message = Outer(number=number, flag=flag, data=data)
    assert decode(encode(message), Outer) == message
    assert decode(encode(Inner(word)), Inner) == Inner(word)


def test_requests_are_written_as_buildkit_reads_them() -> None:
    assert encode(HistoryRequest()) == b""
    assert encode(HistoryRequest(active_only=True, early_exit=True)) == b"\x08\x01\x18\x01"
    assert encode(ReadContentRequest("sha256:ab")) == b"\x0a\x09sha256:ab"


def test_only_plain_fields_are_written() -> None:
    with pytest.raises(TypeError, match=r"Outer\.words"):
        encode(Outer(words=("a",)))


def test_a_record_shows_nothing_of_what_it_holds() -> None:
    event = decode(recorded("docker-28.5", "finished").event, HistoryEvent)
    assert "tok-anchor" not in repr(event)
