"""The facts of images, which never change, and of the references that point to them."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from domain.facts.base import Fact
from domain.facts.container import Healthcheck, Variable


class IdKind(StrEnum):
    """Which digest an image's id is: of its config, its manifest, or an index of manifests."""

    CONFIG = "config"
    MANIFEST = "manifest"
    INDEX = "index"


class How(StrEnum):
    """How a reference came to point to an image."""

    BUILT = "built"
    PULLED = "pulled"
    LOADED = "loaded"
    IMPORTED = "imported"
    COMMITTED = "committed"
    TAGGED = "tagged"
    FOUND = "found"


class Instruction(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of an image's history; `size` in bytes, 0 where it made no layer."""

    text: str
    created_at: int | None = None
    size: int = 0
    comment: str = ""


class Description(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the engine tells about an image; sizes in bytes."""

    id_kind: IdKind = IdKind.CONFIG
    created_at: int | None = None
    size: int | None = None
    os: str = ""
    architecture: str = ""
    parent: str = ""
    """The id of the parent image: classic builder and commit only."""
    layers: tuple[str, ...] = ()
    """The diff ids of the layers, lowest first."""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    repo_digests: tuple[str, ...] = ()
    builder: str = ""
    """`buildkit`, `classic`, or empty where it cannot be told."""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    user: str = ""
    working_dir: str = ""
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    stop_signal: str = ""
    healthcheck: Healthcheck | None = None
    history: tuple[Instruction, ...] = ()
    """The instructions that made the image, first to last."""
    redacted: dict[str, int] = msgspec.field(default_factory=dict)
    """How much was taken out of all this, by rule."""


class ImageFound(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """An image whose arrival was not observed came to be known."""

    TOPIC: ClassVar[str] = "image.found"


class ImageDescribed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Inspection told what the image is."""

    TOPIC: ClassVar[str] = "image.described"
    description: Description


class ImageCreated(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine made the image by a build or a commit (engines from 27.0 on say so)."""

    TOPIC: ClassVar[str] = "image.created"


class ImageTagged(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The image was given a reference; said also when nothing changed."""

    TOPIC: ClassVar[str] = "image.tagged"
    reference: str


class ImageUntagged(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The image lost a reference; engines without the containerd store do not say which."""

    TOPIC: ClassVar[str] = "image.untagged"
    reference: str | None = None


class ImageLoaded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The image came from an archive of images."""

    TOPIC: ClassVar[str] = "image.loaded"


class ImageImported(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The image was made from an archive of files."""

    TOPIC: ClassVar[str] = "image.imported"


class ImageSaved(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The image was written to an archive."""

    TOPIC: ClassVar[str] = "image.saved"


class ImageRemoved(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The image is no more on the engine."""

    TOPIC: ClassVar[str] = "image.removed"


class ImageUnlisted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing points to the image and another was built on it: engines list it no longer.

    It is there still, as a step of the other, and is listed again if that is removed.
    """

    TOPIC: ClassVar[str] = "image.unlisted"


class ImageReported(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine said something of the image for which there is no word here."""

    TOPIC: ClassVar[str] = "image.reported"
    action: str


class ImagePulled(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A reference was pulled; said also when it was up to date. Which image is not said."""

    TOPIC: ClassVar[str] = "image.pulled"


class ImagePushed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A reference was pushed to a registry."""

    TOPIC: ClassVar[str] = "image.pushed"


class ReferencePointed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The reference points to the image from now on: a new image version of the reference."""

    TOPIC: ClassVar[str] = "reference.pointed"
    image_id: str
    how: How


class ReferenceRemoved(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The reference points to nothing any more."""

    TOPIC: ClassVar[str] = "reference.removed"
    image_id: str | None = None
