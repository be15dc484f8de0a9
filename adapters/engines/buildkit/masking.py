"""Taking out of a builder's texts what it was given in confidence.

BuildKit keeps the values of build arguments in clear, and writes them into the names of steps:
`RUN login $TOKEN` is told as `RUN login s3cret`. They are put back to `$TOKEN` here, before any
text leaves the adapter. What the redaction of the caller takes out comes on top.
"""

import json
import re
from collections.abc import Callable, Mapping

Redact = Callable[[str], str]
"""Gives a text without its secrets; of several lines, too."""

_USER_IN_URL = re.compile(r"(?<=://)[^/\s@]*@")
_SETTING = re.compile(r"^[ \t]*(?:ARG|ENV)[ \t]+(.+)$", re.IGNORECASE | re.MULTILINE)
_PAIR = re.compile(r"""(\w+)=("[^"]*"|'[^']*'|\S+)""")
_OLD_PAIR = re.compile(r"(\w+)[ \t]+(.+)")

_SHORTEST = 4
"""Characters of a value that is looked for; `2` and `dev` stand in many texts for other reasons."""

_NO_SECRETS = frozenset({"true", "false"})
_ARGUMENT = "build-arg:"


def without_user(text: str) -> str:
    """The text with user and password taken out of its URLs."""
    return _USER_IN_URL.sub("", text)


def argument_values(frontend_attrs: Mapping[str, str]) -> dict[str, str]:
    """The build arguments, by name."""
    return {
        name.removeprefix(_ARGUMENT): value
        for name, value in frontend_attrs.items()
        if name.startswith(_ARGUMENT)
    }


def secret_values(pairs: Mapping[str, str], redact: Redact) -> dict[str, str]:
    """Those of the pairs that the caller's redaction does not let through."""
    written = {name: f"{name}={value}" for name, value in pairs.items()}
    return {name: pairs[name] for name, text in written.items() if redact(text) != text}


def settings_of(dockerfile: str) -> dict[str, str]:
    """What the ARG and ENV instructions of a Dockerfile set, without quotes; one of each name."""
    found: dict[str, str] = {}
    for line in _SETTING.findall(dockerfile):
        pairs = _PAIR.findall(line) or _OLD_PAIR.findall(line)
        found |= {name: value.strip().strip("\"'") for name, value in pairs}
    return found


def concealer(told: Mapping[str, str], secret: Mapping[str, str], redact: Redact) -> Redact:
    """What takes the values of `told` and `secret` out of a text, and then lets `redact` look.

    Of secret values also the shortest are looked for, though only where they stand alone.
    """
    names = {
        form: name
        for name, value in told.items()
        for form in _forms(value)
        if len(form) >= _SHORTEST and form not in _NO_SECRETS
    }
    parts = [re.escape(form) for form in sorted(names, key=len, reverse=True)]
    for name, value in secret.items():
        for form in _forms(value):
            names.setdefault(form, name)
            whole = re.escape(form)
            parts.append(whole if len(form) >= _SHORTEST else rf"(?<!\w){whole}(?!\w)")
    values = re.compile("|".join(parts)) if parts else None

    def conceal(text: str) -> str:
        if values is not None:
            text = values.sub(lambda match: f"${names[match[0]]}", text)
        return redact(without_user(text))

    return conceal


def _forms(value: str) -> set[str]:
    """The value as it may be found: itself, as a string with escapes, each of its lines."""
    forms = {value, json.dumps(value)[1:-1], *(line.strip() for line in value.splitlines())}
    return forms - {""}
