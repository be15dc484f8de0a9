import pytest

from adapters.reports.visible import shortened, visible, without_controls


@pytest.mark.parametrize("plain", ["web-1", "café", "日本語", "shop/web:1.2", "", "a b", "👩‍🚀"[0]])
def test_ordinary_text_stays_as_it_is(plain):
    assert visible(plain) == plain


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("safe\rfake", "safe\\rfake"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x9b31m", "\\x9b31m"),
        ("del\x7f", "del\\x7f"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u2028b", "a\\u2028b"),
        ("\ud800", "\\ud800"),
        ("nul\0", "nul\\x00"),
    ],
)
def test_what_could_trick_a_terminal_is_shown_as_a_symbol(hostile, shown):
    assert visible(hostile) == shown


def test_every_control_and_bidirectional_mark_is_covered():
    marks = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    for code in marks:
        assert chr(code) not in visible(f"x{chr(code)}y"), hex(code)


def test_control_characters_of_a_cell_become_their_number():
    assert without_controls("a\0b\x1bc\n") == "a\\x00b\\x1bc\\x0a"


def test_a_long_text_says_how_much_of_it_is_left_out():
    assert shortened("abc", 3) == "abc"
    assert shortened("x" * 5000, 4000) == "x" * 4000 + "… (1,000 more characters)"
