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
from domain.inspection import ContainerInspection, ImageInspection, ImageListing, Snapshot
from domain.moments import SECOND, plausible
from domain.pointing import point, unpoint

_ALIVE = (State.RUNNING, State.PAUSED)
# An image without a reference may be the latest step of a build under way.
_YOUNG = 10 * SECOND
# `StartedAt` and the start event are stamped at two moments; so are `FinishedAt` and the exit.
_SAME = 2 * SECOND


def reconcile(
    snapshot: Snapshot,
    book: Book,
    engine: str,
    *,
    recorded_at: int,
    covered_until: int | None,
    touched: frozenset[str],
) -> bool:
    """Enters what the snapshot shows and the book does not know.

    `covered_until` is the last moment at which the book was known to be complete; None at first
    contact. `touched` are the ids and references of which an event came while the snapshot was
    taken: the snapshot says nothing certain of them.

    Returns whether there is something of which a later snapshot will tell more.
    """
    occasion = _Look(snapshot, book, engine, recorded_at, covered_until, touched)
    occasion.containers()
    occasion.images()
    occasion.references()
    return bool(touched) or occasion.has_young_images()


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

    def times(self, moment: int | None = None, *, after: int = 0) -> dict[str, Any]:
        """When: the moment, where the engine tells one that fits, else the latest possible.

        `after` is the last moment at which something is known that came before.
        """
        latest = self.snapshot.ended_at
        fits = moment is not None and plausible(moment) and after <= moment <= latest
        occurred_at = moment if fits and moment is not None else latest
        known = {
            "occurred_at": occurred_at,
            "recorded_at": self.recorded_at,
            "origin": Origin.RECONCILED,
        }
        if after > occurred_at:
            # The engine's clock was set back: what it says now is earlier than what came before.
            return known | {"not_before": after}
        bound = max(self.covered_until or 0, after)
        return known | {
            # What the engine dates before the bound shows that the book was not complete then.
            "not_before": bound if 0 < bound <= occurred_at else None,
            "not_after": latest,
        }

    # --- containers ---

    def containers(self) -> None:
        for inspection in self.snapshot.inspected:
            if inspection.id not in self.touched:
                self.container(inspection)
        gone = self.book.presence.containers[self.engine] - self.snapshot.containers
        # Two containers never have one name: the new one's creation shows that the old was gone.
        created = {item.name: item.created_at for item in self.snapshot.inspected}
        for container_id in sorted(gone - self.touched):
            known = self.book.container(self.engine, container_id)
            successor = created.get(known.name) if known else None
            times = self.times(successor, after=known.changed_at if known else 0)
            fact = facts.ContainerRemoved(**times)
            self.book.append(CONTAINER, self.engine, container_id, fact)

    def container(self, inspection: ContainerInspection) -> None:
        known = self.book.container(self.engine, inspection.id)
        if known is None or not known.name or known.state is State.REMOVED:
            self._found(inspection, after=known.changed_at if known else 0)
        elif known.name != inspection.name:
            fact = facts.ContainerRenamed(name=inspection.name, old_name=known.name, **self.times())
            self._add(inspection, fact)
        known = self.book.container(self.engine, inspection.id)
        assert known is not None
        if not known.configured or known.image_id is None:
            times = self.times(inspection.created_at, after=known.known_since)
            self._add(inspection, configured(inspection, times))
        self._life_since(inspection, known)
        known = self.book.container(self.engine, inspection.id)
        assert known is not None
        ended = inspection.finished_at if inspection.state is State.EXITED else None
        seen = observed(inspection, self.times(ended, after=known.changed_at))
        if differs(seen, known):
            self._add(inspection, seen)

    def _found(self, inspection: ContainerInspection, *, after: int) -> None:
        fact = facts.ContainerFound(
            name=inspection.name,
            image=inspection.image,
            labels=inspection.labels,
            state=State.CREATED,
            created_at=inspection.created_at,
            **self.times(inspection.created_at, after=after),
        )
        self._add(inspection, fact)

    def _life_since(self, inspection: ContainerInspection, known: Container) -> None:
        """Enters the starts and exits that lie between what was known and what is seen."""
        changed_at = known.changed_at
        alive = known.state in _ALIVE
        restarted = self._restarted(inspection, known)
        if restarted:
            times = self.times(inspection.started_at, after=changed_at)
            changed_at = times["occurred_at"]
            if alive:
                self._add(inspection, facts.ContainerExited(**times))
            self._add(inspection, facts.ContainerStarted(**times))
        state = inspection.state
        if state is State.EXITED and (restarted or (alive and not _ended_so(inspection, known))):
            times = self.times(inspection.finished_at, after=changed_at)
            exited = facts.ContainerExited(exit_code=inspection.exit_code, **times)
            self._add(inspection, exited)
        elif state is State.PAUSED and (restarted or known.state is State.RUNNING):
            self._add(inspection, facts.ContainerPaused(**self.times(after=changed_at)))
        elif state is State.RUNNING and known.state is State.PAUSED and not restarted:
            self._add(inspection, facts.ContainerUnpaused(**self.times(after=changed_at)))

    def _restarted(self, inspection: ContainerInspection, known: Container) -> bool:
        """Whether the engine tells of a start after all that is known of the container."""
        started = inspection.started_at
        if started is None or not known.changed_at <= started <= self.snapshot.ended_at:
            return False
        return known.started_at is None or started > known.started_at + _SAME

    def _add(self, inspection: ContainerInspection, fact: ContainerFact) -> None:
        self.book.append(CONTAINER, self.engine, inspection.id, fact)

    # --- images and references ---

    def images(self) -> None:
        present = self.book.presence.images[self.engine]
        certain = [listing for listing in self.snapshot.images if self._is_certain(listing)]
        for listing in certain:
            if listing.id not in present:
                fact = image_facts.ImageFound(**self.times())
                self.book.append(IMAGE, self.engine, listing.id, fact)
        for inspection in self.snapshot.described:
            if any(inspection.id == listing.id for listing in certain):
                describe(inspection, self.book, self.engine, self.times())
        listed = {listing.id for listing in self.snapshot.images}
        for image_id in sorted(present - listed - self.touched):
            kind = (
                image_facts.ImageUnlisted
                if image_id in self.snapshot.steps
                else image_facts.ImageRemoved
            )
            self.book.append(IMAGE, self.engine, image_id, kind(**self.times()))

    def has_young_images(self) -> bool:
        """Whether an image was left out because a build may be under way."""
        return not all(map(self._is_certain, self.snapshot.images))

    def _is_certain(self, listing: ImageListing) -> bool:
        """Whether it is an image that will stay, not the latest step of a build under way."""
        if listing.id in self.touched:
            return False
        young = self.snapshot.began_at - _YOUNG
        known = listing.id in self.book.presence.images[self.engine]
        return bool(listing.references) or known or (listing.created_at or 0) < young

    def references(self) -> None:
        described = {inspection.id: inspection for inspection in self.snapshot.described}
        listed: dict[str, str] = {}
        for listing in self.snapshot.images:
            for reference in sorted(listing.references):
                listed[reference] = listing.id
        for reference, image_id in listed.items():
            if reference not in self.touched and image_id not in self.touched:
                known = self.book.reference(self.engine, reference)
                after = known.changed_at if known else 0
                how, times = self._how(described.get(image_id), after)
                point(self.book, self.engine, reference, image_id, how, times)
        believed = dict(self.book.presence.references[self.engine])
        for reference, image_id in sorted(believed.items()):
            if reference not in listed and not {reference, image_id} & self.touched:
                known = self.book.reference(self.engine, reference)
                times = self.times(after=known.changed_at if known else 0)
                unpoint(self.book, self.engine, reference, image_id, times)

    def _how(self, inspection: ImageInspection | None, after: int) -> tuple[How, dict[str, Any]]:
        """How a reference came to an image without an event, and when.

        An image that is new and was made since the book was last complete was built here:
        engines before 23.0.5, and containerd stores before 28.1, tell nothing of such builds.
        """
        if self.covered_until is None:
            return How.FOUND, self.times(after=after)
        if inspection is None:
            return How.TAGGED, self.times(after=after)
        created = inspection.description.created_at
        if created is not None and created >= self.covered_until:
            return How.BUILT, self.times(created, after=after)
        return How.FOUND, self.times(after=after)


def _ended_so(inspection: ContainerInspection, known: Container) -> bool:
    """Whether the exit that the engine tells of is the one that is known."""
    ended, known_end = inspection.finished_at, known.finished_at
    if ended is None or known_end is None or known_end < (known.started_at or 0):
        return False
    return abs(ended - known_end) < _SAME
