"""The tables of `versions` besides its first: how versions fared, and the way back to them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.cli.moments import length, short
from app.cli.state import identifier
from app.cli.tables import Cell, Column, Look, Row
from domain.identity import REFERENCE, stream_id
from domain.moments import MINUTE
from domain.questions.health import Health, health_of_versions
from domain.questions.health import to_json as health_to_json
from domain.questions.show import Reading
from domain.questions.versions import ImageVersion, ReferenceVersions
from domain.questions.way_back import WayBack, WaysBack
from domain.questions.way_back import to_json as way_to_json

if TYPE_CHECKING:
    from adapters.readmodel import History

HEALTH_COLUMNS = (
    Column("VERSION", right=True),
    Column("IMAGE ID", fixed=True),
    Column("FROM", fixed=True),
    Column("CONTAINERS", right=True),
    Column("RAN", right=True),
    Column("CRASHES", right=True),
    Column("OOM KILLS", right=True),
    Column("UNHEALTHY", right=True),
    Column("RESTARTS", right=True),
    Column("HEALTHY AFTER", right=True),
    Column("UNRECORDED", right=True, spare=True),
)
WAY_COLUMNS = (
    Column("VERSION", right=True),
    Column("IMAGE ID", fixed=True),
    Column("FROM", fixed=True),
    Column("TO", fixed=True),
    Column("THERE", fixed=True),
    Column("AS"),
    Column("GONE SINCE", fixed=True),
    Column("BY", fixed=True),
    Column("PULL"),
)


class More:
    """What else `versions` can tell of each reference; looked up when it is asked for."""

    def __init__(self, history: "History", reading: Reading, moment: int | None) -> None:
        self._history = history
        self._reading = reading
        self._moment = moment
        self._ways = WaysBack(history, reading, moment)

    def health(self, reference: ReferenceVersions) -> Mapping[int, Health]:
        """How each version fared, by number."""
        subject = self._subject(reference)
        return health_of_versions(self._history, subject, self._reading, self._moment)

    def ways_back(self, reference: ReferenceVersions) -> Mapping[int, WayBack]:
        """The way back to each version, by number."""
        return self._ways.of_reference(self._subject(reference))

    def add(self, written: dict[str, Any], reference: ReferenceVersions, *, health: bool) -> None:
        """Adds it to the JSON of a reference's versions."""
        ways = self.ways_back(reference)
        fared = self.health(reference) if health else {}
        for version in written["versions"]:
            version["way_back"] = way_to_json(ways[version["number"]])
            if health:
                version["health"] = health_to_json(fared.get(version["number"], Health()))

    def _subject(self, reference: ReferenceVersions) -> int:
        stream = stream_id(REFERENCE, reference.engine, reference.reference)
        found = self._history.object_of(stream)
        assert found is not None
        return found


def health_row(version: ImageVersion, health: Health, appearance: Look) -> Row:
    """How one version fared."""
    healthy = health.time_to_healthy
    return (
        str(version.number),
        identifier(version.image_id, appearance),
        short(version.from_),
        str(health.containers),
        length(health.ran) if health.ran else "-",
        _bad(health.crashes.events),
        _bad(health.oom_kills.events),
        _bad(health.unhealthy_spells.events),
        str(health.restarts),
        "-" if healthy is None else length(healthy),
        length(health.ran_unrecorded) if health.ran_unrecorded >= MINUTE else "-",
    )


def way_row(version: ImageVersion, way: WayBack, appearance: Look) -> Row:
    """The way back to one version."""
    there = {True: Cell("yes", "green"), False: Cell("no", "yellow"), None: Cell("unknown")}
    lost = way.present is False and way.pull is None
    return (
        str(version.number),
        identifier(version.image_id, appearance),
        short(version.from_),
        "now" if version.to is None else short(version.to),
        Cell("lost", "red") if lost else there[way.present],
        way.reference or ("its id" if way.present else "-"),
        short(way.gone_since),
        "-" if way.gone_by is None else way.gone_by.replace("_", " "),
        way.pull or "-",
    )


def _bad(count: int) -> Cell:
    return Cell(str(count), "red" if count else "")
