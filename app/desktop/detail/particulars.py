"""What is told of one object at a moment, as lines of label and value."""

from dataclasses import dataclass

from adapters.readmodel import History
from app.desktop.moment_text import Zone, ago, bytes_text, length
from app.desktop.tables.container_tones import state_words, tone_of
from app.desktop.theme import Tone
from domain.identity import CONTAINER, ENGINE, IMAGE, REFERENCE
from domain.moments import FOREVER
from domain.questions.answers import ContainerAt

_MOST_LABELS = 60


@dataclass(frozen=True, slots=True)
class Particular:
    """One line; a heading has no value."""

    label: str
    value: str = ""
    fixed_width: bool = False
    strong: bool = False
    copied: bool = False
    """Whether it is a text to be taken away as it is."""
    event: int = 0
    """The position of the event that shows it; 0 for none."""
    subject: int = -1
    """The object that it is about, by its number; -1 for none."""

    @property
    def heading(self) -> bool:
        """Whether the line begins a section."""
        return not self.value

    @property
    def shape(self) -> tuple[object, ...]:
        """What decides which widgets show it; a copied text keeps none."""
        held = self.value if self.copied else bool(self.value)
        return (self.label, held, self.fixed_width, self.strong, self.event, self.subject)


@dataclass(frozen=True, slots=True)
class Portrait:
    """An object at a moment."""

    kind: str
    name: str
    tone: Tone | None
    state: str
    lines: list[Particular]


def portrait(history: History, number: int, moment: int, zone: Zone) -> Portrait:
    """All that is known of an object at a moment; of one not there, of its whole life."""
    kind, engine, object_id = history.identity_of(number)
    name = history.name_of(number, moment)
    lines = [
        Particular("ID", object_id, True),
        Particular("Engine", history.engine_name(engine)),
    ]
    tone, state = None, ""
    if kind == CONTAINER:
        tone, state, more = _container(history, number, moment, zone)
        lines += more
    elif kind == IMAGE:
        state, more = _image(history, number, moment, zone)
        lines += more
    elif kind == REFERENCE:
        state, more = _reference(history, number, moment, zone)
        lines += more
    elif kind == ENGINE:
        state, more = _engine(history, engine, moment)
        lines += more
    lines += _life(history, number, zone)
    return Portrait(kind, name, tone, state, lines)


def _container(
    history: History, number: int, moment: int, zone: Zone
) -> tuple[Tone | None, str, list[Particular]]:
    _, engine, object_id = history.identity_of(number)
    row = next(
        (
            each
            for each in history.containers_at(moment)
            if each.id == object_id and each.engine == engine
        ),
        None,
    )
    lines = _image_lines(history, number)
    tone, state = None, "not there at this moment"
    if row is not None:
        tone = tone_of(row.state, row.exit_code, row.health)
        state = state_words(row.state, row.exit_code)
        lines += _moments(row, moment, zone)
    record = history.container_record(number)
    if record is not None and record.labels:
        lines.append(Particular("Labels"))
        shown = sorted(record.labels.items())[:_MOST_LABELS]
        lines += [Particular("", f"{key}={value}", True) for key, value in shown]
        if len(record.labels) > len(shown):
            lines.append(Particular("…", f"{len(record.labels) - len(shown)} more labels"))
    return tone, state, lines


def _image_lines(history: History, number: int) -> list[Particular]:
    image, reference, version = history.bound_of(number)
    record = history.container_record(number)
    lines = [Particular("Image typed", record.typed)] if record and record.typed else []
    if reference >= 0 and version > 0:
        lines.append(Particular("Image version", f"{history.name_of(reference)} version {version}"))
    known = history.identity_of(image).object_id if image >= 0 else "not known"
    lines.append(Particular("Image ID", known, image >= 0))
    if record is not None:
        lines.append(Particular("Known by", record.origin))
    return lines


def _moments(row: ContainerAt, moment: int, zone: Zone) -> list[Particular]:
    lines = []
    for label, at in (
        ("Created", row.created_at),
        ("Started", row.started_at),
        ("Finished", row.finished_at),
    ):
        if at is not None:
            lines.append(Particular(label, f"{zone.exact(at)} ({ago(at, moment)})"))
    if row.health:
        lines.append(Particular("Health", row.health))
    if row.restarts:
        lines.append(Particular("Restarts", str(row.restarts)))
    lines.append(Particular("Service", row.service))
    if row.project:
        lines.append(Particular("Project", row.project))
    return lines


def _image(history: History, number: int, moment: int, zone: Zone) -> tuple[str, list[Particular]]:
    _, engine, object_id = history.identity_of(number)
    row = next(
        (
            each
            for each in history.images_at(moment)
            if each.id == object_id and each.engine == engine
        ),
        None,
    )
    lines: list[Particular] = []
    state = "not there at this moment"
    if row is not None:
        state = f"in use by {row.in_use}" if row.in_use else "unused"
        if not row.references:
            state += ", dangling"
        lines.append(Particular("References", ", ".join(row.references) or "none (dangling)"))
        lines.append(Particular("Size", bytes_text(row.size)))
    description = history.description_of(number)
    if description is not None:
        if description.created_at is not None:
            lines.append(Particular("Created", zone.exact(description.created_at)))
        lines.append(Particular("Platform", f"{description.os}/{description.architecture}"))
        lines.append(Particular("Layers", str(len(description.layers))))
        if description.builder:
            lines.append(Particular("Made by", description.builder))
        lines += [Particular("Digest", digest, True) for digest in description.repo_digests]
    return state, lines


def _reference(
    history: History, number: int, moment: int, zone: Zone
) -> tuple[str, list[Particular]]:
    versions = history.versions_of(number)
    held = next((each for each in versions if each.start <= moment < each.end), None)
    state = f"version {held.number}" if held is not None else "points to nothing at this moment"
    if held is None:
        return state, []
    image = history.identity_of(held.image).object_id
    return state, [
        Particular("Image ID", image, True),
        Particular("Since", zone.absolute(held.start), event=held.position),
    ]


def _engine(history: History, key: str, moment: int) -> tuple[str, list[Particular]]:
    row = next((each for each in history.engines_at(moment) if each.key == key), None)
    if row is None:
        return "not known at this moment", []
    return "recorded" if row.recording else "not recorded", [
        Particular("Endpoint", row.endpoint or "—"),
        Particular("Kind", f"{row.flavour} {row.version}".strip() or "—"),
    ]


def _life(history: History, number: int, zone: Zone) -> list[Particular]:
    stretches = history.life_of(number)
    if not stretches:
        return []
    lines = [Particular("Whole life")]
    for stretch in stretches[-5:]:
        if stretch.end == FOREVER:
            lasted = length(max(history.end - stretch.start, 0))
            lines.append(Particular("There", f"since {zone.absolute(stretch.start)} ({lasted})"))
        else:
            lasted = length(stretch.end - stretch.start)
            value = f"{zone.absolute(stretch.start)} – {zone.absolute(stretch.end)} ({lasted})"
            lines.append(Particular("There", value))
    names = history.names_of(number)
    if len(names) > 1:
        lines.append(Particular("Names", ", ".join(names[-10:])))
    return lines
