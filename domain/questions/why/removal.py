"""Who or what removed a container."""

from domain.facts import Origin
from domain.facts.container import ContainerConfigured, ContainerSignalled, ContainerStopped
from domain.facts.engine import ResourcesPruned
from domain.identity import ENGINE, stream_id
from domain.moments import SECOND
from domain.questions.history import Event
from domain.questions.why.claims import Certainty, Claim, claim, clock, unrecorded
from domain.questions.why.ending import NOBODY, asked_for
from domain.questions.why.run import Run

_AT_ONCE = 10 * SECOND


def removal_claims(run: Run, removed: Event) -> list[Claim]:
    """Who or what removed it."""
    when = f"It was removed at {clock(removed.moment)}"
    if removed.origin is Origin.RECONCILED:
        gap = next((each for each in reversed(run.gaps) if each.start <= removed.moment), None)
        gone = claim(
            "removed_unseen",
            f"It was gone at {clock(removed.moment)}; when and by whom it was removed nobody "
            "recorded.",
            [removed],
            certainty=Certainty.NOT_KNOWN,
        )
        return [gone] if gap is None else [gone, unrecorded(gap)]
    if run.configuration is not None and run.configuration.auto_remove and not _forced(run):
        sentence = f"{when} by the engine itself, since it was run with --rm."
        told = [each for each in run.events if each.kind is ContainerConfigured]
        return [claim("removed_itself", sentence, [*told[-1:], removed], at=removed.moment)]
    pruned = _pruned(run, removed)
    if pruned:
        sentence = f"{when} by a prune of stopped containers. {NOBODY}"
        return [claim("pruned", sentence, [removed, *pruned], certainty=Certainty.LIKELY)]
    return [claim("removed", f"{when} from outside. {NOBODY}", [removed])]


def _forced(run: Run) -> bool:
    """Whether it was killed rather than ended by itself or by a stop."""
    if run.exit is None:
        return False
    asked = asked_for(run, run.exit)
    kinds = {each.kind for each in asked}
    return ContainerSignalled in kinds and ContainerStopped not in kinds


def _pruned(run: Run, removed: Event) -> list[Event]:
    """A prune is told after the removals that it did."""
    engine = run.history.object_of(stream_id(ENGINE, run.engine, run.engine))
    if engine is None:
        return []
    told = run.history.events_of((ResourcesPruned,), (engine,))
    return [
        each
        for each in told
        if each.value == "container" and 0 <= each.moment - removed.moment <= _AT_ONCE
    ][:1]
