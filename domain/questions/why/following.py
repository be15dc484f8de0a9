"""What followed an end: another start, or nothing."""

from domain.facts.container import ContainerConfigured, ContainerRestarted, ContainerState
from domain.facts.engine import GapCause
from domain.moments import MINUTE, SECOND
from domain.questions.history import Event
from domain.questions.why.claims import Certainty, Claim, claim, clock, seconds
from domain.questions.why.ending import NOBODY, asked_for
from domain.questions.why.run import Run

_POLICIES = ("always", "unless-stopped", "on-failure")
_AFTER_BOOT = 2 * MINUTE
_LONGEST_PAUSE = 70 * SECOND
"""The engine waits at most a minute before it restarts a container."""
_AT_ONCE = 10 * SECOND


def restart_claims(run: Run, started: Event) -> list[Claim]:
    """What started it again."""
    when = f"It was started again at {clock(started.moment)}"
    after = run.of(
        ContainerRestarted, since=started.moment - SECOND, until=started.moment + _AT_ONCE
    )
    if after and run.tells_of_requests:
        sentence = f"{when}, as a restart that was asked for does."
        return [claim("restarted", sentence, [started, *after])]
    policy = _policy(run)
    ended = run.exit
    if ended is None:
        boot = _boot(run, run.start or started, started)
        return [boot or claim("started_again", f"{when}.", [started])]
    seen = [(e, fact) for e, fact in run.seen if e.moment == ended.moment]
    waiting = [each for each in seen if each[1].state is ContainerState.RESTARTING]
    if waiting:
        event, fact = waiting[-1]
        named = f"restart policy ({policy})" if policy else "restart policy"
        count = f", its {_nth(fact.restart_count)} restart by it" if fact.restart_count else ""
        sentence = f"{when} by its {named}{count}."
        return [claim("restart_policy", sentence, [event, started], at=started.moment)]
    boot = _boot(run, ended, started)
    if boot is not None:
        return [boot]
    likely = (
        policy in _POLICIES
        and not asked_for(run, ended)
        and started.moment - ended.moment <= _LONGEST_PAUSE
        and not (policy == "on-failure" and run.exit_code == 0)
        and not seen
    )
    if likely:
        sentence = f"{when}, {seconds(started.moment - ended.moment)} after: most likely by its "
        sentence += f"restart policy ({policy})."
        return [claim("restart_policy", sentence, [started], certainty=Certainty.LIKELY)]
    if run.configuration is None and not asked_for(run, ended):
        sentence = f"{when}; whether by a restart policy is not known, since it was not inspected."
        return [claim("not_known", sentence, [started], certainty=Certainty.NOT_KNOWN)]
    sentence = f"{when} from outside. {NOBODY}"
    return [claim("started_again", sentence, [started], certainty=Certainty.LIKELY)]


def _boot(run: Run, ended: Event, started: Event) -> Claim | None:
    for gap in run.gaps:
        fits = ended.moment <= gap.end + _AFTER_BOOT and gap.start <= started.moment
        if gap.cause != GapCause.ENGINE_RESTARTED.value or not fits:
            continue
        if started.moment <= gap.end + _AFTER_BOOT:
            return Claim(
                "engine_restart",
                f"It was started again at {clock(started.moment)}, when the engine came back.",
                Certainty.LIKELY.value,
                started.moment,
                sorted((gap.position, started.position)),
            )
    return None


def rest_claims(run: Run) -> list[Claim]:
    """Why nothing started it again."""
    policy, ended = _policy(run), run.exit
    if policy is None or ended is None:
        return []
    if policy not in _POLICIES:
        sentence = "Nothing starts it again by itself: it has no restart policy."
    elif asked_for(run, ended):
        sentence = f"Its restart policy ({policy}) does not start again what was asked to end."
    elif policy == "on-failure" and run.exit_code == 0:
        sentence = "Its restart policy (on-failure) does not start again what ended well."
    elif policy == "on-failure" and run.configuration and run.configuration.restart_retries:
        tries = run.configuration.restart_retries
        sentence = f"Its restart policy (on-failure, at most {tries} times in a row) gave up."
    else:
        return []
    told = [each for each in run.events if each.kind is ContainerConfigured]
    return [claim("not_restarted", sentence, [*told[-1:], ended], at=ended.moment)]


def _policy(run: Run) -> str | None:
    """The restart policy as last inspected; None where it is not known."""
    return None if run.configuration is None else (run.configuration.restart_policy or "no")


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 20 else ending}"
