"""From inspections to facts: what a look at a container or image adds to what events told."""

from typing import Any

from domain.book import Book
from domain.container import Container, State
from domain.facts import Origin
from domain.facts import build as build_facts
from domain.facts import container as facts
from domain.facts import image as image_facts
from domain.identity import BUILD, CONTAINER, IMAGE
from domain.inspection import ContainerInspection, ImageInspection, Inquiry
from domain.moments import MINUTE, SECOND
from domain.pointing import point, unpoint

_ENDED = (State.EXITED, State.DEAD, State.RESTARTING)
# The engine stamps the end of a process and the event of it at two moments.
_SAME_END = 2 * SECOND
# A build gives its image the time of its last step, and the tag follows at once.
_FRESH = 10 * MINUTE

# Of these no event tells which references they set. (Of an import and a commit a tag event does,
# and what a build tags without saying so is found by the next snapshot.)
_HOW_AFTER: dict[str, image_facts.How] = {
    "load": image_facts.How.LOADED,
    "loadfromarchive": image_facts.How.LOADED,
    "pull": image_facts.How.PULLED,
}


def note_container(
    inspection: ContainerInspection, inquiry: Inquiry, book: Book, engine: str, recorded_at: int
) -> None:
    """Enters what a look at a container after one of its events tells beyond the events.

    The container has lived on between the event and the look, so its state is taken only where
    it belongs to that event: an exit that nothing has followed yet, or a start that failed.
    """
    container = book.container(engine, inspection.id)
    if container is None:
        return
    times = _inspected(inquiry, recorded_at)
    updated = inquiry.action == "update"
    if updated or not container.configured or container.image_id is None:
        book.append(CONTAINER, engine, inspection.id, configured(inspection, times))
    if inquiry.action == "start":
        _note_unseen_end(inspection, inquiry, container, book, engine, recorded_at)
        return
    tells = _tells_the_end if inquiry.action == "die" else _tells_a_failed_start
    if tells(inspection, inquiry, container):
        seen = observed(inspection, times)
        if differs(seen, container):
            book.append(CONTAINER, engine, inspection.id, seen)


def _note_unseen_end(
    inspection: ContainerInspection,
    inquiry: Inquiry,
    container: Container,
    book: Book,
    engine: str,
    recorded_at: int,
) -> None:
    """Enters the end of a container that the engine started again without telling of it.

    The engine keeps when the process ended, but not with which code: that is 0 once it runs again.
    """
    ended, before = inspection.finished_at, container.finished_at or container.known_since
    if ended is not None and before < ended <= inquiry.occurred_at:
        fact = facts.ContainerExited(
            occurred_at=ended, recorded_at=recorded_at, origin=Origin.RECONCILED
        )
        book.append(CONTAINER, engine, inspection.id, fact)
        again = facts.ContainerObserved(
            state=State.RUNNING,
            started_at=inspection.started_at,
            restart_count=inspection.restart_count,
            **_inspected(inquiry, recorded_at),
        )
        book.append(CONTAINER, engine, inspection.id, again)


def note_missing_container(
    inquiry: Inquiry, book: Book, engine: str, recorded_at: int, reason: str
) -> None:
    """Enters that a container could not be inspected, so that its image stays unknown."""
    container = book.container(engine, inquiry.name)
    if container is not None and not container.configured:
        fact = facts.ContainerUnknown(reason=reason, **_inspected(inquiry, recorded_at))
        book.append(CONTAINER, engine, inquiry.name, fact)


def _inspected(inquiry: Inquiry, recorded_at: int) -> dict[str, Any]:
    return {
        "occurred_at": inquiry.occurred_at,
        "recorded_at": recorded_at,
        "origin": Origin.INSPECTED,
    }


def _tells_the_end(inspection: ContainerInspection, inquiry: Inquiry, container: Container) -> bool:
    return (
        container.state is State.EXITED
        and container.finished_at == inquiry.occurred_at
        and inspection.state in _ENDED
        and inspection.finished_at is not None
        and abs(inspection.finished_at - inquiry.occurred_at) < _SAME_END
    )


def _tells_a_failed_start(
    inspection: ContainerInspection, inquiry: Inquiry, container: Container
) -> bool:
    return (
        inquiry.action == "disconnect"
        and container.state is State.CREATED
        and inspection.state is State.CREATED
        and inspection.error != ""
    )


def configured(inspection: ContainerInspection, times: dict[str, Any]) -> facts.ContainerConfigured:
    """The fact that binds the container to its image for ever."""
    return facts.ContainerConfigured(
        image_id=inspection.image_id,
        manifest_digest=inspection.manifest_digest,
        created_at=inspection.created_at,
        configuration=inspection.configuration,
        **times,
    )


def observed(inspection: ContainerInspection, times: dict[str, Any]) -> facts.ContainerObserved:
    """The container's state as it was seen."""
    return facts.ContainerObserved(
        state=inspection.state,
        exit_code=inspection.exit_code,
        oom_killed=inspection.oom_killed,
        error=inspection.error,
        started_at=inspection.started_at,
        finished_at=inspection.finished_at,
        health=inspection.health,
        restart_count=inspection.restart_count,
        **times,
    )


def differs(seen: facts.ContainerObserved, container: Container) -> bool:
    """Whether the look tells anything that the events did not."""
    return (
        seen.state is not container.state
        or (seen.state in _ENDED and seen.exit_code != container.exit_code)
        or seen.oom_killed != container.oom_killed
        or seen.error != container.error
        or (seen.health != container.health and seen.state is State.RUNNING)
        or seen.restart_count != container.restart_count
        or (seen.started_at is not None and container.started_at is None)
    )


def note_image(
    inspection: ImageInspection, inquiry: Inquiry, book: Book, engine: str, recorded_at: int
) -> None:
    """Enters what a look at an image after one of its events tells beyond the events."""
    times = _inspected(inquiry, recorded_at)
    describe(inspection, book, engine, times)
    how = _HOW_AFTER.get(inquiry.action)
    if how is not None:
        for reference in sorted(inspection.references):
            if not _changed_since(reference, inquiry, book, engine):
                point(book, engine, reference, inspection.id, how, times)
    if inquiry.action == "untag":
        for reference in sorted(inquiry.believed - inspection.references):
            if not _changed_since(reference, inquiry, book, engine):
                unpoint(book, engine, reference, inspection.id, times)


def _changed_since(reference: str, inquiry: Inquiry, book: Book, engine: str) -> bool:
    """Whether an event told more of the reference before the look came back."""
    known = book.reference(engine, reference)
    return known is not None and known.changed_at > inquiry.occurred_at


def describe(inspection: ImageInspection, book: Book, engine: str, times: dict[str, Any]) -> None:
    """Enters what the image is, once, and the build that must have made it."""
    image = book.image(engine, inspection.id)
    if image is not None and image.description is not None:
        return
    description = inspection.description
    fact = image_facts.ImageDescribed(description=description, **times)
    book.append(IMAGE, engine, inspection.id, fact)
    created = description.created_at
    told = description.builder == "buildkit" and engine in book.telling_builds
    told = told or inspection.id in book.presence.committed[engine]
    if description.builder in ("buildkit", "classic") and created is not None and not told:
        since = times["not_before"] if times.get("not_before") else times["occurred_at"] - _FRESH
        if since <= created <= times["recorded_at"]:
            finished = build_facts.BuildFinished(
                builder=description.builder,
                inferred=True,
                image_ids=(inspection.id,),
                references=tuple(sorted(inspection.references)),
                **(times | {"occurred_at": min(created, times["occurred_at"])}),
            )
            book.append(BUILD, engine, inspection.id, finished)
