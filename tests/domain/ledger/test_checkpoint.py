"""A checkpoint says which tree a store had, in three lines and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.checkpoint import (
    Checkpoint,
    Head,
    origin_of,
    parse_checkpoint,
    parse_head,
    sign_checkpoint,
)
from domain.ledger.note import Key, NoteRejected, parse_note

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
heads = st.builds(Head, st.integers(0, 10**18), st.binary(min_size=32, max_size=32))


def test_the_example_of_the_specification_is_read():
    text = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"
    read = parse_checkpoint(text)
    assert (read.origin, read.head.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.text == text


@given(heads)
def test_a_checkpoint_is_read_again_as_it_was_signed(head):
    checkpoint = Checkpoint(origin_of("u"), head)
    note = sign_checkpoint(checkpoint, Key("shipslog/u", b"k" * 32), lambda data: b"s" * 64)
    assert parse_checkpoint(parse_note(note).text) == checkpoint


@given(heads)
def test_a_head_is_read_again_from_what_reports_print(head):
    assert parse_head(f" {head} \n") == head


def test_the_line_in_a_report_is_52_characters_at_a_million_events():
    assert len(str(Head(1_000_000, b"r" * 32))) == 52


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"\n5\n{ROOT}\n",
        f"a\n5\n{ROOT}",
        f"a\n05\n{ROOT}\n",
        f"a\n+5\n{ROOT}\n",
        f"a\n-5\n{ROOT}\n",
        f"a\n٥\n{ROOT}\n",
        f"a\n{'9' * 5000}\n{ROOT}\n",
        f"a\n\n{ROOT}\n",
        f"a b\n5\n{ROOT}\n",
        f"a+b\n5\n{ROOT}\n",
        f"a\n5\n{ROOT[:-1]}\n",
        f"a\n5\n{ROOT[:-2]}J=\n",
        f"a\n5\n{ROOT[4:]}\n",
        f"a\n5\n{ROOT}\nextension\n",
        f"a\n5\n{ROOT}\n\n",
        f"a\r\n5\r\n{ROOT}\r\n",
    ],
)
def test_whatever_is_not_three_lines_of_a_checkpoint_is_rejected(text):
    with pytest.raises(NoteRejected):
        parse_checkpoint(text)


@pytest.mark.parametrize("text", ["", "5", ROOT, f"5  {ROOT}", f"05 {ROOT}", f"5 {ROOT} x"])
def test_what_is_no_size_and_root_is_no_head(text):
    with pytest.raises(NoteRejected):
        parse_head(text)
