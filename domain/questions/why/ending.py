"""Why the process ended: what was asked, what the exit code says, memory, health, the engine."""

from domain.facts import Origin
from domain.facts.container import (
    ContainerOutOfMemory,
    ContainerRemoved,
    ContainerRestarted,
    ContainerSignalled,
    ContainerStopped,
    HealthChanged,
)
from domain.facts.engine import GapCause
from domain.moments import SECOND
from domain.questions.exit_codes import may_end, meaning, signal_name
from domain.questions.history import Event, Gap
from domain.questions.why.claims import Certainty, Claim, claim, clock, unrecorded
from domain.questions.why.run import Run

NOBODY = "Who asked for it is not available: engines do not tell."
_TOGETHER = 30 * SECOND
"""A stop waits ten seconds before it kills; its own event comes before or after the end."""
_AT_ONCE = 10 * SECOND
_GOING_DOWN = 60 * SECOND
"""An engine that is told to go down first stops its containers, each in its own time."""
_LOST_TRACK = 255


def ending_claims(run: Run, ended: Event) -> list[Claim]:
    """What is known of the end of the process."""
    asked = asked_for(run, ended)
    memory = out_of_memory(run, ended)
    down = engine_went_down(run, ended)
    found = [_ended(run, ended, asked=bool(asked), memory=bool(memory), down=down)]
    found += _requests(run, ended, asked)
    if memory:
        found.append(_memory(run, ended, memory))
    found += _unhealthy(run, ended)
    if down is not None:
        found.append(_down(down, asked))
    elif (gap := run.gap_at(ended.moment)) is not None and ended.origin is Origin.RECONCILED:
        found.append(unrecorded(gap))
    if not asked and not memory and down is None:
        found.append(_by_itself(run, ended))
    return found


def asked_for(run: Run, ended: Event) -> list[Event]:
    """The requests from outside that came with the end, in the order of time."""
    stops = run.of(
        ContainerStopped, since=ended.moment - _AT_ONCE, until=ended.moment + _AT_ONCE
    ) + _restarts(run, ended)
    # Without a stop only a signal shortly before can have been the reason.
    since = run.began if stops else max(run.began, ended.moment - _TOGETHER)
    signal = "" if run.configuration is None else run.configuration.stop_signal
    signals = [
        each
        for each in run.of(ContainerSignalled, since=since, until=ended.moment + SECOND)
        if each.value is None or may_end(str(each.value), signal)
    ]
    return sorted({*signals, *stops}, key=lambda each: (each.moment, each.position))


def _restarts(run: Run, ended: Event) -> list[Event]:
    """The request for a restart, which is told after the start that it led to."""
    if not run.tells_of_requests or run.next_start is None:
        return []
    if run.next_start.moment - ended.moment > _TOGETHER:
        return []
    since = run.next_start.moment - SECOND
    return run.of(ContainerRestarted, since=since, until=run.next_start.moment + _AT_ONCE)


def out_of_memory(run: Run, ended: Event) -> list[Event]:
    """The events that tell of a want of memory in this run."""
    told = run.of(ContainerOutOfMemory, since=run.began, until=ended.moment + SECOND)
    seen = [e for e, fact in run.seen if fact.oom_killed and e.moment == ended.moment]
    return told + seen


def engine_went_down(run: Run, ended: Event) -> Gap | None:
    """The gap after which the engine was another process, if the end fits its beginning."""
    return next(
        (
            gap
            for gap in run.gaps
            if gap.cause == GapCause.ENGINE_RESTARTED.value
            and gap.start - _GOING_DOWN <= ended.moment <= gap.end
        ),
        None,
    )


def _ended(run: Run, ended: Event, *, asked: bool, memory: bool, down: Gap | None) -> Claim:
    code = run.exit_code
    when = f"The process ended at {clock(ended.moment)}"
    if code is None:
        return claim(
            "ended",
            f"{when}; its exit code is not known, since the engine's event does not tell it "
            "reliably and no inspection came in time.",
            [ended],
        )
    said = f"{when} with exit code {code}"
    events = [ended, *(e for e, _ in run.seen if e.moment == ended.moment)]
    if code == _LOST_TRACK and down is not None:
        return claim(
            "ended",
            f"{said}, which the engine also gives to containers whose end it missed: neither the "
            "code nor the moment can be relied on.",
            events,
            certainty=Certainty.NOT_KNOWN,
        )
    explained = meaning(code, out_of_memory=memory, asked_to_stop=asked)
    return claim("ended", f"{said}: {explained}.", events)


def _requests(run: Run, ended: Event, asked: list[Event]) -> list[Claim]:
    """Who was asked for what: a stop, a restart, a signal, a removal by force."""
    if not asked:
        return []
    signals = [each for each in asked if each.kind is ContainerSignalled]
    said = _signals(signals)
    if any(each.kind is ContainerRestarted for each in asked):
        return [claim("restart_requested", f"A restart was asked for{said}. {NOBODY}", asked)]
    if any(each.kind is ContainerStopped for each in asked):
        return [claim("stop_requested", f"A stop was asked for{said}. {NOBODY}", asked)]
    gone = run.of(ContainerRemoved, since=ended.moment, until=ended.moment + _AT_ONCE)
    if gone and all(signal_name(str(each.value)) == "SIGKILL" for each in signals):
        sentence = f"It was killed at once{said}, as a removal by force does. {NOBODY}"
        return [claim("killed", sentence, [*asked, *gone], at=asked[0].moment)]
    return [claim("signalled", f"It was sent a signal{said}. {NOBODY}", asked)]


def _signals(signals: list[Event]) -> str:
    names = [
        "an unknown signal" if each.value is None else signal_name(str(each.value))
        for each in signals
    ]
    if not names:
        return ""
    if len(names) > 1 and names[-1] == "SIGKILL":
        return f" ({', '.join(names[:-1])}, and then SIGKILL since it did not end in time)"
    return f" ({', '.join(dict.fromkeys(names))})"


def _memory(run: Run, ended: Event, told: list[Event]) -> Claim:
    limit = 0 if run.configuration is None else run.configuration.memory_bytes
    limited = f" (its limit, as last inspected: {limit / 1e6:.0f} MB)" if limit else ""
    if run.exit_code == 137:
        sentence = f"The kernel killed it for want of memory{limited}."
        return claim("out_of_memory", sentence, told)
    return claim(
        "out_of_memory",
        f"The kernel killed a process inside it for want of memory{limited}; whether the "
        "container ended of that is likely, not certain.",
        told,
        certainty=Certainty.LIKELY,
    )


def _unhealthy(run: Run, ended: Event) -> list[Claim]:
    told = run.of(HealthChanged, since=run.began, until=ended.moment)
    if not told or told[-1].value != "unhealthy":
        return []
    return [
        claim(
            "unhealthy",
            f"It had been unhealthy since {clock(told[-1].moment)}. Docker itself ends no "
            "container for that; a swarm or another tool may.",
            [told[-1]],
        )
    ]


def _down(gap: Gap, asked: list[Event]) -> Claim:
    how = "and stops its containers before it does" if asked else "and its containers with it"
    return Claim(
        "engine_restart",
        f"The engine went down between {clock(gap.start)} and {clock(gap.end)}, {how}: that fits.",
        Certainty.LIKELY.value,
        gap.start,
        [gap.position],
    )


def _by_itself(run: Run, ended: Event) -> Claim:
    """Nobody asked: that is known only where the end was recorded."""
    if run.gap_at(ended.moment) is not None:
        return claim(
            "not_known",
            "Whether somebody asked for the end is not known: nobody recorded then.",
            [ended],
            certainty=Certainty.NOT_KNOWN,
        )
    if not run.tells_of_requests:
        return claim(
            "not_known",
            "Whether somebody asked for the end is not known: Podman does not tell of stops.",
            [ended],
            certainty=Certainty.NOT_KNOWN,
        )
    if run.exit_code in (137, 143):
        return claim(
            "not_known",
            "What sent the signal is not known: no request reached the engine, and no want of "
            "memory was reported. Something on the machine or inside the container did.",
            [ended],
            certainty=Certainty.NOT_KNOWN,
        )
    return claim(
        "by_itself",
        "Nobody asked the engine for it: the process ended by itself.",
        [ended],
    )
