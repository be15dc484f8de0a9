"""What others say of a failure, made fit for one sentence to a person."""

import re

_MOST = 300
_UNSEEN = re.compile(r"(?is)<(head|style|script)\b.*?(</\1>|$)|<!--.*?(-->|$)")
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


def plain_words(text: str) -> str:
    """The text on one line of at most 300 characters, without markup and control characters."""
    shown = _TAG.sub(" ", _UNSEEN.sub(" ", text))
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in shown).split())
    return line if len(line) <= _MOST else f"{line[:_MOST]}…"
