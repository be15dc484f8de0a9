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
        lives = _lives(history) if history.count - known > _MANY else _life_of(history)
        for number in range(known, history.count):
            kind, engine, _ = history.identity_of(number)
            if kind == CONTAINER:
                lane = self._container(history, number, *lives(number))
            elif kind == REFERENCE:
                name = history.identity_of(number).object_id
                lane = self._lane(LaneKind.REFERENCE, engine, REFERENCES, name)
            elif kind in (IMAGE, BUILD):
                lane = self._lane(LaneKind.IMAGES, engine, REFERENCES, "all images")
            else:
                lane = self._lane(LaneKind.ENGINE, engine, "", "")
            self._of_object.append(lane)

    def _container(self, history: History, number: int, birth: int, death: int) -> int:
        engine = history.identity_of(number).engine
        record = history.container_record(number)
        labels = record.labels if record is not None else {}
        names = history.names_of(number)
        name = _TEMPORARY_PREFIX.sub("", names[0]) if names else history.short(number)
        project, service = project_of(labels), service_of(labels, name)
        group = project or NO_PROJECT
        if labels.get(_ONE_OFF) == "True":
            return self._shared_lane(engine, group, f"{service} (run)", birth, death)
        if project and (place := labels.get(_PLACE)):
            return self._lane(LaneKind.CONTAINER, engine, group, f"{service}-{place}")
        if project or not _INVENTED_NAME.fullmatch(name):
            return self._lane(LaneKind.CONTAINER, engine, group, name)
        image = familiar(record.typed) if record is not None and record.typed else name
        return self._shared_lane(engine, group, f"{image} (unnamed)", birth, death)

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
