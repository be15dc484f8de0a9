"""Taking out of a builder's texts what it was given in confidence.

BuildKit keeps the values of build arguments in clear, and writes them into the names of steps:
`RUN login $TOKEN` is told as `RUN login s3cret`. They are put back to `$TOKEN` here, before any
text leaves the adapter. What the redaction of the caller takes out comes on top.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping

Redact = Callable[[str], str]
"""Gives a text without its secrets; of several lines, too."""

Pair = tuple[str, str]
"""A name and a value."""

_USER_IN_URL = re.compile(r"(?<=://)[^/\s@]*@")
_SETTING = re.compile(r"^[ \t]*(?:ARG|ENV)[ \t]+(.+)$", re.IGNORECASE | re.MULTILINE)
_PAIR = re.compile(r"""(?<!\w)(\w++)=("[^"]*"|'[^']*'|\S+)""")
_OLD_PAIR = re.compile(r"\A(\w++)[ \t]+(.+)")
_CONTINUED = re.compile(r"[\\`][ \t]*\r?\n")

_SHORTEST = 4
"""Characters of a value that is looked for; `2` and `dev` stand in many texts for other reasons."""

_MOST_LINES = 200
_MOST_SETTINGS = 2_000
_MOST_FORMS = 5_000
_LONGEST_TEXT = 512 * 1024
"""What is looked for is bounded, as all that a build may send; no build comes near."""

_NO_SECRETS = frozenset({"true", "false"})
_ARGUMENT = "build-arg:"


def without_user(text: str) -> str:
    """The text with user and password taken out of its URLs."""
    return _USER_IN_URL.sub("", text)


def argument_values(frontend_attrs: Mapping[str, str]) -> list[Pair]:
    """The build arguments, by name."""
    return [
        (name.removeprefix(_ARGUMENT), frontend_attrs[name])
        for name in sorted(frontend_attrs)
        if name.startswith(_ARGUMENT)
    ]


def secret_values(pairs: Iterable[Pair], redact: Redact) -> list[Pair]:
    """Those of the pairs that the caller's redaction does not let through."""
    written = {pair: "=".join(pair) for pair in pairs}
    return [pair for pair, text in written.items() if redact(text) != text]


def settings_of(dockerfile: str) -> list[Pair]:
    """What the ARG and ENV instructions of a Dockerfile set, without quotes."""
    found: list[Pair] = []
    for match in _SETTING.finditer(_CONTINUED.sub(" ", dockerfile)):
        pairs = _PAIR.findall(match[1]) or _OLD_PAIR.findall(match[1])
        found += [(name, value.strip().strip("\"'")) for name, value in pairs]
        if len(found) >= _MOST_SETTINGS:
            break
    return found


def concealer(told: Iterable[Pair], secret: Iterable[Pair], redact: Redact) -> Redact:
    """What takes the values of `told` and `secret` out of a text, and then lets `redact` look.

    Of secret values also the shortest are looked for, though only where they stand alone.
    """
    names = {form: name for name, value in secret for form in _forms(value)}
    for name, value in told:
        for form in _forms(value):
            if len(form) >= _SHORTEST and form not in _NO_SECRETS:
                names.setdefault(form, name)
    forms = sorted(list(names)[:_MOST_FORMS], key=len, reverse=True)

    def conceal(text: str) -> str:
        text = text[:_LONGEST_TEXT]
        present = [_pattern(form) for form in forms if form in text]
        if present:
            # All at once: what is put in must not be taken for a value itself.
            text = re.sub("|".join(present), lambda match: f"${names[match[0]]}", text)
        return redact(without_user(text))

    return conceal


def _pattern(form: str) -> str:
    whole = re.escape(form)
    return whole if len(form) >= _SHORTEST else rf"(?<!\w){whole}(?!\w)"


def _forms(value: str) -> set[str]:
    """The value as it may be found: itself, as a string with escapes, each of its lines."""
    lines = value.splitlines()[:_MOST_LINES]
    return {value, json.dumps(value)[1:-1], *(line.strip() for line in lines)} - {""}
