"""What is told of a container: why it is as it is, its service, visits, drift and setup."""

from collections.abc import Iterator, Sequence

from adapters.readmodel import History
from app.desktop.detail.particulars import Particular
from app.desktop.detail.setup_lines import setup_lines
from app.desktop.moment_text import Zone, length
from domain.errors import ShipslogError
from domain.facts.container import ContainerProbed, DriftSeen, ExecCreated, ExecEnded, ExecStarted
from domain.questions.log import Recorded
from domain.questions.recreating.recreation import recreate
from domain.questions.setup import setup_at
from domain.questions.show import Reading
from domain.questions.why import Certainty, Claim, why

_DOUBT = {Certainty.LIKELY.value: "Most likely: ", Certainty.NOT_KNOWN.value: ""}
_MOST_VISITS = 12
_MOST_PATHS = 12

Lines = list[Particular]


def container_lines(
    history: History,
    reading: Reading,
    subject: int,
    moment: int,
    zone: Zone,
    service: Lines,
) -> tuple[Lines, Lines]:
    """(why it is so, the rest, with the lines of its service)."""
    own = [
        each for each in reading(history.positions_of(subject)) if each.fact.occurred_at <= moment
    ]
    rest = [
        *service,
        *_visits(own, zone),
        *_drift(own, zone),
        *_setup(history, reading, subject, moment),
    ]
    return _why(history, reading, subject, moment, zone), rest


def _why(history: History, reading: Reading, subject: int, moment: int, zone: Zone) -> Lines:
    try:
        answer = why(history, subject, reading, moment)
    except ShipslogError:
        return []
    sentence = answer.sentence.removeprefix(f"{answer.name} ")
    lines = [Particular("Why"), Particular("", sentence[:1].upper() + sentence[1:], strong=True)]
    return lines + [_claim(each, zone) for each in answer.claims]


def _claim(told: Claim, zone: Zone) -> Particular:
    when = "" if told.at is None else f"{zone.at(told.at):%d %b %H:%M:%S}"
    event = told.events[0] if told.events else 0
    return Particular(when or "—", _DOUBT.get(told.certainty, "") + told.sentence, event=event)


def _visits(own: Sequence[Recorded], zone: Zone) -> Lines:
    """Commands that somebody ran inside; the engine's own probes are counted apart."""
    told = list(_execs(own, zone))
    probes = [each.fact for each in own if isinstance(each.fact, ContainerProbed)]
    title = f"Commands run inside ({len(told)})" if told else "No command was run inside"
    lines = [Particular(title)] if told or probes else []
    lines += told[-_MOST_VISITS:]
    if probes:
        count, failed = sum(each.probes for each in probes), sum(each.failed for each in probes)
        told_failed = f", {failed} failed" if failed else ", none failed"
        lines.append(Particular("Health probes", f"{count:,}{told_failed}"))
    return lines


def _execs(own: Sequence[Recorded], zone: Zone) -> Iterator[Particular]:
    ends = {e.fact.exec_id: e.fact for e in own if isinstance(e.fact, ExecEnded)}
    starts = {e.fact.exec_id: e.fact for e in own if isinstance(e.fact, ExecStarted)}
    for each in own:
        fact = each.fact
        if not isinstance(fact, ExecCreated):
            continue
        ended = ends.get(fact.exec_id) if fact.exec_id else None
        started = starts.get(fact.exec_id) if fact.exec_id else None
        outcome = "no end recorded"
        if ended is not None:
            lasted = ended.occurred_at - (started or fact).occurred_at
            code = (
                "unknown exit code" if ended.exit_code is None else f"exit code {ended.exit_code}"
            )
            outcome = f"{code} after {length(lasted)}"
        when = f"{zone.at(fact.occurred_at):%d %b %H:%M:%S}"
        command = fact.command or "command not told"
        yield Particular(when, f"{command}  ({outcome})", event=each.position)


def _drift(own: Sequence[Recorded], zone: Zone) -> Lines:
    """What its file system has that the image has not, as last seen."""
    seen = [each for each in own if isinstance(each.fact, DriftSeen)]
    if not seen:
        return []
    last = seen[-1].fact
    assert isinstance(last, DriftSeen)
    if not last.total:
        return [Particular("Drift"), Particular("Seen", zone.absolute(last.occurred_at)),
                Particular("Paths", "none differs from the image")]  # fmt: skip
    first = next(each for each in seen if isinstance(each.fact, DriftSeen) and each.fact.total)
    lines = [
        Particular(f"Drift: {_paths(last.total)} from the image"),
        Particular("Since", zone.absolute(first.fact.occurred_at), event=first.position),
        Particular("Seen last", zone.absolute(last.occurred_at), event=seen[-1].position),
    ]
    paths = [
        *(f"+ {path}" for path in last.added),
        *(f"~ {path}" for path in last.modified),
        *(f"- {path}" for path in last.deleted),
    ]
    lines += [Particular("", path, True) for path in paths[:_MOST_PATHS]]
    if last.total > _MOST_PATHS:
        lines.append(Particular("…", f"{last.total - min(len(paths), _MOST_PATHS)} more"))
    return lines


def _paths(count: int) -> str:
    return "one path differs" if count == 1 else f"{count:,} paths differ"


def _setup(history: History, reading: Reading, subject: int, moment: int) -> Lines:
    setup = setup_at(history, subject, reading, moment)
    if setup is None:
        return []
    lines = setup_lines(setup.configuration)
    try:
        answer = recreate(history, subject, reading, moment)
    except ShipslogError:
        return lines
    lines += [Particular("Run it again"), Particular("", answer.text.strip(), True, copied=True)]
    supply = len(answer.supply) + len(answer.redacted)
    if supply:
        names = ", ".join((*answer.supply, *answer.redacted))
        lines.append(Particular("To supply", names))
    lines += [Particular("Not to be had", each) for each in answer.lost]
    return lines
