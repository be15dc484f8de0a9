"""The way back to an earlier image version: is its image still there, and if not, who has it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from domain.facts import Fact, Origin
from domain.facts.engine import ResourcesPruned
from domain.facts.image import (
    How,
    ImagePulled,
    ImagePushed,
    ImageRemoved,
    ImageUnlisted,
    ImageUntagged,
    ReferenceRemoved,
)
from domain.moments import FOREVER, MINUTE, SECOND
from domain.questions.engine_notes import engine_told
from domain.questions.history import Event, History, VersionRecord
from domain.questions.show import Reading
from domain.questions.writing import Json, written_moment

_AT_ONCE = SECOND
"""An image whose last name is taken away goes at once."""
_PRUNING = 5 * MINUTE
"""A prune is told when it is through."""
_BEFORE_TAG = 5 * MINUTE
"""A pull is told when it is through, the version that it gave is found right after."""


class GoneBy(StrEnum):
    """What took an image away."""

    RMI = "rmi"
    PRUNE = "prune"
    RMI_OR_PRUNE = "rmi_or_prune"
    """Some engines tell of both in the same way."""
    UNKNOWN = "unknown"


class WayBack(msgspec.Struct, frozen=True):
    """How an image version can be had again."""

    present: bool | None
    """Whether the image is on the engine; None where nothing was ever recorded of it."""
    reference: str | None
    """A name that points to it; an image without one still goes by its id."""
    gone_since: int | None
    gone_by: str | None
    pull: str | None
    """The digest by which a registry has it, as far as a pull or push was recorded."""


class WaysBack:
    """Answers for all versions as of a moment (by default now)."""

    def __init__(self, history: History, reading: Reading, moment: int | None = None) -> None:
        self._history = history
        self._reading = reading
        self._at = FOREVER - 1 if moment is None else moment
        self._there = history.there_at(self._at)
        self._names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for each in history.references_at(self._at):
            self._names[each.engine, each.image_id].append(each.reference)
        left = (e for e in history.events_of((ImageRemoved, ImageUnlisted)) if e.moment <= self._at)
        self._left = {each.subject: each for each in left}
        self._pruned = self._moments_by_engine(ResourcesPruned, "image")
        self._untagged = _moments(history.events_of((ImageUntagged, ReferenceRemoved)))
        self._moved = _moments(history.events_of((ImagePulled, ImagePushed)))
        self._stores: dict[str, bool] = {}

    def of_reference(self, reference: int) -> dict[int, WayBack]:
        """The way back to each version of a reference, by number."""
        records = [e for e in self._history.versions_of(reference) if e.start <= self._at]
        return {each.number: self._of_version(reference, each) for each in records}

    def _of_version(self, reference: int, record: VersionRecord) -> WayBack:
        _, engine, image_id = self._history.identity_of(record.image)
        own = self._history.identity_of(reference).object_id
        names = sorted(
            self._names.get((engine, image_id), ()), key=lambda each: (each != own, each)
        )
        left = self._left.get(record.image)
        present: bool | None = bool(names) or record.image in self._there
        if not present and left is None:
            present = None
        if left is not None and left.kind is ImageUnlisted:
            present = True
        gone = left if present is False else None
        return WayBack(
            present=present,
            reference=names[0] if names else None,
            gone_since=None if gone is None else gone.moment,
            gone_by=None if gone is None else self._gone_by(engine, gone).value,
            pull=self._pull(reference, record),
        )

    def _gone_by(self, engine: str, gone: Event) -> GoneBy:
        if gone.origin is Origin.RECONCILED:
            return GoneBy.UNKNOWN
        if self._tells_no_prune(engine):
            return GoneBy.RMI_OR_PRUNE
        pruned = self._pruned_after(engine, gone)
        if not self._untagged_before(gone):
            return GoneBy.PRUNE if pruned else GoneBy.RMI
        # A prune of all unused images takes their names away too.
        return GoneBy.RMI_OR_PRUNE if pruned else GoneBy.RMI

    def _pruned_after(self, engine: str, gone: Event) -> bool:
        told = self._pruned.get(engine, ())
        return any(0 <= each - gone.moment <= _PRUNING for each in told)

    def _untagged_before(self, gone: Event) -> bool:
        """Whether the image lost a name right before it went."""
        holders = {reference for reference, _ in self._history.holders_of(gone.subject)}
        lost = (each for one in (gone.subject, *holders) for each in self._untagged.get(one, ()))
        return any(0 <= gone.moment - each <= _AT_ONCE for each in lost)

    def _moments_by_engine(self, kind: type[Fact], value: str) -> dict[str, list[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for each in self._history.events_of((kind,)):
            if each.value == value:
                found[self._history.identity_of(each.subject).engine].append(each.moment)
        return dict(found)

    def _tells_no_prune(self, engine: str) -> bool:
        """Podman and the containerd image store tell the same of a prune as of a removal."""
        if engine not in self._stores:
            told = engine_told(self._history, self._reading, engine)
            self._stores[engine] = told is not None and (
                told.image_store == "containerd" or told.flavour == "podman"
            )
        return self._stores[engine]

    def _pull(self, reference: int, record: VersionRecord) -> str | None:
        """The digest that a registry knows; of built images the containerd store lists some too."""
        described = self._history.description_of(record.image)
        digests: Sequence[str] = () if described is None else described.repo_digests
        _, engine, name = self._history.identity_of(reference)
        own = _repository(name)
        known = sorted(digests, key=lambda each: (_repository(each) != own, each))
        if not known:
            return None
        if self._tells_no_prune(engine) and not self._was_transferred(reference, record):
            return None
        return known[0]

    def _was_transferred(self, reference: int, record: VersionRecord) -> bool:
        if record.how == How.PULLED:
            return True
        told = self._moved.get(reference, ())
        return any(record.start - _BEFORE_TAG <= each <= record.end for each in told)


def _moments(events: Iterable[Event]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for each in events:
        found[each.subject].append(each.moment)
    return dict(found)


def _repository(name: str) -> str:
    path, slash, last = name.partition("@")[0].rpartition("/")
    return f"{path}{slash}{last.partition(':')[0]}"


def to_json(way: WayBack) -> Json:
    """The way back as `shipslog versions --format json` prints it."""
    return {
        "present": way.present,
        "reference": way.reference,
        "gone_since": written_moment(way.gone_since),
        "gone_by": way.gone_by,
        "pull": way.pull,
    }
