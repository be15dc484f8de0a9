"""The filter box: Docker's own `key=value` words, or any part of a name or id.

The same key twice means either, different keys mean both, as with `docker events --filter`.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from adapters.readmodel.codes import ORIGINS, TOPICS
from domain.errors import UsageError
from domain.identity import CONTAINER, IMAGE, NETWORK, REFERENCE, VOLUME
from domain.references import familiar

Mask = npt.NDArray[np.bool_]

_ACTIONS: dict[str, tuple[str, ...]] = {
    "create": ("container.created", "network.changed", "volume.changed", "image.created"),
    "start": ("container.started",),
    "die": ("container.exited",),
    "stop": ("container.stopped",),
    "kill": ("container.signalled",),
    "oom": ("container.oom",),
    "pause": ("container.paused",),
    "unpause": ("container.unpaused",),
    "restart": ("container.restarted",),
    "rename": ("container.renamed",),
    "update": ("container.updated",),
    "destroy": ("container.removed",),
    "commit": ("container.committed",),
    "health_status": ("container.health_changed",),
    "exec_create": ("container.exec_created",),
    "exec_start": ("container.exec_started",),
    "exec_die": ("container.exec_ended",),
    "export": ("container.exported",),
    "pull": ("image.pulled",),
    "push": ("image.pushed",),
    "tag": ("image.tagged", "reference.pointed"),
    "untag": ("image.untagged", "reference.removed"),
    "delete": ("image.removed",),
    "load": ("image.loaded",),
    "save": ("image.saved",),
    "import": ("image.imported",),
    "prune": ("engine.pruned",),
    "connect": ("container.network_connected",),
    "disconnect": ("container.network_disconnected",),
    "mount": ("container.volume_mounted",),
    "unmount": ("container.volume_unmounted",),
    "reload": ("engine.reconfigured",),
}
KEYS = (
    "container",
    "image",
    "event",
    "label",
    "type",
    "network",
    "volume",
    "engine",
    "severity",
    "origin",
    "project",
    "service",
)
_SEVERITIES = {"quiet": 0, "normal": 1, "notable": 2, "bad": 3}


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter; no key means any part of a name or id."""

    key: str
    value: str


def parse(text: str) -> list[Term]:
    """The words of a filter.

    Raises:
        UsageError: a key is unknown, a quote is open, or a pattern is none.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"The filter cannot be read: {error}.") from error
    return [_term(word) for word in words if word != "--filter"]


def _term(word: str) -> Term:
    key, equals, value = word.removeprefix("--filter=").partition("=")
    if not equals:
        if len(word) > 2 and word.startswith("/") and word.endswith("/"):
            try:
                re.compile(word[1:-1])
            except re.error as error:
                raise UsageError(f"{word} is no pattern: {error}.") from error
        return Term("", word)
    if key not in KEYS:
        raise UsageError(f"{key!r} is no filter; write one of {', '.join(KEYS)}, or a name.")
    if key == "severity" and value not in _SEVERITIES:
        raise UsageError(f"severity is one of {', '.join(_SEVERITIES)}.")
    return Term(key, value)


class EventFilter:
    """Chooses events of one state of the history by terms."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._objects = range(history.count)

    def mask(self, terms: list[Term], first: int = 0) -> Mask:
        """Which events, from number `first` on, every key lets through."""
        history = self._history
        kept = np.ones(history.head - first, np.bool_)
        by_key: dict[str, list[str]] = {}
        for term in terms:
            by_key.setdefault(term.key, []).append(term.value)
        for key, values in by_key.items():
            if key == "":
                for value in values:
                    kept &= self._one(key, value, first)
            else:
                either = np.zeros(len(kept), np.bool_)
                for value in values:
                    either |= self._one(key, value, first)
                kept &= either
        return kept

    def _one(self, key: str, value: str, first: int) -> Mask:
        history = self._history
        if key == "event":
            return _topics(_of_action(value))[history.topic[first:]]
        if key == "severity":
            return history.severity[first:] >= _SEVERITIES[value]
        if key == "origin":
            codes = [code for code, origin in enumerate(ORIGINS) if origin.startswith(value)]
            return np.isin(history.origin[first:], codes)
        if key == "type":
            return _topics(_of_type(value))[history.topic[first:]]
        return self._subjects(self._test(key, value))[history.subject[first:]]

    def _subjects(self, test: Callable[[int], bool]) -> Mask:
        return np.fromiter((test(number) for number in self._objects), np.bool_)

    def _test(self, key: str, value: str) -> Callable[[int], bool]:
        history = self._history
        if key == "engine":
            return lambda number: self._engine_is(number, value)
        if key in ("label", "project", "service"):
            return lambda number: self._label_is(number, key, value)
        if key == "image":
            return lambda number: self._image_is(number, value)
        if key in ("container", "network", "volume"):
            kind = {"container": CONTAINER, "network": NETWORK, "volume": VOLUME}[key]
            return lambda number: (
                history.identity_of(number).kind == kind and self._is_called(number, value)
            )
        pattern = _pattern(value)
        return lambda number: (
            any(
                pattern.search(name)
                for name in (*history.names_of(number), history.name_of(number))
            )
            or history.identity_of(number)
            .object_id.removeprefix("sha256:")
            .startswith(value.removeprefix("sha256:"))
        )

    def _engine_is(self, number: int, value: str) -> bool:
        key = self._history.identity_of(number).engine
        return value in (key, self._history.engine_name(key))

    def _is_called(self, number: int, value: str) -> bool:
        object_id = self._history.identity_of(number).object_id
        return value in self._history.names_of(number) or (
            len(value) >= 4 and object_id.removeprefix("sha256:").startswith(value)
        )

    def _image_is(self, number: int, value: str) -> bool:
        history = self._history
        kind, _, object_id = history.identity_of(number)
        bare = value.removeprefix("sha256:")
        if kind == REFERENCE:
            return object_id == familiar(value) or object_id.rpartition(":")[0] == value
        if kind == IMAGE:
            return object_id.removeprefix("sha256:").startswith(bare)
        record = history.container_record(number) if kind == CONTAINER else None
        return record is not None and familiar(record.typed) == familiar(value)

    def _label_is(self, number: int, key: str, value: str) -> bool:
        if self._history.identity_of(number).kind != CONTAINER:
            return False
        record = self._history.container_record(number)
        if record is None:
            return False
        if key != "label":
            return record.labels.get(f"com.docker.compose.{key}") == value
        name, equals, wanted = value.partition("=")
        return name in record.labels and (not equals or record.labels[name] == wanted)


def _pattern(value: str) -> re.Pattern[str]:
    if len(value) > 2 and value.startswith("/") and value.endswith("/"):
        return re.compile(value[1:-1])
    return re.compile(re.escape(value), re.IGNORECASE)


def _of_action(value: str) -> list[int]:
    action = value.partition(":")[0]
    named = _ACTIONS.get(action, ())
    return [
        code
        for code, topic in enumerate(TOPICS)
        if topic in named or topic == value or topic.partition(".")[2] == value
    ]


def _of_type(value: str) -> list[int]:
    kinds = {"image": ("image", "reference"), "daemon": ("engine", "recording")}.get(
        value, (value,)
    )
    return [code for code, topic in enumerate(TOPICS) if topic.partition(".")[0] in kinds]


def _topics(codes: list[int]) -> Mask:
    table = np.zeros(256, np.bool_)
    table[codes] = True
    return table
