"""Plain data as YAML; every text that could mean anything else is quoted."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Node = str | int | float | bool | None | Sequence["Node"] | Mapping[str, "Node"]

_PLAIN = re.compile(r"[a-z][a-z0-9_./-]*")
# Words that YAML 1.1 or 1.2 takes for something else than a text.
_SPECIAL = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
_INDENT = "  "


def yaml_text(node: Mapping[str, Node]) -> str:
    """The data as YAML in blocks, with a newline at its end."""
    return "\n".join(_lines(node)) + "\n"


def _lines(node: Node) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _entry(f"{_scalar(key)}:", value)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            yield from _item(value)


def _entry(head: str, value: Node) -> Iterator[str]:
    if _is_block(value):
        yield head
        for line in _lines(value):
            yield _INDENT + line
    else:
        # A key with nothing after it has no value, as compose writes a variable to pass on.
        yield head if value is None else f"{head} {_scalar(value)}"


def _item(value: Node) -> Iterator[str]:
    if not _is_block(value):
        yield f"- {_scalar(value)}"
        return
    lead = "- "
    for line in _lines(value):
        yield lead + line
        lead = _INDENT


def _is_block(value: Node) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)


def _scalar(value: Node) -> str:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value not in _SPECIAL else _quoted(value)
    # What JSON writes of numbers, truths, nothing and what is empty is YAML too.
    return json.dumps(value)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_letter, text)) + '"'


def _letter(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter == "\n":
        return "\\n"
    if letter.isprintable():
        return letter
    number = ord(letter)
    if number > 0xFFFF:
        return f"\\U{number:08x}"
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
