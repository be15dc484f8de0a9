"""Command lines as text that a POSIX shell, bash or zsh reads back exactly."""

import shlex
from collections.abc import Sequence

# A tab that is pasted into a shell completes names.
_HARMLESS = "\n"
_INDENT = " \\\n  "
_SHORT = 80


def quoted(word: str) -> str:
    """The word as the shell must be given it.

    What a terminal would obey is written as `$'\\x1b'`, which bash, zsh and ksh understand.
    """
    if all(each.isprintable() or each in _HARMLESS for each in word):
        return shlex.quote(word)
    return "$'" + "".join(map(_escaped, word)) + "'"


def _escaped(letter: str) -> str:
    if letter in "\\'":
        return f"\\{letter}"
    if letter.isprintable() or letter in _HARMLESS:
        return letter
    # Three octal digits end by themselves; `\\x1` would take a digit that follows along.
    return "".join(f"\\{byte:03o}" for byte in letter.encode(errors="surrogatepass"))


def command_text(groups: Sequence[Sequence[str]]) -> str:
    """A command; a long one has each group of its words on a line of its own."""
    lines = [" ".join(map(quoted, words)) for words in groups if words]
    whole = " ".join(lines)
    return whole if len(whole) <= _SHORT and "\n" not in whole else _INDENT.join(lines)
