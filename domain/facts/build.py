"""The facts of builds."""

from typing import ClassVar

from domain.build_record import BuildRecord
from domain.facts.base import Fact


class BuildStarted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A builder began to work."""

    TOPIC: ClassVar[str] = "build.started"
    builder: str


class BuildFinished(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A builder ended its work.

    Where the engine has no history of builds this is inferred from the image that appeared.
    """

    TOPIC: ClassVar[str] = "build.finished"
    builder: str
    inferred: bool = False
    image_ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    error: str = ""
    record: BuildRecord | None = None
    """What the builder's own history tells; None where the build is inferred."""
