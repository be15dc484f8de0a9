"""What of a container's or image's configuration may be stored: all but its secrets."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.facts.container import Variable
from domain.redaction import KeyedHash, mark, redact, redact_all, redact_words

# Every container has it, and it tells nothing but where programs are.
_ALWAYS_KEPT = frozenset({"PATH"})


# `|2 NAME=value OTHER=value with spaces /bin/sh -c …`: values end where the shell begins, and where
# the shell is another one, with the text.
_ARGUMENTS = re.compile(
    r"(?:^|\s)\|(?P<count>\d{1,3}) (?P<values>.*?)(?= /bin/sh -c |$)", re.DOTALL
)
_ARGUMENT_NAME = re.compile(r"(?:^|\s)([A-Za-z_]\w*)=")


class Concealment(NamedTuple):
    """The person's wishes, and the store's key: what is kept of environment variables."""

    kept: frozenset[str]
    """The names of the variables whose values may be stored."""
    keyed: KeyedHash


class Concealer:
    """Takes the secrets out of one object's configuration and counts them by rule."""

    def __init__(self, concealment: Concealment) -> None:
        self._concealment = concealment
        self._counts: Counter[str] = Counter()

    def variables(self, environment: Sequence[str]) -> tuple[Variable, ...]:
        """Environment variables given as `NAME=value`, by name."""
        variables = [self._variable(*item.partition("=")) for item in environment]
        return tuple(sorted(variables, key=lambda variable: variable.name))

    def _variable(self, name: str, sign: str, value: str) -> Variable:
        if not sign:
            return Variable(name)
        if not value:  # that there is nothing is no secret
            return Variable(name, "", self._concealment.keyed(""))
        if name in self._concealment.kept | _ALWAYS_KEPT:
            return Variable(name, self.text(value), self._concealment.keyed(value))
        self._counts["environment"] += 1
        return Variable(name, None, self._concealment.keyed(value))

    def words(self, words: Sequence[str]) -> tuple[str, ...]:
        """A command line, word by word."""
        clean, counts = redact_words(words)
        self._counts += counts
        return clean

    def text(self, text: str) -> str:
        """A text of any kind."""
        redacted = redact(text)
        self._counts += redacted.counts
        return redacted.text

    def instruction(self, text: str) -> str:
        """An instruction of an image's history, which repeats the values of build arguments."""
        found = _ARGUMENTS.search(text)
        if found is None:
            return self.text(text)
        names = _ARGUMENT_NAME.findall(found["values"])[: int(found["count"])]
        self._counts["build argument"] += len(names)
        concealed = " ".join(f"{name}={mark('build argument')}" for name in names)
        before, after = text[: found.start("values")], text[found.end("values") :]
        return self.text(before) + concealed + self.text(after)

    def named(self, named: Mapping[str, str]) -> dict[str, str]:
        """Labels or options: their names tell which of them are secrets."""
        clean, counts = redact_all(named)
        self._counts += counts
        return clean

    def counted(self) -> dict[str, int]:
        """How much was taken out, by rule."""
        return dict(sorted(self._counts.items()))
