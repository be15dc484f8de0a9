"""What BuildKit's provenance attestation tells: sources with their digests, and the Dockerfile.

BuildKit keeps it beside the record of every finished build, also where it is not attached to the
image. It is SLSA v0.2 up to BuildKit 0.27 and v1 from 0.28 on; the same facts are in both
(solver/llbsolver/provenance/types of BuildKit 0.32).
"""

from urllib.parse import unquote

import msgspec

from domain.build_record import BaseImage
from domain.references import familiar

PREDICATE = "https://slsa.dev/provenance/"
"""What the annotation `in-toto.io/predicate-type` of such an attestation begins with."""

_DOCKER = "pkg:docker/"
_MOST_IMAGES = 1_000


class SourceFile(msgspec.Struct, frozen=True):
    """A file that steps were made from: the Dockerfile."""

    filename: str = ""
    data: bytes = b""


class Provenance(msgspec.Struct, frozen=True):
    """The parts of an attestation that Shipslog uses."""

    builder: str = ""
    images: tuple[BaseImage, ...] = ()
    files: tuple[SourceFile, ...] = ()
    source: str = ""
    """The repository of a build from a URL, as it was typed: perhaps with credentials."""
    revision: str = ""


class _Material(msgspec.Struct):
    uri: str = ""
    digest: dict[str, str] = {}


class _Sources(msgspec.Struct):
    infos: list[SourceFile] | None = None


class _BuildKit(msgspec.Struct):
    source: _Sources | None = None


class _Builder(msgspec.Struct):
    id: str = ""


class _Metadata(msgspec.Struct):
    buildkit: _BuildKit | None = msgspec.field(
        name="https://mobyproject.org/buildkit@v1#metadata", default=None
    )
    buildkit_metadata: _BuildKit | None = None


class _Invocation(msgspec.Struct, rename="camel"):
    """v0.2's `invocation` and v1's `externalParameters`."""

    config_source: _Material = msgspec.field(default_factory=_Material)


class _Definition(msgspec.Struct, rename="camel"):
    resolved_dependencies: list[_Material] | None = None
    external_parameters: _Invocation = msgspec.field(default_factory=_Invocation)


class _Run(msgspec.Struct):
    builder: _Builder = msgspec.field(default_factory=_Builder)
    metadata: _Metadata | None = None


class _Predicate(msgspec.Struct, rename="camel"):
    """Either version; in v0.2 builder and metadata stand at the top, in v1 in `runDetails`."""

    builder: _Builder = msgspec.field(default_factory=_Builder)
    materials: list[_Material] | None = None
    invocation: _Invocation = msgspec.field(default_factory=_Invocation)
    metadata: _Metadata | None = None
    build_definition: _Definition | None = None
    run_details: _Run = msgspec.field(default_factory=_Run)


_decoder = msgspec.json.Decoder(_Predicate)


def read_provenance(blob: bytes) -> Provenance | None:
    """Reads an attestation's predicate; None where it is none."""
    try:
        predicate = _decoder.decode(blob)
    except (msgspec.DecodeError, RecursionError):
        return None
    definition = predicate.build_definition or _Definition()
    config = (
        definition.external_parameters if predicate.build_definition else predicate.invocation
    ).config_source
    metadata = predicate.run_details.metadata or predicate.metadata or _Metadata()
    buildkit = metadata.buildkit_metadata or metadata.buildkit or _BuildKit()
    materials = definition.resolved_dependencies or predicate.materials or []
    images = map(_image, materials[:_MOST_IMAGES])
    return Provenance(
        builder=predicate.run_details.builder.id or predicate.builder.id,
        images=tuple(dict.fromkeys(image for image in images if image is not None)),
        files=tuple((buildkit.source or _Sources()).infos or ()),
        source=config.uri.partition("#")[0],
        revision=config.digest.get("sha1", ""),
    )


def _image(material: _Material) -> BaseImage | None:
    """A material such as `pkg:docker/shop/web@1?digest=sha256:…&platform=linux%2Famd64`."""
    if not material.uri.startswith(_DOCKER):
        return None
    name, _, qualifiers = material.uri.removeprefix(_DOCKER).partition("?")
    name, _, version = unquote(name).partition("@")
    if version.startswith("sha256:"):
        reference = f"{name}@{version}"
    elif version:
        reference = familiar(f"{name}:{version}")
    else:
        pinned = dict(pair.split("=", 1) for pair in qualifiers.split("&") if "=" in pair)
        reference = f"{name}@{unquote(pinned['digest'])}" if "digest" in pinned else familiar(name)
    algorithm, digest = next(iter(material.digest.items()), ("", ""))
    return BaseImage(reference, f"{algorithm}:{digest}" if digest else "")
