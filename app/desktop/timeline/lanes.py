"""Lanes of the timeline and the rows in which they are listed: engine, group, lane."""

from bisect import insort
from collections.abc import Iterable, Mapping, Set
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
REFERENCES = "References"

_Order = tuple[bool, str, int]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the rows of its lanes in reading order."""

    name: str
    key: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """All lanes in reading order; a snapshot that does not change."""

    engines: tuple[tuple[str, tuple[int, ...], tuple[Group, ...]], ...]
    """(engine key, the engine's own lanes, its groups)."""

    def rows(self, names: Mapping[str, str], folded: Set[str] = frozenset()) -> list[Row]:
        """The rows to show; what is under a folded heading is left out."""
        rows: list[Row] = []
        for engine, own, groups in sorted(
            self.engines, key=lambda each: (names.get(each[0], ""), each[0])
        ):
            rows.append(_engine_row(engine, own, groups, names, engine in folded))
            if engine not in folded:
                for group in groups:
                    rows.append(_group_row(engine, group, group.key in folded))
                    if group.key not in folded:
                        rows += group.rows
        return rows


class OutlineBook:
    """Sorts lanes in as they become known, which costs by what is new."""

    def __init__(self) -> None:
        self._own: dict[str, list[int]] = {}
        self._groups: dict[str, dict[str, list[tuple[_Order, Row]]]] = {}
        self._frozen: dict[tuple[str, str], Group] = {}

    def add(self, lane: Lane) -> None:
        """Takes a lane in."""
        groups = self._groups.setdefault(lane.engine, {})
        own = self._own.setdefault(lane.engine, [])
        if lane.kind is LaneKind.ENGINE:
            own.append(lane.number)
            return
        order = (lane.kind is not LaneKind.IMAGES, lane.label.casefold(), lane.number)
        insort(groups.setdefault(lane.group, []), (order, _lane_row(lane)), key=_order)
        self._frozen.pop((lane.engine, lane.group), None)

    def outline(self) -> Outline:
        """The lanes as they are sorted now."""
        return Outline(
            tuple(
                (
                    engine,
                    tuple(own),
                    tuple(
                        self._group(engine, name)
                        for name in sorted(self._groups[engine], key=_group_order)
                    ),
                )
                for engine, own in self._own.items()
            )
        )

    def _group(self, engine: str, name: str) -> Group:
        key = (engine, name)
        if key not in self._frozen:
            rows = tuple(row for _, row in self._groups[engine][name])
            self._frozen[key] = Group(name, f"{engine}/{name}", rows)
        return self._frozen[key]


def outline_of(lanes: Iterable[Lane]) -> Outline:
    """The outline of lanes that are all known."""
    book = OutlineBook()
    for lane in lanes:
        book.add(lane)
    return book.outline()


def _engine_row(
    engine: str,
    own: tuple[int, ...],
    groups: tuple[Group, ...],
    names: Mapping[str, str],
    folded: bool,
) -> Row:
    under = (lane for group in groups for row in group.rows for lane in row.lanes)
    return Row(
        RowKind.ENGINE,
        engine,
        names.get(engine) or engine,
        engine,
        (*own, *under) if folded else own,
        0,
        LaneKind.ENGINE,
        folded,
        sum(len(group.rows) for group in groups),
    )


def _group_row(engine: str, group: Group, folded: bool) -> Row:
    lanes = tuple(lane for row in group.rows for lane in row.lanes) if folded else ()
    first = group.rows[0].lane_kind
    return Row(
        RowKind.GROUP,
        group.key,
        group.name,
        engine,
        lanes,
        1,
        first,
        folded,
        len(group.rows),
    )


def _lane_row(lane: Lane) -> Row:
    return Row(
        RowKind.LANE,
        f"{lane.engine}/{lane.group}/{lane.kind}/{lane.label}",
        lane.label.removeprefix(f"{lane.group}-"),
        lane.engine,
        (lane.number,),
        2,
        lane.kind,
        title=lane.label,
    )


def _order(entry: tuple[_Order, Row]) -> _Order:
    return entry[0]


def _group_order(group: str) -> tuple[int, str]:
    """Projects by name, then containers of no project, then references."""
    return ({NO_PROJECT: 1, REFERENCES: 2}.get(group, 0), group.casefold())
