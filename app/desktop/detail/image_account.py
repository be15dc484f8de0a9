"""What is told of an image: what it runs, what it was built from, and how."""

from adapters.readmodel import History
from app.desktop.detail.particulars import Particular
from app.desktop.moment_text import Zone, bytes_text, length
from domain.build_record import BuildRecord, BuildStep
from domain.facts.build import BuildFinished
from domain.facts.image import Description
from domain.identity import BUILD, short_id
from domain.questions.bases import Evidence
from domain.questions.setup import full_description
from domain.questions.show import Reading

_EVIDENCE = {
    Evidence.PARENT.value: "named by the engine as its parent",
    Evidence.LAYERS.value: "its layers begin with that image's",
    Evidence.LABEL.value: "a label of the image says so",
    Evidence.AMBIGUOUS.value: "one of several with the same layers",
}
_MOST_STEPS = 40
_MOST_TAGS = 6


def image_lines(
    history: History, reading: Reading, subject: int, moment: int, zone: Zone
) -> list[Particular]:
    """The lines of an image or of a build."""
    if history.identity_of(subject).kind == BUILD:
        return _builds(_finished(reading, history.positions_of(subject)), zone)
    sources = {e.source for e in history.arrivals_of(subject) if e.source != subject}
    builds = sorted(each for each in sources if history.identity_of(each).kind == BUILD)
    positions = [position for each in builds for position in history.positions_of(each)]
    return [
        *_base(history, subject, moment),
        *_builds(_finished(reading, positions), zone),
        *_description(full_description(history, subject, reading)),
    ]


def _base(history: History, subject: int, moment: int) -> list[Particular]:
    base = history.bases().get(subject)
    if base is None:
        return []
    evidence = base.evidence.value
    held = [history.name_of(reference) for reference, at in history.holders_of(base.image)
            if at <= moment]  # fmt: skip
    known = short_id(history.identity_of(base.image).object_id)
    name = ", ".join(dict.fromkeys(held[-_MOST_TAGS:])) or "no reference"
    lines = [
        Particular("Base image"),
        Particular("From", f"{name} ({known})", subject=base.image),
        Particular("Known by", _EVIDENCE.get(evidence, evidence)),
    ]
    if base.candidates:
        shown = ", ".join(short_id(history.identity_of(each).object_id) for each in base.candidates)
        lines.append(Particular("Candidates", shown))
    return lines


def _finished(reading: Reading, positions: list[int]) -> list[tuple[int, BuildFinished]]:
    facts = reading(sorted(positions)) if positions else ()
    return [(e.position, e.fact) for e in facts if isinstance(e.fact, BuildFinished)]


def _builds(builds: list[tuple[int, BuildFinished]], zone: Zone) -> list[Particular]:
    lines: list[Particular] = []
    for position, fact in builds[-3:]:
        lines.append(Particular("Failed build" if fact.error else "Build"))
        lines.append(Particular("Ended", zone.absolute(fact.occurred_at), event=position))
        known = "inferred from the image" if fact.inferred else fact.builder
        lines.append(Particular("Builder", known))
        if fact.error:
            lines.append(Particular("Failure", fact.error, strong=True))
        if fact.record is not None:
            lines += _record(fact.record)
    return lines


def _record(record: BuildRecord) -> list[Particular]:
    told = [
        ("Dockerfile", record.dockerfile_name),
        ("Target", record.target),
        ("Platforms", ", ".join(record.platforms)),
        ("Source", record.source or record.directory),
        ("Revision", record.revision),
        ("Arguments", ", ".join(each.name for each in record.arguments)),
        ("Steps", f"{record.totals.steps}, of them {record.totals.cached} cached"),
    ]
    lines = [Particular(label, value) for label, value in told if value]
    failed = record.failure
    if failed is not None and failed.step:
        where = f" (line {failed.line})" if failed.line else ""
        lines.append(Particular("Failed at", f"{failed.step}{where}"))
    lines += [_step(each) for each in record.steps[:_MOST_STEPS] if each.of_the_dockerfile]
    return lines


def _step(step: BuildStep) -> Particular:
    if step.error:
        took = "failed"
    elif step.cached:
        took = "cached"
    elif step.started_at is None or step.completed_at is None:
        took = "not reached"
    else:
        took = length(step.completed_at - step.started_at)
    return Particular(took, step.name)


def _description(description: Description | None) -> list[Particular]:
    if description is None:
        return []
    told = [
        ("Entrypoint", " ".join(description.entrypoint)),
        ("Command", " ".join(description.command)),
        ("User", description.user),
        ("Working folder", description.working_dir),
        ("Exposes", ", ".join(description.exposed_ports)),
        ("Volumes", ", ".join(description.volumes)),
        ("Variables", ", ".join(each.name for each in description.variables)),
    ]
    lines = [Particular(label, value) for label, value in told if value]
    lines = [Particular("Runs"), *lines] if lines else []
    if description.history:
        lines.append(Particular(f"Instructions ({len(description.history)})"))
        for each in description.history[-_MOST_STEPS:]:
            size = bytes_text(each.size) if each.size else "–"
            lines.append(Particular(size, each.text))
    return lines
