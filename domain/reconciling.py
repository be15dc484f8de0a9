"""From a snapshot to facts: what must have happened that no event told.

Every fact concluded here is marked *reconciled* and carries the bounds between which it
happened, except where the engine itself tells the moment.
"""

from typing import Any

from domain.book import Book
from domain.container import Container, State
from domain.facts import Origin
from domain.facts import container as facts
from domain.facts import image as image_facts
from domain.facts.base import ContainerFact
from domain.facts.image import How
from domain.identity import CONTAINER, IMAGE
from domain.inspecting import configured, describe, differs, observed
from domain.inspection import ContainerInspection, ImageInspection, Snapshot
from domain.moments import SECOND, plausible
from domain.pointing import point, unpoint

_ALIVE = (State.RUNNING, State.PAUSED)
# `StartedAt` and the start event are stamped at two moments.
_SAME_START = 2 * SECOND


def reconcile(
    snapshot: Snapshot,
    book: Book,
    engine: str,
    *,
    recorded_at: int,
    covered_until: int | None,
    touched: frozenset[str],
) -> None:
    """Enters what the snapshot shows and the book does not know.

    `covered_until` is the last moment at which the book was known to be complete; None at first
    contact. `touched` are the ids and references of which an event came while the snapshot was
    taken: the snapshot says nothing certain of them.
    """
    occasion = _Look(snapshot, book, engine, recorded_at, covered_until, touched)
    occasion.containers()
    occasion.images()
    occasion.references()


class _Look:
    """One snapshot held against the book."""

    def __init__(
        self,
        snapshot: Snapshot,
        book: Book,
        engine: str,
        recorded_at: int,
        covered_until: int | None,
        touched: frozenset[str],
    ) -> None:
        self.snapshot = snapshot
        self.book = book
        self.engine = engine
        self.recorded_at = recorded_at
        self.covered_until = covered_until
        self.touched = touched

    def times(self, moment: int | None = None) -> dict[str, Any]:
        """When: the moment, where the engine tells one that fits, else the latest possible."""
        latest = self.snapshot.ended_at
        fits = moment is not None and plausible(moment) and moment <= latest
        return {
            "occurred_at": moment if fits else latest,
            "recorded_at": self.recorded_at,
            "origin": Origin.RECONCILED,
            "not_before": self.covered_until,
            "not_after": latest,
        }

    # --- containers ---

    def containers(self) -> None:
        for inspection in self.snapshot.inspected:
            if inspection.id not in self.touched:
                self.container(inspection)
        gone = self.book.presence.containers[self.engine] - self.snapshot.containers
        for container_id in sorted(gone - self.touched):
            fact = facts.ContainerRemoved(**self.times())
            self.book.append(CONTAINER, self.engine, container_id, fact)

    def container(self, inspection: ContainerInspection) -> None:
        known = self.book.container(self.engine, inspection.id)
        if known is None or not known.name or known.state is State.REMOVED:
            self._found(inspection)
        elif known.name != inspection.name:
            fact = facts.ContainerRenamed(name=inspection.name, old_name=known.name, **self.times())
            self._add(inspection, fact)
        known = self.book.container(self.engine, inspection.id)
        assert known is not None
        if not known.configured or known.image_id is None:
            self._add(inspection, configured(inspection, self.times(inspection.created_at)))
        for happened in self._life_since(inspection, known):
            self._add(inspection, happened)
        known = self.book.container(self.engine, inspection.id)
        assert known is not None
        seen = observed(inspection, self.times(_latest_change(inspection)))
        if differs(seen, known):
            self._add(inspection, seen)

    def _found(self, inspection: ContainerInspection) -> None:
        fact = facts.ContainerFound(
            name=inspection.name,
            image=inspection.image,
            labels=inspection.labels,
            state=State.CREATED,
            created_at=inspection.created_at,
            **self.times(inspection.created_at),
        )
        self._add(inspection, fact)

    def _life_since(self, inspection: ContainerInspection, known: Container) -> list[ContainerFact]:
        """The starts and exits that lie between what was known and what is seen."""
        happened: list[ContainerFact] = []
        started = inspection.started_at
        restarted = started is not None and (
            known.started_at is None or started > known.started_at + _SAME_START
        )
        alive = known.state in _ALIVE
        if restarted and alive:
            happened.append(facts.ContainerExited(**self.times(started)))
        if restarted and started is not None:
            happened.append(facts.ContainerStarted(**self.times(started)))
        alive = alive or restarted
        if inspection.state is State.EXITED and alive:
            ended = self.times(inspection.finished_at)
            happened.append(facts.ContainerExited(exit_code=inspection.exit_code, **ended))
        elif inspection.state is State.PAUSED and (restarted or known.state is State.RUNNING):
            happened.append(facts.ContainerPaused(**self.times()))
        elif inspection.state is State.RUNNING and known.state is State.PAUSED and not restarted:
            happened.append(facts.ContainerUnpaused(**self.times()))
        return happened

    def _add(self, inspection: ContainerInspection, fact: ContainerFact) -> None:
        self.book.append(CONTAINER, self.engine, inspection.id, fact)

    # --- images and references ---

    def images(self) -> None:
        present = self.book.presence.images[self.engine]
        for listing in self.snapshot.images:
            if listing.id not in present and listing.id not in self.touched:
                fact = image_facts.ImageFound(**self.times())
                self.book.append(IMAGE, self.engine, listing.id, fact)
        for inspection in self.snapshot.described:
            if inspection.id not in self.touched:
                describe(inspection, self.book, self.engine, self.times())
        listed = {listing.id for listing in self.snapshot.images}
        for image_id in sorted(present - listed - self.touched):
            self.book.append(IMAGE, self.engine, image_id, image_facts.ImageRemoved(**self.times()))

    def references(self) -> None:
        described = {inspection.id: inspection for inspection in self.snapshot.described}
        listed: dict[str, str] = {}
        for listing in self.snapshot.images:
            for reference in sorted(listing.references):
                listed[reference] = listing.id
        for reference, image_id in listed.items():
            if reference not in self.touched and image_id not in self.touched:
                how, times = self._how(described.get(image_id))
                point(self.book, self.engine, reference, image_id, how, times)
        believed = dict(self.book.presence.references[self.engine])
        for reference, image_id in sorted(believed.items()):
            if reference not in listed and not {reference, image_id} & self.touched:
                unpoint(self.book, self.engine, reference, image_id, self.times())

    def _how(self, inspection: ImageInspection | None) -> tuple[How, dict[str, Any]]:
        """How a reference came to an image without an event, and when.

        An image that is new and was made since the book was last complete was built here:
        engines before 23.0.5, and containerd stores before 28.1, tell nothing of such builds.
        """
        if self.covered_until is None:
            return How.FOUND, self.times()
        if inspection is None:
            return How.TAGGED, self.times()
        created = inspection.description.created_at
        if created is not None and created >= self.covered_until:
            return How.BUILT, self.times(created)
        return How.FOUND, self.times()


def _latest_change(inspection: ContainerInspection) -> int | None:
    moments = (inspection.created_at, inspection.started_at, inspection.finished_at)
    return max((moment for moment in moments if moment is not None), default=None)
