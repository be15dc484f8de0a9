"""Which object a person means by a name, a reference, an id or the beginning of an id."""

from collections.abc import Sequence

from domain.errors import ShipslogError
from domain.identity import BUILD, CONTAINER, ENGINE, IMAGE, NETWORK, REFERENCE, VOLUME, short_id
from domain.moments import FOREVER
from domain.questions.history import History
from domain.questions.printing import printable
from domain.references import familiar

_KINDS = (CONTAINER, REFERENCE, IMAGE, NETWORK, VOLUME, ENGINE, BUILD)
"""The kinds in the order in which they are tried."""
_NAMED_ONLY = (REFERENCE, VOLUME, ENGINE)
"""Kinds whose objects have no id besides their name."""
_SHORTEST_PREFIX = 2
_MOST_CANDIDATES = 8


def find_subject(
    history: History,
    text: str,
    *,
    moment: int | None = None,
    kinds: Sequence[str] = _KINDS,
    engine: str | None = None,
) -> int:
    """The number of the object that the text means.

    A full id wins over a name, a name over the beginning of an id, and a container over an image
    or a reference of the same name. Among containers that bore the same name one that is there
    at the moment (by default: now) wins, else the last one that was. `image=`, `container=` and
    so on before the text say which kind is meant.

    Raises:
        ShipslogError: the text means nothing or several things; the sentence names them.
    """
    wanted, kinds = _kind_before(text, kinds)
    at = FOREVER - 1 if moment is None else moment
    groups = [
        [each for each in history.objects_of(kind) if _is_of(history, each, engine)]
        for kind in kinds
    ]
    for means in (_with_id, _with_name, _with_prefix):
        found = means(history, groups, wanted, at)
        if len(found) == 1:
            return found[0]
        if found:
            raise ShipslogError(_ambiguous(history, text, found, at))
    kind = kinds[0] if len(kinds) == 1 else "object"
    raise ShipslogError(f"The history knows no {kind} {text!r}; `shipslog log` shows what it has.")


def _kind_before(text: str, kinds: Sequence[str]) -> tuple[str, Sequence[str]]:
    kind, equals, rest = text.partition("=")
    return (rest, (kind,)) if equals and kind in kinds else (text, kinds)


def _is_of(history: History, subject: int, engine: str | None) -> bool:
    return engine is None or history.identity_of(subject).engine == engine


def _with_id(history: History, groups: list[list[int]], text: str, at: int) -> list[int]:
    wanted = {text, f"sha256:{text}"}
    for group in groups:
        found = [each for each in group if history.identity_of(each).object_id in wanted]
        if found and history.identity_of(found[0]).kind != REFERENCE:
            return _there_or_last(history, found, at)
    return []


def _with_name(history: History, groups: list[list[int]], text: str, at: int) -> list[int]:
    reference = familiar(text) if text else text
    for group in groups:
        found = [
            each
            for each in group
            if not {reference, text}.isdisjoint(history.names_of(each))
            or text.removeprefix("/") in history.names_of(each)
        ]
        bearing = [each for each in found if history.name_of(each, at) in (text, reference)]
        if found:
            return _there_or_last(history, bearing or found, at)
    return []


def _there_or_last(history: History, found: list[int], at: int) -> list[int]:
    """Those that are there at the moment, else on each engine the one that came last."""
    there = history.there_at(at)
    if known := [each for each in found if each in there]:
        return known
    last: dict[str, int] = {}
    for each in sorted(found, key=lambda each: (history.first_known(each), each)):
        last[history.identity_of(each).engine] = each
    return list(last.values())


def _with_prefix(history: History, groups: list[list[int]], text: str, at: int) -> list[int]:
    prefix = text.removeprefix("sha256:").lower()
    if len(prefix) < _SHORTEST_PREFIX:
        return []
    found = [
        each
        for group in groups
        for each in group
        if history.identity_of(each).kind not in _NAMED_ONLY
        and history.identity_of(each).object_id.removeprefix("sha256:").startswith(prefix)
    ]
    # What the engine does not name a build by goes by the id of the image that it gave.
    images = {history.identity_of(each)[1:] for each in found if _kind(history, each) == IMAGE}
    return [
        each
        for each in found
        if _kind(history, each) != BUILD or history.identity_of(each)[1:] not in images
    ]


def _kind(history: History, subject: int) -> str:
    return history.identity_of(subject).kind


def _ambiguous(history: History, text: str, found: list[int], at: int) -> str:
    shown = [_candidate(history, each, at) for each in found[:_MOST_CANDIDATES]]
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    return f"{text!r} can mean {', '.join(shown)}{more}; say which by its id or its engine."


def _candidate(history: History, subject: int, at: int) -> str:
    kind, engine, object_id = history.identity_of(subject)
    name = history.name_of(subject, at)
    short = object_id if kind in _NAMED_ONLY else short_id(object_id)
    called = f" ({name})" if name not in (short, object_id) else ""
    return printable(f"{kind} {short}{called} on {history.engine_name(engine)}")
