import pytest

from domain.questions.exit_codes import meaning


def _said(code, *, out_of_memory=False, asked_to_stop=False):
    return meaning(code, out_of_memory=out_of_memory, asked_to_stop=asked_to_stop)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "an error of the program's own"),
        (125, "the engine itself"),
        (126, "could not be run"),
        (127, "not found"),
        (130, "SIGINT"),
        (134, "SIGABRT"),
        (139, "SIGSEGV"),
        (141, "SIGPIPE"),
        (150, "signal 22"),
        (255, "255"),
    ],
)
def test_known_codes_have_their_meaning(code, words):
    assert words in _said(code)


def test_137_is_told_apart_by_what_else_was_seen():
    assert "want of memory" in _said(137, out_of_memory=True)
    assert "from outside" in _said(137, asked_to_stop=True)
    assert "nobody was seen to ask" in _said(137)


def test_143_says_whether_a_stop_was_seen():
    assert "as a stop asks for" in _said(143, asked_to_stop=True)
    assert "no stop was seen" in _said(143)


def test_another_code_mentions_a_kill_for_memory_that_came_with_it():
    assert "had run out of memory" in _said(1, out_of_memory=True)
