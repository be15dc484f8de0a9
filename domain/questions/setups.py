"""How containers were set up, read from the store for those that a question is about."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from domain.facts.container import Configuration, ContainerConfigured
from domain.questions.history import History
from domain.questions.show import Reading

_NO_SETUP = frozenset({"redacted"})
_CONFIG_HASH = "com.docker.compose.config-hash"


class Setups(NamedTuple):
    """How one container was set up at first, and at last: an update changes it."""

    first: Configuration
    last: Configuration


def configurations(
    history: History, reading: Reading, containers: Iterable[int]
) -> dict[int, Setups]:
    """How the containers were set up, as far as they were inspected."""
    chosen = list(containers)
    events = history.events_of((ContainerConfigured,), chosen) if chosen else []
    subjects = {event.position: event.subject for event in events}
    found: dict[int, Setups] = {}
    for each in reading(list(subjects)):
        if isinstance(each.fact, ContainerConfigured):
            told = each.fact.configuration
            known = found.get(subjects[each.position])
            found[subjects[each.position]] = Setups(known.first if known else told, told)
    return found


def changed_setup(
    history: History, known: Mapping[int, Setups], before: int, after: int
) -> list[str] | None:
    """What is set up otherwise in the second container; None where that cannot be told.

    Where one was not inspected Compose's hash tells whether anything is, but not what.
    """
    if before in known and after in known:
        return _differences(
            _own(known[before].last, history.identity_of(before).object_id),
            _own(known[after].first, history.identity_of(after).object_id),
        )
    records = history.container_record(before), history.container_record(after)
    hashes = [None if each is None else each.labels.get(_CONFIG_HASH) for each in records]
    if None in hashes:
        return None
    return [] if hashes[0] == hashes[1] else ["configuration"]


def _differences(before: Configuration, after: Configuration) -> list[str]:
    return [
        name
        for name in Configuration.__struct_fields__
        if name not in _NO_SETUP and getattr(before, name) != getattr(after, name)
    ]


def _own(configuration: Configuration, container_id: str) -> Configuration:
    """The configuration without the host name that the engine made of the id."""
    made_up = container_id.startswith(configuration.hostname)
    return msgspec.structs.replace(configuration, hostname="") if made_up else configuration
