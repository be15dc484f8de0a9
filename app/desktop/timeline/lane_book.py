"""Which object is drawn on which lane; grows with the history and never moves anything."""

import re
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from app.desktop.timeline.lanes import NO_PROJECT, REFERENCES, Lane, LaneKind
from domain.identity import BUILD, CONTAINER, IMAGE, REFERENCE
from domain.moments import FOREVER
from domain.references import familiar

_INVENTED_NAME = re.compile(r"[a-z]+_[a-z]+\d?")
"""Names that Docker makes up, `boring_wozniak`; each lives once, so they share lanes by image."""


class LaneBook:
    """Gives each object its lane, in the order in which the store first mentions them.

    Containers that bear one name in turn share a lane. Containers nobody named share lanes
    by image, as many as run at the same time.
    """

    def __init__(self) -> None:
        self.lanes: list[Lane] = []
        self._numbers: dict[tuple[LaneKind, str, str, str], int] = {}
        self._of_object: list[int] = []
        self._free_from: dict[int, int] = {}
        self._shared: dict[tuple[str, str], list[int]] = defaultdict(list)

    def lane_of_object(self) -> npt.NDArray[np.int32]:
        """The lane of each object, -1 for none."""
        return np.array(self._of_object, np.int32)

    def update(self, history: History) -> None:
        """Takes in the objects that are new in the history."""
        known = len(self._of_object)
        if known == history.count:
            return
        births, deaths = _lives(history)
        for number in range(known, history.count):
            kind, engine, _ = history.identity_of(number)
            if kind == CONTAINER:
                lane = self._container(history, number, int(births[number]), int(deaths[number]))
            elif kind == REFERENCE:
                name = history.identity_of(number).object_id
                lane = self._lane(LaneKind.REFERENCE, engine, REFERENCES, name)
            elif kind in (IMAGE, BUILD):
                lane = self._lane(LaneKind.IMAGES, engine, REFERENCES, "all images")
            else:
                lane = self._lane(LaneKind.ENGINE, engine, "", "")
            self._of_object.append(lane)

    def _container(self, history: History, number: int, birth: int, death: int) -> int:
        engine, project, _ = history.lane_of(number)
        names = history.names_of(number)
        name = names[0] if names else history.short(number)
        if project or not _INVENTED_NAME.fullmatch(name):
            return self._lane(LaneKind.CONTAINER, engine, project or NO_PROJECT, name)
        record = history.container_record(number)
        image = familiar(record.typed) if record is not None and record.typed else name
        return self._shared_lane(engine, image, birth, death)

    def _shared_lane(self, engine: str, image: str, birth: int, death: int) -> int:
        lanes = self._shared[engine, image]
        for lane in lanes:
            if self._free_from[lane] <= birth:
                break
        else:
            label = f"{image} (unnamed)" if not lanes else f"{image} (unnamed {len(lanes) + 1})"
            lane = self._lane(LaneKind.CONTAINER, engine, NO_PROJECT, label)
            lanes.append(lane)
        self._free_from[lane] = death
        return lane

    def _lane(self, kind: LaneKind, engine: str, group: str, label: str) -> int:
        key = (kind, engine, group, label)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.lanes)
            self.lanes.append(Lane(number, kind, engine, group, label))
        return number


def _lives(history: History) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """From when to when each container was there."""
    births = np.full(history.count, FOREVER, np.int64)
    deaths = np.zeros(history.count, np.int64)
    spans = history.container_spans
    counted = spans.end > spans.start
    np.minimum.at(births, spans.object[counted], spans.start[counted])
    np.maximum.at(deaths, spans.object[counted], spans.end[counted])
    return births, deaths
