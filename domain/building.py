"""From a builder's record of a build to a fact."""

import msgspec

from domain.book import Book
from domain.build_record import BuildRecord
from domain.facts import Origin
from domain.facts.build import BuildFinished
from domain.identity import BUILD


def note_build(record: BuildRecord, book: Book, engine: str, recorded_at: int) -> None:
    """Enters a build that has ended, unless this state of its record is known already."""
    if record.completed_at is None:
        return
    known = book.build(engine, record.ref)
    if known is not None and known.record is not None and _tells_nothing_new(record, known.record):
        return
    finished = BuildFinished(
        occurred_at=record.completed_at,
        recorded_at=recorded_at,
        origin=Origin.INSPECTED,
        builder=record.builder,
        image_ids=record.image_ids,
        references=record.references,
        error=record.failure.message if record.failure else "",
        record=record,
    )
    book.append(BUILD, engine, record.ref, finished)


def _tells_nothing_new(record: BuildRecord, known: BuildRecord) -> bool:
    """Builders change a record's generation also for reasons of their own, such as pinning it."""
    same = msgspec.structs.replace(record, generation=known.generation) == known
    return same or record.generation < known.generation
