"""From BuildKit's messages to a build record, with nothing in it that has to stay secret."""

import hashlib
import re
from collections.abc import Iterator, Mapping

import msgspec

from adapters.engines.buildkit.failures import Failure, read_failure
from adapters.engines.buildkit.masking import (
    Redact,
    argument_values,
    concealer,
    secret_values,
    settings_of,
    without_user,
)
from adapters.engines.buildkit.messages import HistoryRecord, RpcStatus, moment
from adapters.engines.buildkit.progress import Progress, Step
from adapters.engines.buildkit.provenance import Provenance, SourceFile
from domain.build_record import (
    BaseConfiguration,
    BaseImage,
    BuildArgument,
    BuildFailure,
    BuildOutput,
    BuildRecord,
    BuildStep,
    BuildTotals,
    Dockerfile,
)
from domain.moments import from_rfc3339
from domain.redaction import KeyedHash
from domain.references import familiar

_BASE_CONFIG = "containerimage.base.config"
_MOST = 1_000
"""Names, outputs or arguments of one build."""
_LONGEST_NAME = 1_000
_LONGEST_ERROR = 4_000
_LARGEST_DOCKERFILE = 256 * 1024
_DIGEST = re.compile(r"[a-z0-9]{2,16}:[0-9a-f]{32,128}")
_NO_SOURCE = SourceFile()


class Details(msgspec.Struct, frozen=True):
    """What is read beside the record; `missing` names what should be there and is not."""

    progress: Progress | None = None
    provenances: tuple[Provenance, ...] = ()
    error: RpcStatus | None = None
    missing: tuple[str, ...] = ()


class _Layers(msgspec.Struct):
    diff_ids: list[str] | None = None


class _Config(msgspec.Struct):
    created: str | None = None
    rootfs: _Layers | None = None


def assemble(
    record: HistoryRecord,
    details: Details,
    redact: Redact,
    fingerprint: KeyedHash | None = None,
    directory: str = "",
) -> BuildRecord:
    """Makes the record of a build.

    Args:
        redact: takes secrets out of a text; it sees step names, errors, the Dockerfile, the source,
            and `NAME=value` of build arguments, to say by a change that the value is a secret.
        fingerprint: a keyed hash of a build argument's value; without it only names are kept.
        directory: the name of the folder that was built, where it is known from elsewhere.
    """
    attrs = record.frontend_attrs
    told = argument_values(attrs)
    failure = read_failure(details.error or RpcStatus())
    file = _file(attrs.get("filename", ""), details.provenances, failure)
    text = file.data.decode(errors="backslashreplace")
    secret = secret_values([*settings_of(text[:_LARGEST_DOCKERFILE]), *told], redact)
    # What people wrote is left as it is but for secrets; what BuildKit wrote repeats arguments.
    hide, conceal = concealer([], secret, redact), concealer(told, secret, redact)
    dockerfile = _dockerfile(file, text, hide)
    lost = ("dockerfile",) if file.data and dockerfile is None else ()
    steps = details.progress.steps if details.progress else ()
    references = _references(record, details.progress)
    return BuildRecord(
        ref=record.ref,
        generation=record.generation,
        created_at=moment(record.created_at),
        completed_at=moment(record.completed_at),
        builder=next((known.builder for known in details.provenances if known.builder), "buildkit"),
        dockerfile_name=_clip(attrs.get("filename", "")),
        target=_clip(attrs.get("target", "")),
        platforms=tuple(map(_clip, filter(None, attrs.get("platform", "").split(","))))[:_MOST],
        arguments=tuple(
            BuildArgument(_clip(name), fingerprint(value) if fingerprint else None)
            for name, value in told[:_MOST]
        ),
        source=_clip(hide(_source(attrs, details.provenances))),
        revision=_clip(_revision(attrs, details.provenances)),
        directory=_clip(hide(directory or _directory(attrs))),
        references=tuple(dict.fromkeys(name for names in references for name in names)),
        outputs=tuple(_outputs(record, references))[:_MOST],
        base_images=_base_images(attrs, details.provenances),
        base_configurations=tuple(_base_configurations(record.exporter_response)),
        dockerfile=dockerfile,
        failure=_failure(record.error, failure, steps, conceal),
        steps=tuple(_step(step, conceal) for step in steps),
        totals=BuildTotals(
            steps=record.total_steps,
            cached=record.cached_steps,
            completed=record.completed_steps,
            warnings=record.warnings,
        ),
        missing=(*details.missing, *lost),
    )


def _clip(text: str, longest: int = _LONGEST_NAME) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _references(record: HistoryRecord, progress: Progress | None) -> list[list[str]]:
    """The names that each exporter gives.

    Docker 26.1 tells no exporters; there the names stand in what the export reported as done.
    """
    told = [exporter.attrs.get("name", "").split(",") for exporter in record.exporters]
    if not told and progress is not None:
        told = [list(progress.names)]
    return [[familiar(_clip(name)) for name in names[:_MOST] if name] for names in told[:_MOST]]


def _outputs(record: HistoryRecord, references: list[list[str]]) -> Iterator[BuildOutput]:
    """The results: since BuildKit 0.13 by exporter, before that one."""
    for info in filter(None, (record.result, *record.results.values())):
        digests = {number: blob.digest for number, blob in info.results.items()}
        if not digests and info.result is not None:
            digests = {0: info.result.digest}
        for number, digest in sorted(digests.items()):
            names = references[number] if 0 <= number < len(references) else []
            known = 0 <= number < len(record.exporters)
            exporter = _clip(record.exporters[number].type) if known else ""
            if _DIGEST.fullmatch(digest):
                yield from (BuildOutput(name, digest, exporter) for name in names or [""])


def _base_images(
    attrs: Mapping[str, str], provenances: tuple[Provenance, ...]
) -> tuple[BaseImage, ...]:
    """All images that were used, but for the one that only reads the Dockerfile's syntax."""
    syntax = attrs.get("source", "")
    frontend = familiar(syntax.partition("@")[0]) if syntax else ""
    images = dict.fromkeys(image for known in provenances for image in known.images)
    return tuple(
        BaseImage(_clip(image.name), image.digest)
        for image in images
        if image.name.partition("@")[0] != frontend and _DIGEST.fullmatch(image.digest)
    )[:_MOST]


def _base_configurations(response: Mapping[str, str]) -> Iterator[BaseConfiguration]:
    """Of each platform, or of the only one; a build from scratch has none."""
    for key, text in sorted(response.items())[:_MOST]:
        name, _, platform = key.partition("/")
        if name == _BASE_CONFIG:
            try:
                config = msgspec.json.decode(text, type=_Config)
            except (msgspec.DecodeError, RecursionError):
                continue
            layers = tuple(filter(_DIGEST.fullmatch, (config.rootfs or _Layers()).diff_ids or ()))
            created = from_rfc3339(config.created or "")
            yield BaseConfiguration(_clip(platform), created, layers[:_MOST])


def _source(attrs: Mapping[str, str], provenances: tuple[Provenance, ...]) -> str:
    """Where the files came from: the folder's repository, or the URL that was built.

    buildx 0.13 and 0.29 leave the user out of the repository's URL, not out of the other one.
    """
    context = attrs.get("context", "")
    urls = [attrs.get("vcs:source", ""), context if "://" in context or "@" in context else ""]
    urls += [known.source for known in provenances]
    return without_user(next(filter(None, urls), ""))


def _revision(attrs: Mapping[str, str], provenances: tuple[Provenance, ...]) -> str:
    told = [attrs.get("vcs:revision", ""), *(known.revision for known in provenances)]
    return next(filter(None, told), "")


def _directory(attrs: Mapping[str, str]) -> str:
    """The last part of the folder inside its repository; of the repository's top, nothing."""
    name = attrs.get("vcs:localdir:context", "").rpartition("/")[2]
    return name if name != "." else ""


def _file(name: str, provenances: tuple[Provenance, ...], failure: Failure) -> SourceFile:
    """The Dockerfile; of a failed build it is known where the builder points into it."""
    files = [file for known in provenances for file in known.files]
    files += [failure.file] if failure.file is not None else []
    return next((file for file in files if file.filename == name), next(iter(files), _NO_SOURCE))


def _dockerfile(file: SourceFile, text: str, hide: Redact) -> Dockerfile | None:
    if not 0 < len(file.data) <= _LARGEST_DOCKERFILE:
        return None
    shown = hide(text)
    data = shown.encode()
    return Dockerfile(shown, hashlib.sha256(data).hexdigest(), altered=data != file.data)


def _step(step: Step, conceal: Redact) -> BuildStep:
    return BuildStep(
        name=_clip(conceal(step.name)),
        started_at=step.started_at,
        completed_at=step.completed_at,
        cached=step.cached,
        error=_clip(conceal(step.error), _LONGEST_ERROR),
    )


def _failure(
    error: RpcStatus | None, failure: Failure, steps: tuple[Step, ...], conceal: Redact
) -> BuildFailure | None:
    if error is None:
        return None
    failed = [step for step in steps if step.digest == failure.step] or [
        # Others end with it, and say so; one that was stopped is not the reason.
        step
        for step in steps
        if step.error and not step.error.endswith("context canceled")
    ]
    return BuildFailure(
        message=_clip(conceal(error.message), _LONGEST_ERROR),
        code=error.code,
        step=_clip(conceal(failed[0].name)) if failed else "",
        line=failure.line,
        exit_code=failure.exit_code,
    )
