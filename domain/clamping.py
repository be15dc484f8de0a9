"""Texts of bounded length: what is stored is stored for ever, and read by every command.

A container's author may give it labels of megabytes, and a hundred thousand of them.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

LONGEST_TEXT = 256 * 1024
"""Characters; the longest label seen in the wild has 50,000."""

MOST_NAMED = 1_000
"""Labels or attributes of one object; the most seen in the wild are 60."""

LEFT_OUT = "«cut»"
"""The name under which stands how many labels were left out."""

_CUT = "«cut: "

S = TypeVar("S", bound=msgspec.Struct)


def clamped(text: str) -> str:
    """The text, or its beginning with its length and SHA-256 where it is too long."""
    if len(text) <= LONGEST_TEXT or was_cut(text):
        return text
    digest = hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()
    return f"{text[:LONGEST_TEXT]}{_CUT}{len(text):,} characters, sha256 {digest}»"


def was_cut(text: str) -> bool:
    """Whether `clamped` made the text."""
    return len(text) > LONGEST_TEXT and text.startswith(_CUT, LONGEST_TEXT)


def fewer(named: Mapping[str, str]) -> dict[str, str]:
    """The first labels by name, and how many were left out where there are too many."""
    if len(named) <= MOST_NAMED or LEFT_OUT in named:
        return dict(named)
    kept = {name: named[name] for name in sorted(named)[:MOST_NAMED]}
    return kept | {LEFT_OUT: f"{len(named) - MOST_NAMED:,} more"}


def bounded(fact: S) -> S:
    """The struct with all its texts clamped; nearly always the same one."""
    if len(_encode(fact)) <= LONGEST_TEXT:
        return fact
    return msgspec.convert(_clamped_value(msgspec.to_builtins(fact)), type(fact))


def _encode(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        # Lone surrogates, which the store escapes.
        return str(msgspec.to_builtins(value)).encode(errors="backslashreplace")


def _clamped_value(value: Any) -> Any:
    match value:
        case str():
            return clamped(value)
        case dict():
            return {clamped(key): _clamped_value(item) for key, item in value.items()}
        case list() | tuple():
            return [_clamped_value(item) for item in value]
    return value
