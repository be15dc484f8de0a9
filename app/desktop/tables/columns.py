"""The columns of the tables of containers, images and references."""

from app.desktop.moment_text import ago, bytes_text
from app.desktop.tables.container_tones import state_words, tone_of
from app.desktop.tables.table_model import Column, Moment
from domain.identity import short_id
from domain.questions.answers import ContainerAt, ImageAt, ReferenceAt

_NONE = "—"


def container_columns() -> list[Column[ContainerAt]]:
    """What is told of a container at a moment."""
    return [
        Column(
            "State",
            lambda row, at: state_words(row.state, row.exit_code),
            lambda row: (row.state or "", row.exit_code or 0),
            tone=lambda row: tone_of(row.state, row.exit_code, row.health),
            width=100,
        ),
        Column("Name", lambda row, at: row.name, lambda row: row.name.casefold(), width=160),
        Column(
            "Image",
            _image_text,
            lambda row: (row.reference or "", row.version or 0),
            _image_more,
            width=165,
        ),
        Column("Since", _since_text, _since, _since_more, width=95),
        Column("Health", lambda row, at: row.health or _NONE, lambda row: row.health, width=80),
        Column(
            "Created",
            lambda row, at: ago(row.created_at, at.at),
            lambda row: row.created_at,
            lambda row, at: at.zone.exact(row.created_at),
            width=95,
        ),
        Column(
            "Restarts",
            lambda row, at: str(row.restarts),
            lambda row: row.restarts,
            to_the_right=True,
            width=70,
        ),
        Column("Project", lambda row, at: row.project or _NONE, lambda row: row.project, width=100),
        Column("Service", lambda row, at: row.service, lambda row: row.service, width=100),
        Column(
            "ID",
            lambda row, at: short_id(row.id),
            lambda row: row.id,
            lambda row, at: row.id,
            fixed_width=True,
            width=115,
        ),
        Column(
            "Engine",
            lambda row, at: row.engine_name,
            lambda row: row.engine_name,
            lambda row, at: f"{row.engine_name} ({row.engine})",
            width=110,
        ),
    ]


def image_columns() -> list[Column[ImageAt]]:
    """What is told of an image at a moment."""
    return [
        Column(
            "ID",
            lambda row, at: short_id(row.id),
            lambda row: row.id,
            lambda row, at: row.id,
            fixed_width=True,
            width=115,
        ),
        Column(
            "References",
            lambda row, at: ", ".join(row.references) or "none (dangling)",
            lambda row: row.references,
            width=230,
        ),
        Column(
            "In use",
            lambda row, at: str(row.in_use),
            lambda row: row.in_use,
            lambda row, at: f"{row.in_use} containers at this moment",
            to_the_right=True,
            width=60,
        ),
        Column(
            "Size",
            lambda row, at: bytes_text(row.size),
            lambda row: row.size,
            lambda row, at: _NONE if row.size is None else f"{row.size:,} bytes",
            to_the_right=True,
            width=80,
        ),
        Column(
            "Created",
            lambda row, at: ago(row.created_at, at.at),
            lambda row: row.created_at,
            lambda row, at: at.zone.exact(row.created_at),
            width=100,
        ),
        Column(
            "Base",
            lambda row, at: short_id(row.base) if row.base else _NONE,
            lambda row: row.base,
            lambda row, at: row.base or "not known",
            fixed_width=True,
            width=150,
        ),
        Column(
            "Engine",
            lambda row, at: row.engine_name,
            lambda row: row.engine_name,
            lambda row, at: f"{row.engine_name} ({row.engine})",
            width=110,
        ),
    ]


def reference_columns() -> list[Column[ReferenceAt]]:
    """What is told of a reference at a moment."""
    return [
        Column("Reference", lambda row, at: row.reference, lambda row: row.reference, width=230),
        Column(
            "Version",
            lambda row, at: f"v{row.version}",
            lambda row: row.version,
            to_the_right=True,
            width=70,
        ),
        Column(
            "Image",
            lambda row, at: short_id(row.image_id),
            lambda row: row.image_id,
            lambda row, at: row.image_id,
            fixed_width=True,
            width=115,
        ),
        Column(
            "Since",
            lambda row, at: ago(row.since, at.at),
            lambda row: row.since,
            lambda row, at: at.zone.exact(row.since),
            width=110,
        ),
        Column(
            "Engine",
            lambda row, at: row.engine_name,
            lambda row: row.engine_name,
            lambda row, at: f"{row.engine_name} ({row.engine})",
            width=110,
        ),
    ]


def _image_text(row: ContainerAt, at: Moment) -> str:
    name = row.reference or (short_id(row.image_id) if row.image_id else "unknown")
    return f"{name}  v{row.version}" if row.version is not None else name


def _image_more(row: ContainerAt, at: Moment) -> str:
    return f"{_image_text(row, at)} = {row.image_id or 'image id not known'}"


def _since(row: ContainerAt) -> int | None:
    """Since when the container is in its state, where that is known."""
    match row.state:
        case "running" | "paused" | "restarting":
            return row.started_at
        case "exited" | "dead":
            return row.finished_at
    return row.created_at


def _since_text(row: ContainerAt, at: Moment) -> str:
    return ago(_since(row), at.at)


def _since_more(row: ContainerAt, at: Moment) -> str:
    return at.zone.exact(_since(row))
