"""Why a container never started, or that it runs."""

from domain.facts.container import ContainerState, HealthChanged, NetworkDisconnected
from domain.moments import FOREVER
from domain.questions.exit_codes import meaning
from domain.questions.why.claims import Certainty, Claim, claim, clock, unrecorded
from domain.questions.why.run import Run


def never_started_claims(run: Run) -> list[Claim]:
    """Why no process of it ever ran, as far as it was recorded."""
    claims = []
    if run.birth is not None:
        claims.append(claim("created", f"It was created at {clock(_born(run))}.", [run.birth]))
    failed = [(e, fact) for e, fact in run.seen if fact.error]
    if failed:
        event, fact = failed[-1]
        code = fact.exit_code
        said = (
            f" Exit code {code}: {meaning(code, out_of_memory=False, asked_to_stop=False)}."
            if code
            else ""
        )
        sentence = f"The engine could not start it: {fact.error.strip()}.".replace("..", ".")
        return [*claims, claim("start_failed", sentence + said, [event])]
    ended = run.exit
    if ended is not None:
        return claims
    if missed := _missed(run):
        claims.append(missed)
    left = [each for each in run.events if each.kind is NetworkDisconnected]
    if left:
        sentence = "It left its network without having started, as when a start fails; the "
        sentence += "engine's message was not to be had."
        return [*claims, claim("start_failed", sentence, left[-1:], certainty=Certainty.LIKELY)]
    sentence = "No start was recorded. Whether one was asked for and failed is not known: engines "
    sentence += "tell nothing of a start that fails."
    if any(fact.state is ContainerState.CREATED for _, fact in run.seen):
        sentence = "No start was recorded, and the engine showed it as created only."
        return [*claims, claim("not_started", sentence, [e for e, _ in run.seen][-1:])]
    return [*claims, claim("not_known", sentence, certainty=Certainty.NOT_KNOWN)]


def running_claims(run: Run) -> list[Claim]:
    """That it runs, and since when."""
    claims = []
    if run.birth is not None:
        claims.append(claim("created", f"It was created at {clock(_born(run))}.", [run.birth]))
    if run.start is not None:
        sentence = f"It has been running since {clock(run.start.moment)}; no end was recorded."
        claims.append(claim("running", sentence, [run.start]))
        told = run.of(HealthChanged, since=run.start.moment, until=run.at)
        if told and told[-1].value == "unhealthy":
            sentence = f"It has been unhealthy since {clock(told[-1].moment)}."
            claims.append(claim("unhealthy", sentence, [told[-1]]))
    return claims


def _born(run: Run) -> int:
    record = run.history.container_record(run.container)
    assert run.birth is not None
    return run.birth.moment if record is None else min(record.born_at, run.birth.moment)


def _missed(run: Run) -> Claim | None:
    """The gap in which a start may have been missed."""
    first = run.birth.moment if run.birth else run.at
    last = FOREVER if run.removal is None else run.removal.moment
    for gap in run.gaps:
        if gap.start >= first and gap.start <= min(run.at, last):
            return unrecorded(gap)
    return None
