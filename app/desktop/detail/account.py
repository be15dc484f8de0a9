"""What the store tells of one object beyond the read model, worked out in the worker thread."""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.readmodel import History
from app.desktop.detail.container_account import container_lines
from app.desktop.detail.image_account import image_lines
from app.desktop.detail.particulars import Particular
from app.desktop.detail.reference_account import reference_lines
from app.desktop.detail.service_account import ServiceBook
from app.desktop.moment_text import Zone
from domain.identity import BUILD, CONTAINER, IMAGE, REFERENCE
from domain.questions.show import Reading

_QUICK = 50_000
"""In so many events everything is found before a person notices."""
_WAITING = [Particular("Deployments"), Particular("", "…")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which object an account is wanted, as of which moment, written in which zone."""

    subject: int
    moment: int
    zone: Zone
    head: int
    """A newer history may tell more."""


@dataclass(frozen=True, slots=True)
class Account:
    """The answer: what comes first, and what comes after the object's own fields."""

    asked: Asked
    first: list[Particular]
    rest: list[Particular]


class AccountBook:
    """Answers one question after the other, keeping what is dear to find."""

    def __init__(self) -> None:
        self._services = ServiceBook()

    def accounts(self, history: History, reading: Reading, asked: Asked) -> Iterator[Account]:
        """The account; where finding all of it takes long, first one without that."""
        subject, moment, zone = asked.subject, asked.moment, asked.zone
        if history.identity_of(subject).kind != CONTAINER:
            yield Account(asked, [], _of_image(history, reading, asked))
            return
        if history.head > _QUICK and not self._services.knows(history, subject):
            yield Account(
                asked, *container_lines(history, reading, subject, moment, zone, _WAITING)
            )
        service = self._services.lines(history, reading, subject, moment, zone)
        yield Account(asked, *container_lines(history, reading, subject, moment, zone, service))


def _of_image(history: History, reading: Reading, asked: Asked) -> list[Particular]:
    kind = history.identity_of(asked.subject).kind
    if kind == REFERENCE:
        return reference_lines(history, asked.subject, asked.moment, asked.zone)
    if kind in (IMAGE, BUILD):
        return image_lines(history, reading, asked.subject, asked.moment, asked.zone)
    return []
