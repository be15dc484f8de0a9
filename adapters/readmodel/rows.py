"""From rows of columns to answers: what was so at a moment, as values."""

from typing import TYPE_CHECKING

import numpy as np

from adapters.readmodel import codes
from adapters.readmodel.codes import CONTAINER_STATES, ORIGINS, UNKNOWN
from adapters.readmodel.columns import Array
from domain.questions.answers import ContainerAt, EngineAt, ImageAt, ReferenceAt
from domain.questions.bases import Evidence
from domain.questions.effects import HEALTHS
from domain.questions.services import project_of, service_of
from domain.references import familiar, is_tag

if TYPE_CHECKING:
    from adapters.readmodel.history import History

_SPAN_PARTS = ("state", "exit_code", "health", "name", "started", "finished", "restarts")


def containers(history: "History", rows: Array) -> list[ContainerAt]:
    """The containers of these rows of `container_spans`, in the same order."""
    spans, objects = history.container_spans, history.objects
    subjects = spans.object[rows]
    parts = zip(*(spans.columns[part][rows].tolist() for part in _SPAN_PARTS), strict=True)
    bound = zip(*(history.bound[part][subjects].tolist() for part in history.bound), strict=True)
    texts, identities = history.texts, history.identities
    found = []
    for subject, span, (image, reference, number) in zip(
        subjects.tolist(), parts, bound, strict=True
    ):
        state, exit_code, health, name, started, finished, restarts = span
        notes = objects.containers[subject]
        labels = objects.pairs.labels(notes.labels)
        _, engine, container_id = identities[subject]
        name = texts[name] if name >= 0 else container_id[:12]
        found.append(
            ContainerAt(
                id=container_id,
                name=name,
                engine=engine,
                engine_name=history.engine_name(engine),
                state=None if state == UNKNOWN else CONTAINER_STATES[state].value,
                image_id=None if image == UNKNOWN else identities[image].object_id,
                reference=_reference(history, reference, texts[notes.typed]),
                version=None if number == UNKNOWN else number,
                service=service_of(labels, name),
                project=project_of(labels),
                health=None if health == UNKNOWN else HEALTHS[health],
                exit_code=codes.exit_code_of(exit_code),
                created_at=notes.engine_created_at or notes.created_at,
                started_at=codes.moment_of(started),
                finished_at=codes.moment_of(finished),
                restarts=restarts,
                origin=ORIGINS[notes.origin].value,
                labels=labels,
            )
        )
    return found


def references(history: "History", rows: Array) -> list[ReferenceAt]:
    """The references of these rows of `reference_spans`, in the same order."""
    spans, identities = history.reference_spans, history.identities
    columns = (spans.object, spans.image, spans.number, spans.start)
    return [
        ReferenceAt(
            reference=identities[subject].object_id,
            engine=identities[subject].engine,
            engine_name=history.engine_name(identities[subject].engine),
            image_id=identities[image].object_id,
            version=number,
            since=since,
        )
        for subject, image, number, since in zip(
            *(column[rows].tolist() for column in columns), strict=True
        )
    ]


def images_at(history: "History", moment: int) -> list[ImageAt]:
    """The images that were on their engines at the moment."""
    identities = history.identities
    subjects = history.image_spans.object[history.image_spans.live(moment)].tolist()
    named: dict[int, list[str]] = {}
    pointing = history.reference_spans.live(moment)
    spans = history.reference_spans
    for reference, image in zip(
        spans.object[pointing].tolist(), spans.image[pointing].tolist(), strict=True
    ):
        named.setdefault(image, []).append(identities[reference].object_id)
    used = _in_use(history, moment)
    bases = history.bases()
    found = []
    for subject in subjects:
        _, engine, image_id = identities[subject]
        description = history.description_of(subject)
        base = bases.get(subject)
        found.append(
            ImageAt(
                id=image_id,
                engine=engine,
                engine_name=history.engine_name(engine),
                references=tuple(sorted(named.get(subject, ()))),
                base=None
                if base is None or base.evidence is Evidence.AMBIGUOUS
                else identities[base.image].object_id,
                created_at=None if description is None else description.created_at,
                size=None if description is None else description.size,
                in_use=int(used[subject]) if subject < len(used) else 0,
            )
        )
    return found


def engines_at(history: "History", moment: int) -> list[EngineAt]:
    """The engines of which anything was known at the moment."""
    recorded = set(history.engine_spans.object[history.engine_spans.live(moment)].tolist())
    missed = {gap.engine for gap in history.gaps if gap.start <= moment < gap.end}
    keys: dict[str, int] = {}
    for subject in history.objects.engines:
        keys.setdefault(history.identities[subject].engine, subject)
    found = []
    for key, subject in keys.items():
        told = history.objects.engines[subject]
        if min(history.first_known(subject), told[0].rank[0]) > moment:
            continue
        notes = next((each for each in reversed(told) if each.rank[0] <= moment), told[0])
        found.append(
            EngineAt(
                key=key,
                name=notes.name,
                endpoint=notes.endpoint,
                flavour=notes.flavour,
                version=notes.version,
                recording=subject in recorded and subject not in missed,
            )
        )
    return found


def _in_use(history: "History", moment: int) -> Array:
    """Per object: how many containers of the moment are instances of it."""
    subjects = history.container_spans.object[history.container_spans.live(moment)]
    images = history.bound["image"][subjects]
    return np.bincount(images[images != UNKNOWN], minlength=1)


def _reference(history: "History", reference: int, typed: str) -> str | None:
    if reference != UNKNOWN:
        return history.identities[reference].object_id
    name = familiar(typed) if typed else ""
    return name if is_tag(name) or "@" in name else None
