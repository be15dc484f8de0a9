"""The filter over events: Docker's own syntax, plain text, and /regular expressions/.

Terms are parted by spaces, quotes keep spaces together. Terms with the same key are alternatives,
terms with different keys must all hold, and so must every plain text and expression:
`type=container event=die event=oom label=com.docker.compose.project=shop web /exit.*137/`.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from domain.errors import UsageError
from domain.questions.actions import SAYS_ACTION, topics_of
from domain.references import familiar

KEYS = ("container", "image", "event", "label", "type", "network", "volume", "scope")
_FIELD = re.compile(r"([a-z]+)=(.*)", re.DOTALL)
_TERM = re.compile(r"""\s*(?:(/(?:\\.|[^/\\])+/)(?=\s|$)|((?:"[^"]*"|'[^']*'|[^\s"'])+))""")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_LONGEST_EXPRESSION = 500


class Filter(msgspec.Struct, frozen=True):
    """What an event must be to be shown; an empty filter lets everything through."""

    fields: dict[str, tuple[str, ...]] = {}
    """By key: the alternatives."""
    texts: tuple[str, ...] = ()
    """Each must occur somewhere, whatever the case of its letters."""
    expressions: tuple[str, ...] = ()
    """Each must match somewhere, whatever the case of the letters."""

    def __bool__(self) -> bool:
        return bool(self.fields or self.texts or self.expressions)


class Candidate(msgspec.Struct, frozen=True):
    """What a filter looks at of an event."""

    topic: str
    kind: str
    """Of the object that the event is about."""
    id: str
    names: tuple[str, ...]
    value: str = ""
    """The particular of the event: a signal, a health, a network, an action without a word."""
    images: tuple[str, ...] = ()
    """Of a container event: the typed image, its id and its references."""
    labels: Mapping[str, str] = {}
    network: str | None = None
    volume: str | None = None
    scope: str = "local"


def parse_filter(text: str) -> Filter:
    """The filter that a person wrote in one line.

    Raises:
        UsageError: a quote is not closed, a key is unknown, or an expression is not one.
    """
    return filter_of(_terms(text))


def filter_of(terms: Sequence[str]) -> Filter:
    """The filter of single terms, such as those of several `--filter` options, without quotes.

    Raises:
        UsageError: a key is unknown, or an expression is not one.
    """
    fields: dict[str, list[str]] = {}
    texts: list[str] = []
    expressions: list[str] = []
    for term in terms:
        match = _FIELD.fullmatch(term)
        if len(term) > 2 and term.startswith("/") and term.endswith("/"):
            expressions.append(_checked(term[1:-1]))
        elif match is None:
            texts.append(term)
        elif match[1] in KEYS:
            fields.setdefault(match[1], []).append(match[2])
        else:
            raise UsageError(f"{match[1]!r} is no filter; use {', '.join(KEYS)}, or plain text.")
    return Filter(
        {key: tuple(values) for key, values in fields.items()}, tuple(texts), tuple(expressions)
    )


def compiled(expression: str) -> re.Pattern[str]:
    """The expression, for searching anywhere in a text."""
    return re.compile(expression, re.IGNORECASE)


def matches(wanted: Filter, candidate: Candidate) -> bool:
    """Whether the event is one that the filter lets through."""
    return (
        all(
            any(TESTS[key](value, candidate) for value in values)
            for key, values in wanted.fields.items()
        )
        and all(
            any(text.casefold() in each.casefold() for each in _words(candidate))
            for text in wanted.texts
        )
        and all(
            any(compiled(expression).search(each) for each in _words(candidate))
            for expression in wanted.expressions
        )
    )


def is_called(value: str, object_id: str, names: tuple[str, ...]) -> bool:
    """Whether the value is the beginning of the id or of a name, as Docker compares them."""
    bare = bare_name(value)
    return object_id.removeprefix("sha256:").startswith(bare) or any(
        name.startswith(bare) for name in names
    )


def bare_name(value: str) -> str:
    """The value without what engines put before names and ids."""
    return value.removeprefix("/").removeprefix("sha256:")


def is_image(value: str, images: tuple[str, ...]) -> bool:
    """Whether one of the image's names or ids is meant; a name without a tag means every tag."""
    repository, _, tag = value.rpartition(":")
    every_tag = not repository or "/" in tag
    for image in images:
        known = familiar(image)
        if value == image or familiar(value) == known:
            return True
        if image.startswith("sha256:"):
            digits = value.removeprefix("sha256:")
            if len(digits) >= 2 and image.removeprefix("sha256:").startswith(digits):
                return True
        elif every_tag and "@" not in value and known.rpartition(":")[0] == _repository(value):
            return True
    return False


def has_label(value: str, labels: Mapping[str, str]) -> bool:
    """Whether the label is there (`key`), with that value (`key=value`)."""
    key, equals, wanted = value.partition("=")
    return key in labels and (not equals or labels[key] == wanted)


def is_event(value: str, topic: str, said: str) -> bool:
    """Whether the event goes by that word: Docker's action, or the name that Shipslog gives it.

    `health_status` means every health, `health_status: unhealthy` that one.
    """
    action, _, rest = value.partition(":")
    if topic in topics_of(action.strip()):
        return not rest.strip() or rest.strip() == said
    return topic in SAYS_ACTION and value in (said, said.partition(" ")[2])


def topics_told_apart(key: str, value: str) -> frozenset[str]:
    """The topics for which `event=` or `type=` has to look at the particular of each event."""
    if key == "type":
        return frozenset({"engine.reported"})
    action, _, rest = value.partition(":")
    return SAYS_ACTION | topics_of(action.strip()) if rest.strip() else SAYS_ACTION


def is_type(value: str, topic: str, said: str) -> bool:
    """Whether the event is of that type: Docker's, or the first word of Shipslog's own name."""
    if topic == "engine.reported":
        return value in ("engine", said.partition(" ")[0])
    return value in TYPES.get(topic, (topic.partition(".")[0],))


TYPES: dict[str, tuple[str, ...]] = {
    "container.network_connected": ("network",),
    "container.network_disconnected": ("network",),
    "container.volume_mounted": ("volume",),
    "container.volume_unmounted": ("volume",),
    "engine.reconfigured": ("daemon", "engine"),
    "engine.observed": ("daemon", "engine"),
    "image.pulled": ("image", "reference"),
    "image.pushed": ("image", "reference"),
}
"""Types of topics whose first word is not, or not alone, the type."""


def _is_network(value: str, candidate: Candidate) -> bool:
    if candidate.network is not None and candidate.network.startswith(value):
        return True
    return candidate.kind == "network" and is_called(value, candidate.id, candidate.names)


def _is_volume(value: str, candidate: Candidate) -> bool:
    if candidate.volume is not None and candidate.volume.startswith(value):
        return True
    return candidate.kind == "volume" and is_called(value, candidate.id, candidate.names)


def _is_container(value: str, candidate: Candidate) -> bool:
    return candidate.kind == "container" and is_called(value, candidate.id, candidate.names)


TESTS: dict[str, Callable[[str, Candidate], bool]] = {
    "container": _is_container,
    "image": lambda value, candidate: is_image(value, candidate.images),
    "event": lambda value, candidate: is_event(value, candidate.topic, candidate.value),
    "label": lambda value, candidate: has_label(value, candidate.labels),
    "type": lambda value, candidate: is_type(value, candidate.topic, candidate.value),
    "network": _is_network,
    "volume": _is_volume,
    "scope": lambda value, candidate: candidate.scope == value,
}


def _words(candidate: Candidate) -> tuple[str, ...]:
    """Everything that plain text is looked for in."""
    return (candidate.topic, candidate.id, candidate.value, *candidate.names, *candidate.images)


def _repository(value: str) -> str:
    return familiar(value).rpartition(":")[0]


def _terms(text: str) -> list[str]:
    """The terms of a line; within an expression spaces and quotes mean themselves."""
    terms: list[str] = []
    place = 0
    while match := _TERM.match(text, place):
        expression, other = match.groups()
        terms.append(expression or _QUOTED.sub(lambda quoted: quoted[0][1:-1], other))
        place = match.end()
    if text[place:].strip():
        raise UsageError(f"The filter {text!r} has a quote that is not closed.")
    return terms


def _checked(expression: str) -> str:
    if len(expression) > _LONGEST_EXPRESSION:
        raise UsageError(f"The expression is longer than {_LONGEST_EXPRESSION} characters.")
    try:
        compiled(expression)
    except re.error as reason:
        raise UsageError(f"/{expression}/ is no regular expression: {reason}.") from None
    return expression
