"""Events of images, and of the references that come to point to them or cease to."""

from collections.abc import Callable

from domain.facts import Fact
from domain.facts import image as facts
from domain.identity import IMAGE, REFERENCE, full_image_id, looks_like_id
from domain.inspection import Inquiry
from domain.pointing import point, unpoint
from domain.references import familiar, is_tag
from domain.reporting.occasion import Occasion, said_action

_PLAIN_FACTS: dict[str, Callable[..., Fact]] = {
    "create": facts.ImageCreated,
    "load": facts.ImageLoaded,
    "loadfromarchive": facts.ImageLoaded,
    "import": facts.ImageImported,
    "save": facts.ImageSaved,
}


def report_image(occasion: Occasion) -> list[Inquiry]:
    """Enters the event in the stream of the image or reference; returns what to inspect."""
    event = occasion.event
    if event.action in ("pull", "push"):
        return _report_transfer(occasion)
    image_id = full_image_id(event.actor)
    match event.action:
        case "tag":
            _report_tag(occasion, image_id)
        case "untag":
            _report_untag(occasion, image_id)
        case "delete":
            _report_delete(occasion, image_id)
        case action if action in _PLAIN_FACTS:
            _enter(occasion, image_id, _PLAIN_FACTS[action])
        case _:
            _enter(occasion, image_id, facts.ImageReported, action=said_action(event))
    if event.action in ("delete", "save"):
        return []
    believed = frozenset(occasion.book.presence.pointing_to(occasion.engine, image_id))
    return [Inquiry(IMAGE, image_id, event.action, event.time_ns, believed)]


def _enter(
    occasion: Occasion, image_id: str, kind: Callable[..., Fact], **details: str | None
) -> None:
    fact = occasion.fact(kind, image_id, occasion.event.attributes, **details)
    occasion.book.append(IMAGE, occasion.engine, image_id, fact)


def _report_transfer(occasion: Occasion) -> list[Inquiry]:
    """The actor of a pull or push is the reference; which image it meant is not said.

    Podman's pull has the image's id there, and names the reference in an attribute.
    """
    event = occasion.event
    named = event.attributes.get("name") if looks_like_id(event.actor) else None
    name = familiar(named or event.actor)
    pulled = event.action == "pull"
    kind = facts.ImagePulled if pulled else facts.ImagePushed
    fact = occasion.fact(kind, name, event.attributes)
    occasion.book.append(REFERENCE, occasion.engine, name, fact)
    return [Inquiry(IMAGE, event.actor, event.action, event.time_ns)] if pulled else []


def _report_tag(occasion: Occasion, image_id: str) -> None:
    name = occasion.event.attributes.get("name", "")
    reference = familiar(name) if name else ""
    _enter(occasion, image_id, facts.ImageTagged, reference=reference)
    if is_tag(name):
        point(
            occasion.book,
            occasion.engine,
            reference,
            image_id,
            facts.How.TAGGED,
            occasion.consequence(),
        )


def _report_untag(occasion: Occasion, image_id: str) -> None:
    name = occasion.event.attributes.get("name", "")
    reference: str | None = None
    if is_tag(name):
        reference = familiar(name)
    elif full_image_id(name) == image_id:
        # Engines without the containerd store name the image, not the reference. Where only
        # one reference is left it must be that; else inspection tells.
        left = occasion.book.presence.pointing_to(occasion.engine, image_id)
        reference = left[0] if len(left) == 1 else None
    _enter(occasion, image_id, facts.ImageUntagged, reference=reference)
    if reference is not None:
        unpoint(occasion.book, occasion.engine, reference, image_id, occasion.consequence())


def _report_delete(occasion: Occasion, image_id: str) -> None:
    """Docker says that an image is gone; Podman says so of each name, and then of the image."""
    book, engine = occasion.book, occasion.engine
    name = occasion.event.attributes.get("name", "")
    left = book.presence.pointing_to(engine, image_id)
    if is_tag(name) and (others := set(left) - {familiar(name)}):
        _enter(occasion, image_id, facts.ImageUntagged, reference=familiar(name))
        left = sorted(set(left) - others)
    else:
        _enter(occasion, image_id, facts.ImageRemoved)
    for reference in left:
        unpoint(book, engine, reference, image_id, occasion.consequence())
