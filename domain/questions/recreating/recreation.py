"""A container given again: the text, what the person must supply, and what cannot be had."""

import csv

import msgspec

from domain.errors import ShipslogError
from domain.identity import short_id
from domain.moments import FOREVER, rfc3339
from domain.questions.history import History
from domain.questions.log import Reading
from domain.questions.printing import printable
from domain.questions.recreating.chosen import Chosen, chosen
from domain.questions.recreating.compose_file import compose_text
from domain.questions.recreating.pinning import Pin, pin
from domain.questions.recreating.remarks import (
    lost_things,
    redacted_places,
    remarks,
    seccomp_profile,
)
from domain.questions.recreating.run_line import SECCOMP_FILE, Command, run_commands
from domain.questions.recreating.shell_text import command_text
from domain.questions.setup import Setup, setup_at
from domain.questions.writing import Json, written_moment

RUN = "run"
COMPOSE = "compose"


class Recreation(msgspec.Struct, frozen=True):
    """What gives a container again as it was at a moment."""

    setup: Setup
    way: str
    pin: Pin
    commands: list[Command]
    """For `run`: each command as groups of words."""
    text: str
    """The commands or the compose file, exactly."""
    supply: tuple[str, ...]
    """Environment variables whose values the person must supply."""
    redacted: tuple[str, ...]
    """Where a secret was taken out, so that a mark stands there."""
    lost: tuple[str, ...]
    """What cannot be had."""
    remarks: tuple[str, ...]
    files: dict[str, str]
    """Files that must be there beside it, by name."""


def recreate(
    history: History, subject: int, reading: Reading, moment: int | None = None, way: str = RUN
) -> Recreation:
    """What gives the container again as it was at the moment, by default as it was last.

    Raises:
        ShipslogError: nobody could look at the container, so that its setup is not known, or it
            did not exist yet; or its setup is stored in words that no engine has.
    """
    born = _born(history, subject)
    if moment is not None and moment < born:
        name = printable(history.name_of(subject))
        raise ShipslogError(f"{name} was not there yet; it was created at {rfc3339(born)}.")
    setup = setup_at(history, subject, reading, FOREVER - 1 if moment is None else moment)
    if setup is None:
        raise ShipslogError(_not_known(history, subject))
    try:
        return _written(setup, pin(history, setup, reading), way)
    except (ValueError, csv.Error) as error:
        name = printable(setup.name)
        raise ShipslogError(f"No engine sets a container up as {name} is said to be.") from error


def _written(setup: Setup, pinned: Pin, way: str) -> Recreation:
    wanted = chosen(setup)
    commands = run_commands(wanted, pinned.image) if way == RUN else []
    lines = "".join(f"{command_text(each)}\n" for each in commands)
    text = lines if way == RUN else compose_text(wanted, pinned.image)
    return Recreation(
        setup=setup,
        way=way,
        pin=pinned,
        commands=commands,
        text=text,
        supply=wanted.environment.to_supply,
        redacted=redacted_places(wanted),
        lost=lost_things(wanted, way),
        remarks=(pinned.sentence, *remarks(wanted, way)),
        files=_files(wanted),
    )


def _born(history: History, subject: int) -> int:
    record = history.container_record(subject)
    born = history.first_known(subject)
    return born if record is None else min(born, record.born_at)


def _files(wanted: Chosen) -> dict[str, str]:
    profile = seccomp_profile(wanted)
    return {SECCOMP_FILE: profile} if profile else {}


def _not_known(history: History, subject: int) -> str:
    record = history.container_record(subject)
    typed = f" It was made from {record.typed!r}." if record and record.typed else ""
    name = printable(history.name_of(subject))
    return (
        f"How {name} was set up is not known: nobody could look at it while it was there, as is "
        f"so with imported events.{printable(typed)}"
    )


def comments(recreation: Recreation) -> list[str]:
    """What stands above the text, a comment a line."""
    setup = recreation.setup
    version = f" (version {setup.version})" if setup.version is not None else ""
    made_from = f"{setup.reference or setup.typed}{version}"
    when = "as last known" if setup.at >= FOREVER - 1 else f"as of {rfc3339(setup.at)}"
    lines = [
        f"{setup.name} ({short_id(setup.id)}) on {setup.engine_name}, {when}, from {made_from}",
        *recreation.remarks,
    ]
    if recreation.supply:
        lines.append(f"Supply these variables: {', '.join(recreation.supply)}")
    lines += [f"A secret was taken out of {place}; put it back." for place in recreation.redacted]
    lines += [f"Not to be had: {each}" for each in recreation.lost]
    return [f"# {printable(line)}" for line in lines]


def to_json(recreation: Recreation) -> Json:
    """The answer as `shipslog recreate --format json` prints it."""
    setup = recreation.setup
    return {
        "container": {"id": setup.id, "name": setup.name, "engine": setup.engine},
        "at": None if setup.at >= FOREVER - 1 else written_moment(setup.at),
        "as": recreation.way,
        "image": {
            "pinned": recreation.pin.image,
            "id": setup.image_id,
            "by": recreation.pin.by,
            "reference": setup.reference,
            "version": setup.version,
        },
        "commands": [
            [word for group in command for word in group] for command in recreation.commands
        ]
        if recreation.way == RUN
        else None,
        "text": recreation.text,
        "supply": list(recreation.supply),
        "redacted": list(recreation.redacted),
        "lost": list(recreation.lost),
        "remarks": list(recreation.remarks),
        "files": recreation.files,
    }
