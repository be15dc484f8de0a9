"""Records of builds, from what real builders told and from what none should tell."""

import base64
import hashlib
import json
from typing import Any

import msgspec
import pytest

from adapters.engines.buildkit.failures import read_failure
from adapters.engines.buildkit.messages import (
    AnyDetail,
    Descriptor,
    Exporter,
    HistoryEvent,
    HistoryRecord,
    ResultInfo,
    RpcStatus,
    StatusResponse,
    Timestamp,
)
from adapters.engines.buildkit.progress import gather
from adapters.engines.buildkit.protobuf import decode
from adapters.engines.buildkit.provenance import Provenance, SourceFile, read_provenance
from adapters.engines.buildkit.records import Details, assemble
from domain.build_record import (
    BaseConfiguration,
    BaseImage,
    BuildArgument,
    BuildOutcome,
    BuildOutput,
    BuildRecord,
    BuildStep,
)
from domain.redaction import mark, redact
from tests.adapters.engines.buildkit.recordings import (
    DEFAULT,
    DOCKERFILE,
    ENGINES,
    SECRET,
    Recorded,
    recorded,
)

A, B = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def keep(text: str) -> str:
    return text


def without_secrets(text: str) -> str:
    return redact(text).text


def read(told: Recorded) -> BuildRecord:
    """The record of a recorded build, as if it had been read from the engine."""
    record = decode(told.event, HistoryEvent).record
    provenances = [read_provenance(blob) for blob in told.blobs.values() if blob[:1] == b"{"]
    errors = [decode(blob, RpcStatus) for blob in told.blobs.values() if blob[:1] != b"{"]
    details = Details(
        progress=gather(decode(part, StatusResponse) for part in told.status),
        provenances=tuple(known for known in provenances if known is not None),
        error=errors[0] if errors else record.error,
    )
    return assemble(record, details, without_secrets, lambda value: f"keyed-{len(value)}")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_finished_build(engine: str) -> None:
    record = read(recorded(engine, "finished"))
    assert record.outcome is BuildOutcome.FINISHED
    assert record.dockerfile_name == "Dockerfile"
    assert record.target == "one"
    assert record.arguments == (BuildArgument("SHOP_TOKEN", "keyed-15"),)
    assert record.references == ("shop/web:1", "shop/web:latest")
    assert {output.name for output in record.outputs} >= {"shop/web:1"}
    assert len(record.image_ids) == 1
    assert [image.name for image in record.base_images] == ["shipslog/base:1"]
    assert [step.name for step in record.steps if step.of_the_dockerfile] == [
        record.steps[3].name,
        "[one 2/4] WORKDIR /srv",
        '[one 3/4] RUN echo "$SHOP_TOKEN $SHOP_PASSWORD" > "/srv/page"',
        "[one 4/4] COPY sign /srv/$SHOP_TOKEN",
    ]
    assert record.totals.steps == record.totals.completed == len(record.steps)
    assert record.created_at is not None
    assert record.completed_at is not None
    assert record.created_at < record.completed_at
    assert not record.fully_cached
    assert not record.missing


@pytest.mark.parametrize("engine", ENGINES)
def test_a_failed_build(engine: str) -> None:
    record = read(recorded(engine, "failed"))
    assert record.outcome is BuildOutcome.FAILED
    assert record.failure is not None
    assert record.failure.exit_code == 3
    assert record.failure.line == 10
    assert record.failure.step == '[two 3/3] RUN test -z "$SHOP_TOKEN" && exit 3'
    assert "did not complete successfully: exit code: 3" in record.failure.message
    assert [step.name for step in record.steps if step.error] == [record.failure.step]
    assert record.outputs == ()
    assert record.references == (() if engine == "docker-26.1" else ("shop/broken:1",))


@pytest.mark.parametrize("case", ["finished", "failed"])
@pytest.mark.parametrize("engine", ENGINES)
def test_no_value_that_was_given_in_confidence_is_in_the_record(engine: str, case: str) -> None:
    told = recorded(engine, case)
    assert SECRET.encode() in told.event + b"".join(told.status)
    text = msgspec.json.encode(read(told)).decode()
    assert SECRET not in text
    assert DEFAULT not in text
    assert base64.b64encode(SECRET.encode()).decode() not in text


@pytest.mark.parametrize("case", ["finished", "failed"])
@pytest.mark.parametrize("engine", ENGINES)
def test_the_dockerfile_is_told_without_its_secrets(engine: str, case: str) -> None:
    dockerfile = read(recorded(engine, case)).dockerfile
    assert dockerfile is not None
    assert dockerfile.text == DOCKERFILE.replace(DEFAULT, mark("name"))
    assert dockerfile.sha256 == hashlib.sha256(dockerfile.text.encode()).hexdigest()
    assert dockerfile.altered


def test_with_graph_drivers_the_base_is_told_by_its_configuration() -> None:
    (base,) = read(recorded("docker-28.5", "finished")).base_configurations
    assert base.fits(base.layers, base.created_at)
    assert not base.fits(base.layers, 1)
    assert not base.fits((*base.layers, A), base.created_at)
    assert not BaseConfiguration().fits((), None)


# -- made up


def made_up(details: Details | None = None, **fields: Any) -> BuildRecord:
    fields.setdefault("completed_at", Timestamp(2))
    record = HistoryRecord(ref="abc", created_at=Timestamp(1), **fields)
    return assemble(record, details or Details(), keep)


def test_a_running_build_has_no_end() -> None:
    record = made_up(completed_at=None)
    assert record.outcome is BuildOutcome.RUNNING
    assert record.failure is None


def test_a_stopped_build_is_no_failure_of_a_step() -> None:
    vertex = StatusResponse()
    details = Details(progress=gather([vertex]), error=RpcStatus(1, "context canceled"))
    record = made_up(details, error=RpcStatus(1, "context canceled"))
    assert record.outcome is BuildOutcome.CANCELLED
    assert record.failure is not None
    assert record.failure.step == ""


def test_the_results_of_each_exporter_have_its_names() -> None:
    exporters = (
        Exporter("image", {"name": "docker.io/shop/web:1,docker.io/library/web"}),
        Exporter("local"),
    )
    result = ResultInfo(result=Descriptor(digest=A), results={0: Descriptor(digest=A)})
    record = made_up(exporters=exporters, result=result)
    assert record.references == ("shop/web:1", "web:latest")
    assert record.outputs == (
        BuildOutput("shop/web:1", A, "image"),
        BuildOutput("web:latest", A, "image"),
    )
    assert record.image_ids == (A,)


def test_an_archive_is_an_output_and_no_image_of_the_engine() -> None:
    exporters = (Exporter("docker", {"name": "shop/web:1"}), Exporter("image"))
    result = ResultInfo(results={0: Descriptor(digest=A), 1: Descriptor(digest=B)})
    record = made_up(exporters=exporters, result=result)
    assert record.outputs == (BuildOutput("shop/web:1", A, "docker"), BuildOutput("", B, "image"))
    assert record.image_ids == (B,)


def test_what_is_no_digest_is_no_output_and_no_base() -> None:
    odd = ("", "sha256:", "../../etc", f"{A}\n", "sha256:" + "A" * 64)
    result = ResultInfo(results={n: Descriptor(digest=text) for n, text in enumerate(odd)})
    images = tuple(BaseImage("shop/base:1", text) for text in odd)
    config = json.dumps({"rootfs": {"diff_ids": [*odd, A]}})
    record = made_up(
        Details(provenances=(Provenance(images=images),)),
        result=result,
        exporter_response={"containerimage.base.config": config},
    )
    assert record.outputs == record.base_images == ()
    assert record.base_configurations == (BaseConfiguration(layers=(A,)),)


def test_a_result_of_an_older_builder_and_one_without_name() -> None:
    old = made_up(result=ResultInfo(result=Descriptor(digest=A)))
    assert old.outputs == (BuildOutput("", A),)
    nameless = made_up(
        exporters=(Exporter("image", {"name": ""}),),
        result=ResultInfo(
            results={0: Descriptor(digest=A), 7: Descriptor(digest=B), -1: Descriptor()}
        ),
    )
    assert nameless.outputs == (BuildOutput("", A, "image"), BuildOutput("", B))


def test_the_image_that_reads_the_syntax_is_no_base() -> None:
    images = (BaseImage("docker/dockerfile:1", A), BaseImage("shop/base:1", B))
    provenances = (Provenance(images=images), Provenance(images=images))
    syntax = {"source": f"docker.io/docker/dockerfile:1@{A}"}
    record = made_up(Details(provenances=provenances), frontend_attrs=syntax)
    assert record.base_images == (BaseImage("shop/base:1", B),)


def test_each_platform_has_its_base() -> None:
    config = json.dumps({"created": "2026-11-23T10:00:00Z", "rootfs": {"diff_ids": [A]}})
    response = {
        "containerimage.base.config/linux/amd64": config,
        "containerimage.base.config/linux/arm64": "{}",
        "containerimage.base.config": "{broken",
        "containerimage.config": config,
    }
    first, second = made_up(exporter_response=response).base_configurations
    assert (first.platform, first.layers) == ("linux/amd64", (A,))
    assert first.created_at == 1_795_428_000_000_000_000
    assert second == BaseConfiguration("linux/arm64")


@pytest.mark.parametrize(
    ("attrs", "source"),
    [
        ({"context": "https://skipper:pw@host/shop.git#main"}, "https://host/shop.git#main"),
        ({"context": "git@host:shop.git"}, "git@host:shop.git"),
        ({"context": "local"}, ""),
        ({"vcs:source": "https://u:p@host/a", "context": "https://host/b"}, "https://host/a"),
        ({}, ""),
    ],
)
def test_the_source_is_told_without_credentials(attrs: dict[str, str], source: str) -> None:
    assert made_up(frontend_attrs=attrs).source == source


def test_the_provenance_tells_what_a_url_gave() -> None:
    known = Provenance(source="https://u:p@host/shop.git", revision="c0ffee", builder="bob")
    record = made_up(Details(provenances=(known,)))
    assert (record.source, record.revision) == ("https://host/shop.git", "c0ffee")
    assert record.builder == "bob"


@pytest.mark.parametrize(
    ("folder", "name"), [("web", "web"), ("services/web", "web"), (".", ""), (".ci", ".ci")]
)
def test_the_folder_inside_a_repository_is_told_by_its_name(folder: str, name: str) -> None:
    assert made_up(frontend_attrs={"vcs:localdir:context": folder}).directory == name


def test_the_dockerfile_of_that_name_is_taken() -> None:
    files = (SourceFile("other", b"FROM other"), SourceFile("web.Dockerfile", b"FROM scratch"))
    record = made_up(
        Details(provenances=(Provenance(files=files),)),
        frontend_attrs={"filename": "web.Dockerfile"},
    )
    assert record.dockerfile is not None
    assert record.dockerfile.text == "FROM scratch"
    assert not record.dockerfile.altered


def test_a_dockerfile_that_is_too_large_is_missing() -> None:
    file = SourceFile("Dockerfile", b"#" * 300_000)
    record = made_up(Details(provenances=(Provenance(files=(file,)),), missing=("steps",)))
    assert record.dockerfile is None
    assert record.missing == ("steps", "dockerfile")


def test_a_dockerfile_that_is_no_text_is_altered() -> None:
    file = SourceFile("Dockerfile", b"FROM \xff")
    record = made_up(Details(provenances=(Provenance(files=(file,)),)))
    assert record.dockerfile is not None
    assert record.dockerfile.text == "FROM \\xff"
    assert record.dockerfile.altered


def test_endless_texts_are_cut() -> None:
    endless = "x" * 100_000
    record = made_up(
        error=RpcStatus(2, endless),
        frontend_attrs={"filename": endless, "target": endless, "build-arg:" + endless: "1"},
        exporters=(Exporter("image", {"name": endless}),),
    )
    assert len(msgspec.json.encode(record)) < 12_000


@pytest.mark.parametrize(
    "value", [b"", b"{", b"[]", b'{"digest": 7, "ranges": 7, "Code": "x"}', b"[" * 100_000]
)
def test_broken_details_of_an_error_tell_nothing(value: bytes) -> None:
    urls = ("errdefs.Vertex+json", "errdefs.Source+json", "gatewayapi.ExitMessage+json")
    details = tuple(AnyDetail(f"github.com/moby/buildkit/{url}", value) for url in urls)
    failure = read_failure(RpcStatus(2, "broken", details))
    assert (failure.step, failure.line, failure.file, failure.exit_code) == ("", None, None, None)


def test_a_rebuild_is_fully_cached_if_every_instruction_but_the_base_is() -> None:
    base = BuildStep("[1/2] FROM docker.io/shop/base:1")
    internal = BuildStep("[internal] load .dockerignore")
    cached, fresh = BuildStep("[2/2] RUN make", cached=True), BuildStep("[2/2] RUN make")
    export = BuildStep("exporting to image")
    assert BuildRecord(ref="a", steps=(internal, base, cached, export)).fully_cached
    assert not BuildRecord(ref="a", steps=(internal, base, fresh, export)).fully_cached
    assert not BuildRecord(ref="a", steps=(internal, base, export)).fully_cached
