"""Lanes of the timeline and the rows in which they are listed: engine, group, lane."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import StrEnum


class LaneKind(StrEnum):
    """What a lane is about."""

    ENGINE = "engine"
    CONTAINER = "container"
    IMAGES = "images"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of events and states. Containers that follow each other by name share a lane."""

    number: int
    kind: LaneKind
    engine: str
    group: str
    label: str


class RowKind(StrEnum):
    """What a row of the timeline is."""

    ENGINE = "engine"
    GROUP = "group"
    LANE = "lane"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a lane of its own, or a heading that stands for all lanes folded under it."""

    kind: RowKind
    key: str
    label: str
    engine: str
    lanes: tuple[int, ...]
    depth: int
    lane_kind: LaneKind
    folded: bool = False
    count: int = 0
    title: str = ""
    """The whole name, where the label leaves the group's name away."""

    @property
    def foldable(self) -> bool:
        """Whether rows can be folded under this one."""
        return self.kind is not RowKind.LANE and self.count > 0


NO_PROJECT = "Containers"
REFERENCES = "Images and references"


def rows_of(
    lanes: Iterable[Lane], engine_names: dict[str, str], folded: Set[str] = frozenset()
) -> list[Row]:
    """The rows in reading order; what is under a folded heading is left out."""
    rows: list[Row] = []
    for engine, under_engine in sorted(
        _by_engine(lanes).items(), key=lambda item: (engine_names.get(item[0], ""), item[0])
    ):
        own = tuple(lane.number for lane in under_engine if lane.kind is LaneKind.ENGINE)
        others = [lane for lane in under_engine if lane.kind is not LaneKind.ENGINE]
        is_folded = engine in folded
        everything = tuple(lane.number for lane in under_engine)
        rows.append(
            Row(
                RowKind.ENGINE,
                engine,
                engine_names.get(engine) or engine,
                engine,
                everything if is_folded else own,
                0,
                LaneKind.ENGINE,
                is_folded,
                len(others),
            )
        )
        if not is_folded:
            rows += _group_rows(engine, others, folded)
    return rows


def _by_engine(lanes: Iterable[Lane]) -> dict[str, list[Lane]]:
    engines: dict[str, list[Lane]] = {}
    for lane in lanes:
        engines.setdefault(lane.engine, []).append(lane)
    return engines


def _group_rows(engine: str, lanes: list[Lane], folded: Set[str]) -> list[Row]:
    groups: dict[str, list[Lane]] = {}
    for lane in lanes:
        groups.setdefault(lane.group, []).append(lane)
    rows = []
    for group in sorted(groups, key=_group_order):
        members = sorted(groups[group], key=_lane_order)
        key = f"{engine}/{group}"
        is_folded = key in folded
        numbers = tuple(lane.number for lane in members)
        rows.append(
            Row(
                RowKind.GROUP,
                key,
                group,
                engine,
                numbers if is_folded else (),
                1,
                members[0].kind,
                is_folded,
                len(members),
            )
        )
        if not is_folded:
            rows += [
                Row(
                    RowKind.LANE,
                    f"{key}/{lane.kind}/{lane.label}",
                    lane.label.removeprefix(f"{group}-"),
                    engine,
                    (lane.number,),
                    2,
                    lane.kind,
                    title=lane.label,
                )
                for lane in members
            ]
    return rows


def _group_order(group: str) -> tuple[int, str]:
    """Projects by name, then containers of no project, then references."""
    return ({NO_PROJECT: 1, REFERENCES: 2}.get(group, 0), group.casefold())


def _lane_order(lane: Lane) -> tuple[bool, str]:
    return (lane.kind is not LaneKind.IMAGES, lane.label.casefold())
