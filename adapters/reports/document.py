"""What a history report says, as values: gathered once, written in any format.

Moments are nanoseconds since the epoch; None means that it is not known.
"""

from typing import Generic, TypeVar

import msgspec

from domain.questions.lineage import Lineage

RowT = TypeVar("RowT")


class Listing(msgspec.Struct, Generic[RowT], frozen=True):
    """Rows of a table, of which a very long one holds only the first."""

    rows: tuple[RowT, ...] = ()
    total: int = 0

    @property
    def left_out(self) -> int:
        """How many rows there are besides those listed."""
        return self.total - len(self.rows)


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What the report is about and where it comes from."""

    store: str
    store_id: str
    since: int
    until: int
    asked_since: str | None
    """As the person wrote it; None where the history's own beginning was taken."""
    asked_until: str | None
    made_at: int
    release: str


class EngineCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the period a recorder watched one engine."""

    name: str
    key: str
    endpoint: str
    flavour: str
    version: str
    watched: tuple[tuple[int, int], ...]
    """Stretches with a recorder, cut to the period."""
    watched_ns: int
    period_ns: int

    @property
    def share(self) -> float:
        """The watched part of the period, 0 to 1."""
        return self.watched_ns / self.period_ns if self.period_ns > 0 else 0.0


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch in which events may have happened that nobody recorded."""

    engine: str
    start: int | None
    end: int
    cause: str
    evidence: str = ""


class ContainerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A container at a moment."""

    name: str
    id: str
    engine: str
    state: str
    image: str
    version: int | None
    image_id: str | None
    health: str | None
    exit_code: int | None
    started_at: int | None


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What was there at one moment."""

    at: int
    containers: Listing[ContainerRow]
    running: int
    images: int
    references: int


class MadeFrom(msgspec.Struct, frozen=True):
    """A container that was made from an image version."""

    name: str
    id: str


class VersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a reference."""

    number: int
    image_id: str
    since: int
    until: int | None
    how: str
    origin: str
    containers: Listing[MadeFrom]


class ReferenceVersions(msgspec.Struct, frozen=True, kw_only=True):
    """A reference and its versions that were there in the period."""

    reference: str
    engine: str
    versions: Listing[VersionRow]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """An event that changed what was there."""

    position: int
    at: int
    engine: str
    type: str
    subject: str
    detail: str
    origin: str


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """Something that went wrong."""

    position: int
    at: int
    engine: str
    container: str
    image: str
    what: str
    meaning: str


class Troubled(msgspec.Struct, frozen=True, kw_only=True):
    """How often things went wrong with the containers of one name."""

    container: str
    engine: str
    bad_exits: int
    out_of_memory: int
    unhealthy: int


class Integrity(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said of the history's own soundness."""

    result: str | None
    """One of verify's results; None where the report was made without verifying."""
    statement: tuple[str, ...]
    events: int
    sealed: int | None
    head: str | None
    """Number of events and Merkle root: whoever keeps it can later prove a change."""


class Segment(msgspec.Struct, frozen=True):
    """A stretch of a lane: a container's running or stopped time, coloured by image version."""

    start: int
    end: int
    color: int
    running: bool
    label: str


class Lane(msgspec.Struct, frozen=True):
    """One line of the drawn timeline: the containers of one service."""

    label: str
    segments: tuple[Segment, ...]


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What the drawn timeline shows."""

    quiet: tuple[int, ...]
    notable: tuple[int, ...]
    bad: tuple[int, ...]
    """Events by severity in equal parts of the period."""
    lanes: tuple[Lane, ...]
    lanes_left_out: int


class HistoryReport(msgspec.Struct, frozen=True, kw_only=True):
    """A whole history report."""

    scope: Scope
    events: int
    engines: tuple[EngineCoverage, ...]
    gaps: Listing[Gap]
    start: Inventory
    end: Inventory
    references: Listing[ReferenceVersions]
    changes: Listing[Change]
    incidents: Listing[Incident]
    troubled: Listing[Troubled]
    integrity: Integrity
    overview: Overview
    lineage: Lineage | None
    """What was there at the end and what it came from; None where that is too much to draw."""
