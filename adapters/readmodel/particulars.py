"""The one particular of each kind of fact that the columns keep, and the notes it leaves.

Everything else about a fact stays in the store and is read from there by position.
"""

from collections.abc import Callable
from typing import Any

from adapters.readmodel import codes
from adapters.readmodel.codes import NONE
from adapters.readmodel.objects import (
    ContainerNotes,
    EngineNotes,
    Objects,
)
from domain.facts import Fact, build, container, engine, image
from domain.identity import full_image_id
from domain.moments import FOREVER
from domain.questions.bases import BuiltOn
from domain.questions.effects import health_word, observed_exit_code


class Intake:
    """The rows of a batch that not every event has, and the objects that the batch changed."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.observations: list[tuple[int, int, int, int, int, int]] = []
        """(event, state, exit code, health, started, finished)."""
        self.pointings: list[tuple[int, int, int, int]] = []
        """(event, how, not before, not after)."""
        self.arrivals: list[tuple[int, int]] = []
        """(event, image)."""
        self.gaps: list[tuple[int, int, int, int]] = []
        """(event, start, end, cause)."""
        self.swarm: list[int] = []
        """Events of the swarm rather than of one engine."""
        self.containers: set[int] = set()
        """Containers whose image version has to be found again."""
        self.described = False


Taker = Callable[[Intake, int, int, Any], int]
"""(intake, event, subject, fact) -> value; the event is its position - 1."""


def _created(intake: Intake, event: int, subject: int, fact: container.ContainerCreated) -> int:
    return _born(intake, event, subject, fact, False, None)


def _found(intake: Intake, event: int, subject: int, fact: container.ContainerFound) -> int:
    if fact.state is not None:
        state = codes.STATE_CODE[fact.state]
        intake.observations.append((event, state, NONE, -1, codes.NEVER, codes.NEVER))
    return _born(intake, event, subject, fact, True, fact.created_at)


def _born(
    intake: Intake,
    event: int,
    subject: int,
    fact: container.ContainerCreated | container.ContainerFound,
    found: bool,
    created_at: int | None,
) -> int:
    objects = intake.objects
    known = objects.containers.get(subject)
    first = (found, codes.moment(fact.occurred_at), event + 1)
    if known is None or first < known.first:
        notes = ContainerNotes(
            typed=objects.texts.code(fact.image),
            labels=objects.pairs.codes(fact.labels),
            origin=codes.ORIGIN_CODE[fact.origin],
            first=first,
            created_at=created_at if found else fact.occurred_at,
        )
        if known is not None:
            notes.image, notes.image_rank = known.image, known.image_rank
            notes.engine_created_at = known.engine_created_at
        objects.note_container(subject, notes)
        intake.containers.add(subject)
    return objects.note_name(subject, first[1], event + 1, fact.name)


def _configured(
    intake: Intake, event: int, subject: int, fact: container.ContainerConfigured
) -> int:
    objects = intake.objects
    bound = objects.image(objects.identities[subject].engine, full_image_id(fact.image_id))
    notes = objects.containers.get(subject)
    rank = (codes.moment(fact.occurred_at), event + 1)
    if notes is None:
        notes = ContainerNotes(
            typed=objects.texts.code(""),
            labels=(),
            origin=codes.ORIGIN_CODE[fact.origin],
            first=(True, FOREVER, event + 1),
        )
        objects.note_container(subject, notes)
    if rank > notes.image_rank:
        notes.image, notes.image_rank = bound, rank
        notes.engine_created_at = fact.created_at
        intake.containers.add(subject)
    return bound


def _observed(intake: Intake, event: int, subject: int, fact: container.ContainerObserved) -> int:
    code = codes.exit_code(observed_exit_code(fact))
    intake.observations.append(
        (
            event,
            codes.STATE_CODE[fact.state],
            code,
            -1 if fact.health is None else codes.HEALTH_CODE[health_word(fact.health)],
            codes.moment(fact.started_at),
            codes.moment(fact.finished_at),
        )
    )
    return code


def _exited(intake: Intake, event: int, subject: int, fact: container.ContainerExited) -> int:
    return codes.exit_code(fact.exit_code)


def _exec_ended(intake: Intake, event: int, subject: int, fact: container.ExecEnded) -> int:
    return codes.exit_code(fact.exit_code)


def _renamed(intake: Intake, event: int, subject: int, fact: container.ContainerRenamed) -> int:
    moment = codes.moment(fact.occurred_at)
    return intake.objects.note_name(subject, moment, event + 1, fact.name)


def _signalled(intake: Intake, event: int, subject: int, fact: container.ContainerSignalled) -> int:
    return NONE if fact.signal is None else intake.objects.texts.code(fact.signal)


def _committed(intake: Intake, event: int, subject: int, fact: container.ContainerCommitted) -> int:
    if not fact.image_id:
        return NONE
    objects = intake.objects
    made = objects.image(objects.identities[subject].engine, full_image_id(fact.image_id))
    intake.arrivals.append((event, made))
    return made


def _pointed(intake: Intake, event: int, subject: int, fact: image.ReferencePointed) -> int:
    objects = intake.objects
    intake.pointings.append(
        (
            event,
            codes.HOW_CODE[fact.how],
            codes.moment(fact.not_before),
            codes.moment(fact.not_after),
        )
    )
    return objects.image(objects.identities[subject].engine, full_image_id(fact.image_id))


def _image_arrived(intake: Intake, event: int, subject: int, fact: Fact) -> int:
    intake.arrivals.append((event, subject))
    return NONE


def _described(intake: Intake, event: int, subject: int, fact: image.ImageDescribed) -> int:
    objects = intake.objects
    rank = (codes.moment(fact.occurred_at), event + 1)
    known = objects.images.get(subject)
    if known is None or rank > known.rank:
        objects.note_image(subject, rank, fact.description)
        intake.described = True
    return NONE


def _build_finished(intake: Intake, event: int, subject: int, fact: build.BuildFinished) -> int:
    objects = intake.objects
    key = objects.identities[subject].engine
    made = [objects.image(key, full_image_id(image_id)) for image_id in fact.image_ids]
    intake.arrivals.extend((event, each) for each in made)
    if fact.record is not None and (fact.record.base_images or fact.record.base_configurations):
        told = BuiltOn(
            tuple(each.digest for each in fact.record.base_images), fact.record.base_configurations
        )
        objects.built_on |= dict.fromkeys(made, told)
        intake.described = True
    return objects.texts.code(fact.error) if fact.error else NONE


def _engine_observed(intake: Intake, event: int, subject: int, fact: engine.EngineObserved) -> int:
    rank = (codes.moment(fact.occurred_at), event + 1)
    notes = EngineNotes(rank, fact.name, fact.endpoint, fact.flavour, fact.version)
    intake.objects.note_engine(subject, notes)
    return intake.objects.note_name(subject, *rank, fact.name)


def _engine_reported(intake: Intake, event: int, subject: int, fact: engine.EngineReported) -> int:
    _note_scope(intake, event, fact)
    return intake.objects.texts.code(f"{fact.type} {fact.action}")


def _network_changed(intake: Intake, event: int, subject: int, fact: engine.NetworkChanged) -> int:
    _note_scope(intake, event, fact)
    moment = codes.moment(fact.occurred_at)
    if subject not in intake.objects.names:
        intake.objects.note_name(subject, moment, event + 1, fact.name)
    return intake.objects.texts.code(fact.action)


def _note_scope(intake: Intake, event: int, fact: Fact) -> None:
    if fact.said is not None and fact.said.scope == "swarm":
        intake.swarm.append(event)


def _gap(intake: Intake, event: int, subject: int, fact: engine.GapDeclared) -> int:
    cause = intake.objects.texts.code(fact.cause.value)
    intake.gaps.append((event, codes.moment(fact.started_at), codes.moment(fact.ended_at), cause))
    return cause


def _text(field: str) -> Taker:
    def take(intake: Intake, event: int, subject: int, fact: Fact) -> int:
        text = getattr(fact, field)
        return intake.objects.texts.code(text) if text else NONE

    return take


TAKERS: dict[type[Fact], Taker] = {
    container.ContainerCreated: _created,
    container.ContainerFound: _found,
    container.ContainerConfigured: _configured,
    container.ContainerObserved: _observed,
    container.ContainerExited: _exited,
    container.ExecEnded: _exec_ended,
    container.ContainerRenamed: _renamed,
    container.ContainerSignalled: _signalled,
    container.ContainerCommitted: _committed,
    container.HealthChanged: _text("status"),
    container.NetworkConnected: _text("network"),
    container.NetworkDisconnected: _text("network"),
    container.VolumeMounted: _text("volume"),
    container.VolumeUnmounted: _text("volume"),
    container.ContainerReported: _text("action"),
    container.ContainerUnknown: _text("reason"),
    image.ReferencePointed: _pointed,
    image.ImageDescribed: _described,
    image.ImageCreated: _image_arrived,
    image.ImageLoaded: _image_arrived,
    image.ImageImported: _image_arrived,
    image.ImageTagged: _text("reference"),
    image.ImageUntagged: _text("reference"),
    image.ImageReported: _text("action"),
    build.BuildStarted: _text("builder"),
    build.BuildFinished: _build_finished,
    engine.EngineObserved: _engine_observed,
    engine.EngineReported: _engine_reported,
    engine.NetworkChanged: _network_changed,
    engine.VolumeChanged: _text("action"),
    engine.ResourcesPruned: _text("kind"),
    engine.RecordingStarted: _text("recorder"),
    engine.RecordingStopped: _text("reason"),
    engine.GapDeclared: _gap,
    engine.ClockStepped: _text("clock"),
}
"""What is taken from each kind of fact; a kind that is missing leaves the value empty."""

VALUE_IS_TEXT = codes.topic_set(
    container.ContainerCreated,
    container.ContainerFound,
    container.ContainerRenamed,
    container.ContainerSignalled,
    container.HealthChanged,
    container.NetworkConnected,
    container.NetworkDisconnected,
    container.VolumeMounted,
    container.VolumeUnmounted,
    container.ContainerReported,
    container.ContainerUnknown,
    image.ImageTagged,
    image.ImageUntagged,
    image.ImageReported,
    build.BuildStarted,
    build.BuildFinished,
    engine.EngineObserved,
    engine.EngineReported,
    engine.NetworkChanged,
    engine.VolumeChanged,
    engine.ResourcesPruned,
    engine.RecordingStarted,
    engine.RecordingStopped,
    engine.GapDeclared,
    engine.ClockStepped,
)
VALUE_IS_IMAGE = codes.topic_set(
    container.ContainerConfigured, container.ContainerCommitted, image.ReferencePointed
)
VALUE_IS_EXIT_CODE = codes.topic_set(
    container.ContainerExited, container.ExecEnded, container.ContainerObserved
)
