"""Why a container stopped, restarted, was replaced, was removed or never started."""

from enum import StrEnum

import msgspec

from domain.errors import ShipslogError
from domain.moments import FOREVER
from domain.questions.history import Event, History
from domain.questions.served import Served, served_by
from domain.questions.services import project_of, service_of
from domain.questions.show import Reading
from domain.questions.why.beginning import never_started_claims, running_claims
from domain.questions.why.claims import Certainty, Claim, claim, clock, unrecorded
from domain.questions.why.ending import ending_claims
from domain.questions.why.following import rest_claims, restart_claims
from domain.questions.why.removal import removal_claims
from domain.questions.why.run import Run, last_run
from domain.questions.why.successor import successor_claims, successor_of
from domain.questions.writing import Json, written, written_moment

__all__ = ["Certainty", "Claim", "Outcome", "Why", "to_json", "why"]


class Outcome(StrEnum):
    """What became of the container, as of the moment that is asked for."""

    RUNNING = "running"
    RESTARTED = "restarted"
    STOPPED = "stopped"
    REPLACED = "replaced"
    REMOVED = "removed"
    NEVER_STARTED = "never_started"


_WORDS = {
    Outcome.RUNNING: "runs and never ended",
    Outcome.RESTARTED: "ended and was started again",
    Outcome.STOPPED: "stopped",
    Outcome.REPLACED: "was replaced",
    Outcome.REMOVED: "was removed",
    Outcome.NEVER_STARTED: "never started",
}


_REASONS = {
    "start_failed": "the engine could not start it",
    "replaced": "another of its service took over",
    "out_of_memory": "it ran out of memory",
    "restart_requested": "a restart was asked for",
    "stop_requested": "a stop was asked for",
    "killed": "it was killed from outside",
    "signalled": "it was sent a signal",
    "engine_restart": "the engine went down",
    "by_itself": "its process ended by itself",
    "not_known": "why is not known",
}
"""What the headline says of an end; of several the first."""
_REMOVALS = {
    "removed": " from outside",
    "removed_itself": " by the engine, as --rm asks for",
    "pruned": " by a prune",
    "removed_unseen": " while nobody recorded",
}


class Why(msgspec.Struct, frozen=True):
    """What became of a container and why: a chain of claims, the first in time first."""

    id: str
    name: str
    service: str
    project: str | None
    engine: str
    engine_name: str
    served: Served
    at: int | None
    """The moment that was asked for; None for now."""
    outcome: str
    sentence: str
    claims: list[Claim]


def why(history: History, container: int, reading: Reading, moment: int | None = None) -> Why:
    """What is known, as of a moment (by default now), of why the container is as it is.

    Raises:
        ShipslogError: the container was not there yet.
    """
    run = last_run(history, container, reading, FOREVER - 1 if moment is None else moment)
    _, engine, object_id = history.identity_of(container)
    if not run.events:
        raise ShipslogError(
            f"Nothing is recorded of {history.name_of(container)} "
            + ("." if moment is None else f"up to {clock(moment)}.")
        )
    record = history.container_record(container)
    labels = {} if record is None else record.labels
    outcome, claims = _explained(run, reading)
    claims = _with_gap(run, claims)
    return Why(
        id=object_id,
        name=run.name,
        service=service_of(labels, run.name),
        project=project_of(labels),
        engine=engine,
        engine_name=history.engine_name(engine),
        served=served_by(history, container),
        at=moment,
        outcome=outcome.value,
        sentence=_headline(run, outcome, claims),
        claims=claims,
    )


def _explained(run: Run, reading: Reading) -> tuple[Outcome, list[Claim]]:
    if run.removal is not None:
        return _gone(run, run.removal, reading)
    if run.start is None and run.exit is None:
        return Outcome.NEVER_STARTED, never_started_claims(run)
    if run.exit is None and run.next_start is None:
        return Outcome.RUNNING, running_claims(run)
    claims = _ending(run)
    if run.next_start is not None:
        return Outcome.RESTARTED, claims + restart_claims(run, run.next_start)
    successor = successor_of(run)
    if successor is not None:
        return Outcome.REPLACED, claims + successor_claims(run, *successor, reading)
    return Outcome.STOPPED, claims + rest_claims(run)


def _gone(run: Run, removed: Event, reading: Reading) -> tuple[Outcome, list[Claim]]:
    if run.start is None and run.exit is None:
        claims = never_started_claims(run)
    elif run.next_start is None:
        claims = _ending(run)
    else:
        claims = [_missed_end([run.next_start])]
    claims += removal_claims(run, removed)
    successor = successor_of(run)
    if successor is None:
        return Outcome.REMOVED, claims
    return Outcome.REPLACED, claims + successor_claims(run, *successor, reading)


def _ending(run: Run) -> list[Claim]:
    """How the last run began and ended."""
    began = [] if run.start is None else [run.start]
    claims = [
        claim("started", f"This run began at {clock(each.moment)}.", [each]) for each in began
    ]
    if run.exit is None:
        return [*claims, _missed_end(began)]
    return claims + ending_claims(run, run.exit)


def _missed_end(shown: list[Event]) -> Claim:
    sentence = "When and why its process ended is not known: no end was recorded."
    return claim("not_known", sentence, shown, certainty=Certainty.NOT_KNOWN)


def _with_gap(run: Run, claims: list[Claim]) -> list[Claim]:
    """Says so where the moment that is asked for lies in a stretch that nobody recorded."""
    gap = run.gap_at(run.at)
    told = [*claims, *([] if gap is None else [unrecorded(gap)])]
    return list({(each.what, each.sentence): each for each in told}.values())


def _headline(run: Run, outcome: Outcome, claims: list[Claim]) -> str:
    told = {each.what: each for each in claims}
    reason = next((what for what in _REASONS if what in told), None)
    likely = reason and told[reason].certainty == Certainty.LIKELY.value
    because = f"{'most likely ' if likely else ''}{_REASONS[reason]}" if reason else ""
    sentence = f"{run.name} {_WORDS[outcome]}"
    if outcome is Outcome.REMOVED:
        sentence += next((words for what, words in _REMOVALS.items() if what in told), "")
        if run.exit is not None and because:
            return f"{sentence}; before, it had ended: {because}."
    return f"{sentence}: {because}." if because else f"{sentence}."


def to_json(answer: Why) -> Json:
    """The explanation as `shipslog why --format json` prints it."""
    return {
        "id": answer.id,
        "name": answer.name,
        "service": answer.service,
        "project": answer.project,
        "engine": answer.engine,
        "engine_name": answer.engine_name,
        **written(answer.served),
        "at": written_moment(answer.at),
        "outcome": answer.outcome,
        "sentence": answer.sentence,
        "claims": [written(each) for each in answer.claims],
    }
