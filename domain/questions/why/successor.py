"""Which container took over from another, and what is otherwise about it."""

from domain.identity import short_id
from domain.moments import FOREVER
from domain.questions.served import served_by
from domain.questions.services import place_of
from domain.questions.setups import changed_setup, configurations
from domain.questions.show import Reading
from domain.questions.tenures import Tenure, successions, tenures
from domain.questions.why.claims import Certainty, Claim, claim, clock
from domain.questions.why.run import Run

_REPLACES = "com.docker.compose.replace"
"""Compose labels a container with the one that it takes over from: by its id (2.26), its name, or
its place such as `web-1` (2.40)."""


def successor_of(run: Run) -> tuple[Tenure, Tenure] | None:
    """The container's place in its service, and that of the one that took over from it."""
    until = None if run.at == FOREVER - 1 else run.at
    for each in successions(tenures(run.history, until, like=run.container)):
        before = each.before
        if before is not None and before.container == run.container != each.tenure.container:
            return before, each.tenure
    return None


def successor_claims(run: Run, old: Tenure, new: Tenure, reading: Reading) -> list[Claim]:
    """Which container took over from it, and what is otherwise about that one."""
    history = run.history
    # Compose gives its name only after the other is gone.
    name = place_of({}, history.name_of(new.container, run.at))
    short = short_id(_id(run, new))
    record = history.container_record(new.container)
    replaces = "" if record is None else record.labels.get(_REPLACES, "")
    in_place = f"{old.service.name}-{old.place}"
    named = replaces in (_id(run, old), in_place, *history.names_of(old.container))
    before, after = served_by(history, old.container), served_by(history, new.container)
    taken = f"{name} ({short}) of the same service took over at {clock(new.start)}"
    events = [new.began]
    if before.certainly(after) and not before.same_as(after):
        sentence = f"{taken}, made from {after} instead of {before}."
    elif before.certainly(after):
        sentence = f"{taken}, made from the same image; {_otherwise(run, old, new, reading)}."
    else:
        sentence = f"{taken}; whether its image is another is not known."
    certainty = Certainty.CERTAIN if named else Certainty.LIKELY
    claims = [claim("replaced", sentence, events, certainty=certainty, at=new.start)]
    moved = _moved(run, old, new)
    return [*claims, *([moved] if moved else [])]


def _otherwise(run: Run, old: Tenure, new: Tenure, reading: Reading) -> str:
    pair = old.container, new.container
    changed = changed_setup(run.history, configurations(run.history, reading, pair), *pair)
    if changed is None:
        return "whether it is set up otherwise is not known"
    if not changed:
        return "it is set up the same"
    return f"it is set up otherwise ({', '.join(changed)})"


def _moved(run: Run, old: Tenure, new: Tenure) -> Claim | None:
    """That the reference had come to point to another image before the successor was made."""
    records = (run.history.container_record(each.container) for each in (old, new))
    first, second = records
    if first is None or second is None or second.reference is None:
        return None
    if first.reference != second.reference or first.version == second.version:
        return None
    versions = run.history.versions_of(second.reference)
    version = next((each for each in versions if each.number == second.version), None)
    if version is None or version.start > new.start:
        return None
    name = run.history.identity_of(second.reference).object_id
    return Claim(
        "image_changed",
        f"{name} had pointed to that image since {clock(version.start)}.",
        Certainty.CERTAIN.value,
        version.start,
        [version.position],
    )


def _id(run: Run, tenure: Tenure) -> str:
    return run.history.identity_of(tenure.container).object_id
