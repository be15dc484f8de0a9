"""Which object is drawn on which lane; grows with the history and never moves anything."""

import re
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from app.desktop.timeline.lanes import NO_PROJECT, REFERENCES, Lane, LaneKind, Outline, OutlineBook
from domain.identity import BUILD, CONTAINER, IMAGE, REFERENCE
from domain.moments import FOREVER
from domain.questions.services import project_of, service_of
from domain.references import familiar

_INVENTED_NAME = re.compile(r"[a-z]+_[a-z]+\d?")
"""Names that Docker makes up, `boring_wozniak`; each lives once, so they share lanes by image."""

_TEMPORARY_PREFIX = re.compile(r"^[0-9a-f]{12}_")
"""While compose replaces a container the new one is called `<id of the old one>_<name>`."""
_PLACE = "com.docker.compose.container-number"
_ONE_OFF = "com.docker.compose.oneoff"

_TELLING = (".project", ".service", ".service.name", ".namespace", ".container-number", ".oneoff")
"""How the labels end that name projects, services and places."""
_MANY = 200
"""So many new objects are looked at together rather than one by one."""
Lives = Callable[[int], tuple[int, int]]


class LaneBook:
    """Gives each object its lane, in the order in which the store first mentions them.

    Containers that take one place of a service in turn, or bear one name in turn, share a
    lane. One-off runs of a service share lanes, as many as run at the same time, and so do
    containers that nobody named, by image.
    """

    def __init__(self) -> None:
        self.lanes: list[Lane] = []
        self._numbers: dict[tuple[LaneKind, str, str, str], int] = {}
        self._of_object: list[int] = []
        self._outline = OutlineBook()
        self._free_from: dict[int, int] = {}
        self._telling: dict[int, tuple[str, str]] = {}
        """Label pairs that decide about lanes, by their number in the history."""
        self._pairs_seen = 0
        self._labelled: dict[tuple[int, ...], tuple[str | None, str, str, bool]] = {}
        self._shared: dict[tuple[str, str, str], list[int]] = defaultdict(list)

    def lane_of_object(self) -> npt.NDArray[np.int32]:
        """The lane of each object, -1 for none."""
        return np.array(self._of_object, np.int32)

    def outline(self) -> Outline:
        """The lanes in reading order."""
        return self._outline.outline()

    def update(self, history: History) -> None:
        """Takes in the objects that are new in the history."""
        known = len(self._of_object)
        if known == history.count:
            return
        self._read_labels(history)
        lives = _lives(history) if history.count - known > _MANY else _life_of(history)
        for number in range(known, history.count):
            kind, engine, _ = history.identity_of(number)
            if kind == CONTAINER:
                lane = self._container(history, number, lives)
            elif kind == REFERENCE:
                name = history.identity_of(number).object_id
                lane = self._lane(LaneKind.REFERENCE, engine, REFERENCES, name)
            elif kind in (IMAGE, BUILD):
                lane = self._lane(LaneKind.IMAGES, engine, REFERENCES, "all images")
            else:
                lane = self._lane(LaneKind.ENGINE, engine, "", "")
            self._of_object.append(lane)

    def _read_labels(self, history: History) -> None:
        pairs = history.objects.pairs.pairs
        for number in range(self._pairs_seen, len(pairs)):
            if pairs[number][0].endswith(_TELLING):
                self._telling[number] = pairs[number]
        self._pairs_seen = len(pairs)

    def _container(self, history: History, number: int, lives: Lives) -> int:
        engine = history.identity_of(number).engine
        objects = history.objects
        notes = objects.containers.get(number)
        names = objects.names.get(number)
        name = history.texts[names[0][2]] if names else history.short(number)
        name = _TEMPORARY_PREFIX.sub("", name)
        telling = self._telling
        codes = tuple(filter(telling.__contains__, notes.labels)) if notes is not None else ()
        labelled = self._labelled.get(codes)
        if labelled is None:
            labelled = self._labelled[codes] = _labelled(dict(map(telling.__getitem__, codes)))
        project, service, place, one_off = labelled
        group = project or NO_PROJECT
        if one_off:
            return self._shared_lane(engine, group, f"{service or name} (run)", *lives(number))
        if project and place:
            return self._lane(LaneKind.CONTAINER, engine, group, f"{service or name}-{place}")
        if project or not _INVENTED_NAME.fullmatch(name):
            return self._lane(LaneKind.CONTAINER, engine, group, name)
        typed = history.texts[notes.typed] if notes is not None else ""
        label = f"{familiar(typed) if typed else name} (unnamed)"
        return self._shared_lane(engine, group, label, *lives(number))

    def _shared_lane(self, engine: str, group: str, label: str, birth: int, death: int) -> int:
        lanes = self._shared[engine, group, label]
        for lane in lanes:
            if self._free_from[lane] <= birth:
                break
        else:
            which = f" {len(lanes) + 1}" if lanes else ""
            lane = self._lane(LaneKind.CONTAINER, engine, group, label + which)
            lanes.append(lane)
        self._free_from[lane] = death
        return lane

    def _lane(self, kind: LaneKind, engine: str, group: str, label: str) -> int:
        key = (kind, engine, group, label)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.lanes)
            lane = Lane(number, kind, engine, group, label)
            self.lanes.append(lane)
            self._outline.add(lane)
        return number


def _labelled(labels: dict[str, str]) -> tuple[str | None, str, str, bool]:
    """(project, service, number in the service, whether it is a one-off run), as labels say."""
    one_off = labels.get(_ONE_OFF) == "True"
    return project_of(labels), service_of(labels, ""), labels.get(_PLACE, ""), one_off


def _lives(history: History) -> Lives:
    """From when to when each container was there, found for all at once."""
    births = np.full(history.count, FOREVER, np.int64)
    deaths = np.zeros(history.count, np.int64)
    spans = history.container_spans
    counted = spans.end > spans.start
    np.minimum.at(births, spans.object[counted], spans.start[counted])
    np.maximum.at(deaths, spans.object[counted], spans.end[counted])
    return lambda number: (int(births[number]), int(deaths[number]))


def _life_of(history: History) -> Lives:
    """The same, found for one at a time."""

    def life(number: int) -> tuple[int, int]:
        stretches = history.life_of(number)
        return (stretches[0].start, stretches[-1].end) if stretches else (FOREVER, 0)

    return life
