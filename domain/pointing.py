"""How a reference comes to point to an image, and ceases to."""

from collections.abc import Mapping
from typing import Any

from domain.book import Book
from domain.facts.image import How, ReferencePointed, ReferenceRemoved
from domain.identity import REFERENCE


def point(
    book: Book, engine: str, reference: str, image_id: str, how: How, times: Mapping[str, Any]
) -> None:
    """Enters that the reference points to the image, unless it already did.

    `times` has the fact's moments and its origin.
    """
    known = book.reference(engine, reference)
    if known is None or known.image_id != image_id:
        fact = ReferencePointed(image_id=image_id, how=how, **times)
        book.append(REFERENCE, engine, reference, fact)


def unpoint(
    book: Book, engine: str, reference: str, image_id: str, times: Mapping[str, Any]
) -> None:
    """Enters that the reference points to nothing, if it pointed to this image."""
    known = book.reference(engine, reference)
    if known is not None and known.image_id == image_id:
        fact = ReferenceRemoved(image_id=image_id, **times)
        book.append(REFERENCE, engine, reference, fact)
