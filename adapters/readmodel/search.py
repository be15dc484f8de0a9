"""A filter over a million events: names are looked at once each, events only by number.

Gives the same as `domain.questions.filters.matches` for each event's candidate.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from adapters.readmodel import codes
from adapters.readmodel.codes import NONE, TOPICS, UNKNOWN
from adapters.readmodel.columns import Array
from adapters.readmodel.particulars import VALUE_IS_EXIT_CODE, VALUE_IS_IMAGE, VALUE_IS_TEXT
from adapters.readmodel.spans import VOID
from domain.identity import CONTAINER, IMAGE, NETWORK, REFERENCE, VOLUME
from domain.questions import filters
from domain.questions.filters import Candidate, Filter

if TYPE_CHECKING:
    from adapters.readmodel.history import History

Mask = NDArray[np.bool_]

_CONNECTS = ("container.network_connected", "container.network_disconnected")
_MOUNTS = ("container.volume_mounted", "container.volume_unmounted")


def find_events(
    history: "History", wanted: Filter, since: int | None = None, until: int | None = None
) -> Array:
    """The positions of the events that the filter lets through, int32, in the order of time.

    Both moments belong to the stretch; None leaves it open.
    """
    times = history.times_sorted
    first = 0 if since is None else int(times.searchsorted(since, side="left"))
    last = len(times) if until is None else int(times.searchsorted(until, side="right"))
    events = history.by_time[first:last]
    if wanted:
        events = events[event_mask(history, wanted)[events]]
    positions: Array = events + 1
    return positions


def event_mask(history: "History", wanted: Filter) -> Mask:
    """Whether the filter lets each event through, shape (head,)."""
    search = _Search(history)
    mask = np.ones(history.head, np.bool_)
    for key, values in wanted.fields.items():
        alternatives = np.zeros(history.head, np.bool_)
        for value in values:
            alternatives |= search.by_key(key, value)
        mask &= alternatives
    for text in wanted.texts:
        mask &= search.by_word(partial(_contain, text.casefold()))
    for expression in wanted.expressions:
        mask &= search.by_word(partial(_have_match, filters.compiled(expression)))
    return mask


def _contain(needle: str, words: Iterable[str]) -> Mask:
    return np.array([needle in word.casefold() for word in words], np.bool_)


def _have_match(pattern: re.Pattern[str], words: Iterable[str]) -> Mask:
    search = pattern.search
    return np.array([search(word) is not None for word in words], np.bool_)


def candidate_of(history: "History", position: int) -> Candidate:
    """What a filter looks at of one event."""
    event = position - 1
    topic, subject = int(history.topic[event]), int(history.subject[event])
    kind, _, object_id = history.identities[subject]
    text = _value_text(history, topic, int(history.value[event]))
    name = TOPICS[topic]
    return Candidate(
        topic=name,
        kind=kind,
        id=object_id,
        names=tuple(history.names_of(subject)),
        value=text,
        images=_images_of(history, subject, kind, object_id),
        labels=_labels_of(history, subject, kind),
        network=text if name in _CONNECTS else None,
        volume=text if name in _MOUNTS else None,
        scope="swarm" if event in history.swarm else "local",
    )


class _Search:
    """One evaluation; masks over texts and objects are made into masks over events."""

    def __init__(self, history: "History") -> None:
        self._history = history
        self._identities = history.identities[: history.count]
        self._texts = history.texts[:]

    def by_key(self, key: str, value: str) -> Mask:
        """The events that a term of Docker's syntax lets through."""
        history = self._history
        match key:
            case "container":
                return self._called(CONTAINER, value)[history.subject]
            case "network":
                return self._called(NETWORK, value)[history.subject] | self._said(_CONNECTS, value)
            case "volume":
                return self._called(VOLUME, value)[history.subject] | self._said(_MOUNTS, value)
            case "image":
                return self._images(value)[history.subject]
            case "label":
                return self._labels(value)[history.subject]
            case "scope":
                swarm = np.isin(np.arange(history.head), history.swarm)
                return swarm if value == "swarm" else ~swarm & (value == "local")
            case _:
                return self._by_topic(key, value)

    def by_word(self, found: Callable[[Iterable[str]], Mask]) -> Mask:
        """The events with a word for which that holds; `found` looks at many words at once."""
        history = self._history
        texts = found(self._texts)
        ids = found(identity.object_id for identity in self._identities)
        topics = found(TOPICS)
        subjects = ids.copy()
        for pairs in (history.objects.called.columns(), self._typed()):
            self._mark(subjects, pairs, texts)
        self._mark_bound(subjects, ids)
        mask = topics[history.topic] | subjects[history.subject]
        value, topic = history.value, history.topic
        given = value != NONE
        said = np.flatnonzero(VALUE_IS_TEXT[topic] & given)
        mask[said] |= texts[value[said]]
        shown = np.flatnonzero(VALUE_IS_IMAGE[topic] & given)
        mask[shown] |= ids[value[shown]]
        ended = np.flatnonzero(VALUE_IS_EXIT_CODE[topic] & given)
        exits = np.unique(value[ended])
        wanted = exits[found(_exit_text(int(kept)) for kept in exits)]
        if len(wanted):
            mask[ended] |= np.isin(value[ended], wanted)
        return mask

    def _called(self, kind: str, value: str) -> Mask:
        """The objects of a kind that the value names."""
        bare = filters.bare_name(value)
        of_kind: Mask = np.array([identity.kind == kind for identity in self._identities], np.bool_)
        mask: Mask = np.array(
            [
                identity.object_id.removeprefix("sha256:").startswith(bare)
                for identity in self._identities
            ],
            np.bool_,
        )
        called = self._history.objects.called.columns()
        self._mark_if(mask, called, lambda name: name.startswith(bare))
        mask &= of_kind
        return mask

    def _images(self, value: str) -> Mask:
        """The containers, images and references that the value means as an image."""
        identities = self._identities
        ids = np.array(
            [
                identity.kind in (IMAGE, REFERENCE)
                and filters.is_image(value, (identity.object_id,))
                for identity in identities
            ],
            np.bool_,
        )
        mask = ids.copy()
        self._mark_if(
            mask,
            self._typed(),
            lambda typed: filters.is_image(value, (typed,)),
        )
        self._mark_bound(mask, ids)
        return mask

    def _typed(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(containers, codes of the images that were typed), shape (n,) each."""
        # A copy, in one step: the recorder's news may be taken in meanwhile.
        known = list(self._history.objects.containers.items())
        containers = np.fromiter((container for container, _ in known), np.int32, len(known))
        return containers, np.fromiter((notes.typed for _, notes in known), np.int32, len(known))

    def _labels(self, value: str) -> Mask:
        """The containers and images that have the label."""
        history = self._history
        mask = np.zeros(history.count, np.bool_)
        pairs = history.objects.pairs.pairs
        wanted = {code for code, pair in enumerate(pairs) if filters.has_label(value, dict([pair]))}
        for container, notes in list(history.objects.containers.items()):
            if container < history.count:
                mask[container] = not wanted.isdisjoint(notes.labels)
        for image, told in list(history.objects.images.items()):
            if image < history.count:
                mask[image] = filters.has_label(value, told.description.labels)
        return mask

    def _said(self, topics: tuple[str, ...], value: str) -> Mask:
        """The events of these topics whose text begins with the value."""
        history = self._history
        of_topic = np.array([topic in topics for topic in TOPICS])[history.topic]
        mask: Mask = of_topic & (history.value != NONE)
        rows = np.flatnonzero(mask)
        texts = np.array([text.startswith(value) for text in self._texts], np.bool_)
        mask[rows] = texts[history.value[rows]]
        return mask

    def _by_topic(self, key: str, value: str) -> Mask:
        """The events of that word or type; their particulars are only looked at if need be."""
        history = self._history
        holds = filters.is_event if key == "event" else filters.is_type
        mask = np.array([holds(value, topic, "") for topic in TOPICS])[history.topic]
        for topic in filters.topics_told_apart(key, value):
            code = TOPICS.index(topic)
            rows = np.flatnonzero(history.topic == code)
            numbers, places = np.unique(history.value[rows], return_inverse=True)
            texts = [_value_text(history, code, int(number)) for number in numbers]
            mask[rows] = np.array([holds(value, topic, text) for text in texts], np.bool_)[places]
        return mask

    def _mark_if(
        self, mask: Mask, pairs: tuple[Array, Array], found: Callable[[str], bool]
    ) -> None:
        """Marks the objects that go by a text for which that holds."""
        texts = np.zeros(len(self._texts), np.bool_)
        for code in np.unique(pairs[1]).tolist():
            if code < len(texts):
                texts[code] = found(self._texts[code])
        self._mark(mask, pairs, texts)

    def _mark(self, mask: Mask, pairs: tuple[Array, Array], texts: Mask) -> None:
        """Marks the objects that go by one of the texts."""
        subjects, codes_ = pairs
        known = (subjects < len(mask)) & (codes_ < len(texts))
        hit = subjects[known][texts[codes_[known]]]
        mask[hit] = True

    def _mark_bound(self, mask: Mask, ids: Mask) -> None:
        """Marks the containers of marked images and references, and images that they held."""
        history = self._history
        for part in ("image", "reference"):
            bound = history.bound[part][: len(mask)]
            has = bound != UNKNOWN
            mask[: len(bound)][has] |= ids[bound[has]]
        spans = history.reference_spans
        rows = np.flatnonzero((spans.end != VOID) & ids[spans.object])
        mask[spans.image[rows]] = True


def _images_of(history: "History", subject: int, kind: str, object_id: str) -> tuple[str, ...]:
    """What `image=` and plain text find an event of the object by."""
    identities = history.identities
    if kind == CONTAINER:
        notes = history.objects.containers.get(subject)
        image, reference, _ = history.bound_of(subject)
        bound = [identities[each].object_id for each in (image, reference) if each != UNKNOWN]
        return (*(() if notes is None else (history.texts[notes.typed],)), *bound)
    if kind == IMAGE:
        held = dict.fromkeys(reference for reference, _ in history.holders_of(subject))
        return (object_id, *(identities[reference].object_id for reference in held))
    return (object_id,) if kind == REFERENCE else ()


def _labels_of(history: "History", subject: int, kind: str) -> dict[str, str]:
    if kind == CONTAINER and (notes := history.objects.containers.get(subject)) is not None:
        return history.objects.pairs.labels(notes.labels)
    if kind == IMAGE and (description := history.description_of(subject)) is not None:
        return description.labels
    return {}


def _value_text(history: "History", topic: int, value: int) -> str:
    """The particular of an event as a text."""
    if value == NONE:
        return ""
    if VALUE_IS_TEXT[topic]:
        return history.texts[value]
    if VALUE_IS_IMAGE[topic]:
        return history.identities[value].object_id
    return _exit_text(value) if VALUE_IS_EXIT_CODE[topic] else ""


def _exit_text(kept: int) -> str:
    return f"exit code {codes.exit_code_of(kept)}"
