"""Build history, read from real builders: finished, cached, failed and stopped builds."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import msgspec
import pytest

from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.buildkit.history import BuildHistory, Change, HistoryEntry, NoHistory
from adapters.engines.buildkit.history import open_history as open_at
from adapters.engines.endpoints import endpoint
from domain.build_record import BaseImage, BuildArgument, BuildOutcome, BuildRecord
from domain.moments import from_rfc3339
from domain.redaction import mark, redact
from tests.engines.fixtures import Fleet, StartsEngine
from tests.engines.running import KINDS, DockerError, RunningEngine

pytestmark = pytest.mark.engines

BUILDERS = [name for name, kind in KINDS.items() if kind.has_buildkit]
WITH_CONTAINERD = [name for name in BUILDERS if KINDS[name].has_containerd_store]
NEWER = [name for name in BUILDERS if name != "docker-26.1"]
"""Those with BuildKit 0.25 and buildx 0.29, not 0.13."""
OTHERS = [name for name in KINDS if name not in BUILDERS]

TOKEN = "tok-halyard-7781"
"""The value of the build argument SHOP_TOKEN."""
DEFAULT = "tok-bilge-5512"
"""The default of the build argument SHOP_PASSWORD, in the Dockerfile."""
SECRETS = (TOKEN, DEFAULT)

BASE = "shipslog/base:1"
DOCKERFILE = f"""FROM {BASE} AS web
ARG SHOP_TOKEN
ARG SHOP_PASSWORD={DEFAULT}
ARG PLACE=/srv
WORKDIR $PLACE
RUN echo "$SHOP_TOKEN $SHOP_PASSWORD" > page
COPY sign $PLACE/$SHOP_TOKEN
FROM {BASE} AS broken
RUN echo begun
RUN echo "$SHOP_TOKEN" && exit 3
FROM {BASE} AS slow
RUN sleep 600
FROM web AS onto
RUN echo more > more
FROM scratch AS alone
COPY --from=web /srv /srv
"""

GIT = """#!/bin/busybox sh
case "$*" in
*--is-inside-work-tree*) echo true;;
*--show-toplevel*) echo {top};;
*"remote get-url"*) echo https://skipper:{secret}@git.example.org/shop/web.git;;
*"show --format"*) echo 0123456789abcdef0123456789abcdef01234567;;
esac
"""
"""Answers to what buildx asks git, which engines of the tests do not have."""


def without_secrets(text: str) -> str:
    return redact(text).text


def fingerprint(value: str) -> str:
    return f"keyed-{len(value)}"


class Builder:
    """An engine to build on, with its history open."""

    def __init__(self, engine: RunningEngine) -> None:
        self.engine = engine
        engine.base_image(BASE)
        self.context = engine.workdir / "web"
        self.context.mkdir(exist_ok=True)
        (self.context / "Dockerfile").write_text(DOCKERFILE)
        (self.context / "sign").write_text(str(time.monotonic_ns()))
        self.history = opened(engine)

    def build(self, *options: str, target: str = "web", context: str = "", **how: Any) -> str:
        """Builds, and gives the build's ref."""
        known = {entry.ref for entry in self.history.entries()}
        self.engine.docker(*self.command(*options, target=target, context=context), **how)
        return self.newest(known)

    def command(self, *options: str, target: str, context: str = "") -> tuple[str, ...]:
        """The words of a build after `docker`."""
        given = ("--network", "none", "--target", target, "--build-arg", f"SHOP_TOKEN={TOKEN}")
        return ("build", *given, *options, context or str(self.context))

    def newest(self, known: set[str]) -> str:
        """The ref of the one finished build that is not known, as soon as there is one."""
        found: list[str] = []

        def finished() -> bool:
            entries = self.history.entries()
            found[:] = [
                entry.ref
                for entry in entries
                if entry.change is Change.COMPLETED and entry.ref not in known
            ]
            return bool(found)

        _eventually(finished)
        (ref,) = found
        return ref

    def read(self, ref: str, **how: Any) -> BuildRecord:
        """The record of a build; nothing that was given in confidence may be in it."""
        (entry,) = [entry for entry in self.history.entries() if entry.ref == ref]
        record = self.history.read(entry, without_secrets, fingerprint, **how)
        text = msgspec.json.encode(record).decode()
        assert [secret for secret in SECRETS if secret in text] == []
        return record

    def image(self, name: str) -> dict[str, Any]:
        """What the engine says of an image."""
        told: dict[str, Any] = self.engine.get(f"/images/{name}/json")
        return told

    def layers(self, name: str) -> tuple[tuple[str, ...], int | None]:
        """An image's layers, and when it was made."""
        image = self.image(name)
        return tuple(image["RootFS"]["Layers"]), from_rfc3339(image["Created"])


@pytest.fixture(scope="module", params=BUILDERS)
def builder(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Builder]:
    """Each engine that keeps a history of builds."""
    builder = Builder(fleet.engine(KINDS[request.param]))
    yield builder
    builder.history.close()


def opened(engine: RunningEngine) -> BuildHistory:
    history = open_at(endpoint(engine.url), engine.get("/version")["ApiVersion"])
    assert isinstance(history, BuildHistory)
    return history


# -- one build after the other


def test_a_finished_build_tells_what_was_built_and_how(builder: Builder) -> None:
    began = time.time_ns()
    record = builder.read(builder.build("--tag", "shop/web:1", "--tag", "shop/web"))
    assert record.outcome is BuildOutcome.FINISHED
    assert began < (record.created_at or 0) < (record.completed_at or 0) < time.time_ns()
    assert record.builder == "buildkit"
    assert record.dockerfile_name == "Dockerfile"
    assert record.target == "web"
    assert record.arguments == (BuildArgument("SHOP_TOKEN", "keyed-16"),)
    assert record.references == ("shop/web:1", "shop/web:latest")
    assert record.missing == ()
    assert record.failure is None
    steps = [step for step in record.steps if step.of_the_dockerfile]
    assert steps[0].name.startswith("[web 1/4] FROM docker.io/shipslog/base:1")
    assert [step.name for step in steps[1:]] == [
        "[web 2/4] WORKDIR /srv",
        '[web 3/4] RUN echo "$SHOP_TOKEN $SHOP_PASSWORD" > page',
        "[web 4/4] COPY sign /srv/$SHOP_TOKEN",
    ]
    assert not any(step.cached for step in steps[1:])
    for step in record.steps:
        assert began < (step.started_at or 0) <= (step.completed_at or 0) < time.time_ns()
    assert record.totals.steps == record.totals.completed == len(record.steps)
    assert record.dockerfile is not None
    assert record.dockerfile.text == DOCKERFILE.replace(DEFAULT, mark("name"))


def test_its_output_is_the_image(builder: Builder) -> None:
    record = builder.read(builder.build("--tag", "shop/joined:1", "--tag", "shop/joined:2"))
    image = builder.image("shop/joined:1")
    assert record.image_ids == (image["Id"],)
    assert {output.name for output in record.outputs} == {"shop/joined:1", "shop/joined:2"}
    # Of the config with graph drivers; with the containerd store of the index of it and its papers.
    kind = image.get("Descriptor", {}).get("mediaType", "a config")
    assert kind.endswith("index.v1+json" if builder.engine.kind.has_containerd_store else "config")


def test_its_base_is_found_among_the_images(builder: Builder) -> None:
    record = builder.read(builder.build("--tag", "shop/based:1"))
    (told,) = record.base_images
    assert told.name == BASE
    by_digest = told == BaseImage(BASE, builder.image(BASE)["Id"])
    assert by_digest == builder.engine.kind.has_containerd_store
    (configuration,) = record.base_configurations
    assert configuration.fits(*builder.layers(BASE))
    assert not configuration.fits(*builder.layers("shop/based:1"))


def test_a_stage_on_a_stage_has_the_base_of_the_first(builder: Builder) -> None:
    record = builder.read(builder.build(target="onto"))
    (configuration,) = record.base_configurations
    assert configuration.fits(*builder.layers(BASE))


def test_a_build_from_scratch_has_no_base_but_the_image_it_copied_from(builder: Builder) -> None:
    record = builder.read(builder.build("--tag", "shop/alone:1", target="alone"))
    assert record.base_configurations == ()
    assert [image.name for image in record.base_images] == [BASE]


def test_a_build_without_a_name_has_an_output_without_one(builder: Builder) -> None:
    record = builder.read(builder.build())
    assert record.references == ()
    assert {output.name for output in record.outputs} == {""}
    assert builder.image(record.image_ids[0])["Id"] == record.image_ids[0]


def test_a_rebuild_from_the_cache_says_so(builder: Builder) -> None:
    first = builder.read(builder.build("--tag", "shop/cached:1"))
    again = builder.read(builder.build("--tag", "shop/cached:1"))
    assert again.fully_cached
    assert again.totals.cached >= 3
    assert again.ref != first.ref
    # The containerd store gives the same content a new id: its provenance has other times in it.
    same = again.image_ids == first.image_ids
    assert same == (not builder.engine.kind.has_containerd_store)


def test_a_failed_build_tells_the_step_the_line_and_why(builder: Builder) -> None:
    record = builder.read(builder.build("--tag", "shop/no:1", target="broken", check=False))
    assert record.outcome is BuildOutcome.FAILED
    assert record.failure is not None
    assert record.failure.code == 2
    assert record.failure.exit_code == 3
    assert record.failure.step.startswith("[broken 3/3] RUN echo")
    assert record.failure.line == 10
    assert record.failure.message.endswith("did not complete successfully: exit code: 3")
    assert record.outputs == record.base_images == ()
    assert record.missing == ()
    assert record.dockerfile is not None
    assert record.dockerfile.text.startswith(f"FROM {BASE} AS web\n")
    # Docker 26.1 does not tell what a failed build was to be called.
    assert record.references in ((), ("shop/no:1",))
    assert record.references or builder.engine.kind.name == "docker-26.1"


@pytest.mark.parametrize(
    ("dockerfile", "line", "step", "message"),
    [
        ("FROM shipslog/base:1\nCOPY --nosuch a /a\n", 2, "", "unknown flag"),
        ("FROM shipslog/base:1\nCOPY nosuch /a\n", 2, "[2/2] COPY nosuch /a", "not found"),
        ("FROM no/such:1\n", 1, "[internal] load metadata for docker.io/no/such:1", "no/such"),
    ],
)
def test_a_build_that_fails_before_its_first_step_tells_why(
    builder: Builder, dockerfile: str, line: int, step: str, message: str
) -> None:
    folder = builder.engine.workdir / "wrong"
    folder.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text(dockerfile)
    known = {entry.ref for entry in builder.history.entries()}
    with pytest.raises(DockerError):
        builder.engine.docker("build", "--network", "none", str(folder))
    record = builder.read(builder.newest(known))
    assert record.failure is not None
    assert message in record.failure.message
    assert record.failure.line == line
    assert record.failure.step == step
    assert record.dockerfile is not None
    assert record.dockerfile.text == dockerfile
    assert not record.dockerfile.altered


def test_a_running_build_is_seen_and_a_stopped_one_is_cancelled(builder: Builder) -> None:
    engine = builder.engine
    known = {entry.ref for entry in builder.history.entries()}
    command = engine.docker_command(*builder.command(target="slow"))
    client = subprocess.Popen(command, env=engine.docker_environment(), stderr=subprocess.DEVNULL)
    running: list[HistoryEntry] = []

    def begun() -> bool:
        running[:] = [entry for entry in builder.history.entries() if entry.ref not in known]
        return bool(running)

    _eventually(begun)
    (entry,) = running
    assert entry.change is Change.STARTED
    record = builder.read(entry.ref)
    assert record.outcome is BuildOutcome.RUNNING
    assert record.steps == ()
    client.terminate()
    client.wait(10)
    stopped = builder.read(builder.newest(known))
    assert stopped.ref == entry.ref
    assert stopped.outcome is BuildOutcome.CANCELLED
    assert stopped.completed_at is not None


# -- where it came from


def test_a_repository_is_told_with_its_revision_and_without_its_user(builder: Builder) -> None:
    programs = builder.engine.workdir / "programs"
    programs.mkdir(exist_ok=True)
    git = programs / "git"
    git.write_text(GIT.format(top=builder.engine.workdir, secret=TOKEN))
    git.chmod(0o755)
    path = builder.engine.docker_environment()["PATH"]
    record = builder.read(builder.build(env={"PATH": f"{programs}:{path}"}))
    assert record.source == "https://git.example.org/shop/web.git"
    assert record.revision == "0123456789abcdef0123456789abcdef01234567"
    assert record.directory == "web"


def test_a_url_is_told_without_its_user(builder: Builder) -> None:
    url = f"https://skipper:{TOKEN}@git.example.org/shop/web.git#main:sub"
    record = builder.read(builder.build(context=url, check=False))
    assert record.outcome is BuildOutcome.FAILED
    assert record.source == "https://git.example.org/shop/web.git#main:sub"
    assert record.directory == ""
    assert any("https://git.example.org/shop" in step.name for step in record.steps)


def test_the_folder_is_known_to_buildx(builder: Builder) -> None:
    buildx = builder.engine.folder / "cli" / "buildx"
    ref = builder.build()
    assert builder.read(ref).directory == ""
    assert builder.read(ref, buildx=buildx).directory == "web"


@pytest.mark.parametrize("builder", WITH_CONTAINERD, indirect=True)
def test_an_archive_is_no_image_of_the_engine(builder: Builder) -> None:
    archive = builder.engine.workdir / "web.tar"
    output = ("--output", f"type=docker,dest={archive}", "--tag", "shop/archived:1")
    record = builder.read(builder.build(*output))
    assert [output.exporter for output in record.outputs] == ["docker"]
    assert record.image_ids == ()


def test_a_folder_as_output_has_no_digest(builder: Builder) -> None:
    folder = builder.engine.workdir / "out"
    record = builder.read(builder.build("--output", f"type=local,dest={folder}", target="alone"))
    assert record.outcome is BuildOutcome.FINISHED
    assert record.outputs == ()


@pytest.mark.parametrize("builder", NEWER, indirect=True)
def test_a_newer_provenance_tells_the_same(builder: Builder) -> None:
    # By this argument BuildKit 0.25 writes what 0.28 and newer always write.
    option = ("--build-arg", "BUILDKIT_HISTORY_PROVENANCE_V1=1")
    older, newer = builder.build("--tag", "shop/slsa:1"), builder.build(*option)
    records = {entry.ref: entry.record for entry in builder.history.entries()}
    versions = []
    for ref in (older, newer):
        result = records[ref].result
        assert result is not None
        versions += [blob.annotations["in-toto.io/predicate-type"] for blob in result.attestations]
    assert versions == [f"https://slsa.dev/provenance/{version}" for version in ("v0.2", "v1")]
    first, second = builder.read(older), builder.read(newer)
    assert second.base_images == first.base_images != ()
    assert second.dockerfile == first.dockerfile is not None
    assert second.missing == first.missing == ()


@pytest.mark.parametrize("builder", WITH_CONTAINERD, indirect=True)
def test_each_platform_is_told(builder: Builder) -> None:
    folder = builder.engine.workdir / "many"
    folder.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    platforms = "linux/amd64,linux/arm64"
    record = builder.read(
        builder.build(
            "--platform", platforms, "--tag", "shop/many:1", target="", context=str(folder)
        )
    )
    assert record.platforms == ("linux/amd64", "linux/arm64")
    assert record.image_ids == (builder.image("shop/many:1")["Id"],)
    assert record.dockerfile is not None


# -- listening


def test_listening_tells_of_each_build_from_its_beginning(builder: Builder) -> None:
    listening = builder.history.listen()
    told: list[HistoryEntry] = []
    listener = Thread(target=lambda: told.extend(listening))
    known = {entry.ref for entry in builder.history.entries()}
    listener.start()
    try:
        finished = builder.build("--tag", "shop/live:1")
        failed = builder.build(target="broken", check=False)
        _eventually(lambda: len(_changes(told, failed)) >= 2)
    finally:
        listening.close()
        listener.join(10)
    assert not listener.is_alive()
    assert known <= {entry.ref for entry in told}
    # Later word on a build, such as that its trace was kept, comes as one more completion.
    assert _changes(told, finished)[:2] == [Change.STARTED, Change.COMPLETED]
    assert _changes(told, failed)[:2] == [Change.STARTED, Change.COMPLETED]
    last = [entry for entry in told if entry.ref == finished][-1]
    record = builder.history.read(last, without_secrets)
    assert record.image_ids == (builder.image("shop/live:1")["Id"],)


@pytest.mark.parametrize("builder", NEWER, indirect=True)
def test_a_build_that_is_removed_from_the_history_is_told(builder: Builder) -> None:
    ref = builder.build()
    listening = builder.history.listen()
    told: list[HistoryEntry] = []
    listener = Thread(target=lambda: told.extend(listening))
    listener.start()
    builder.engine.docker("buildx", "history", "rm", ref)
    _eventually(lambda: Change.DELETED in _changes(told, ref))
    listening.close()
    listener.join(10)
    assert ref not in {entry.ref for entry in builder.history.entries()}


def _changes(told: list[HistoryEntry], ref: str) -> list[Change]:
    return [entry.change for entry in told if entry.ref == ref]


# -- engines that end, hang, or keep no history


@pytest.mark.parametrize("name", OTHERS)
def test_an_engine_without_history_says_so(name: str, fleet: Fleet) -> None:
    engine = fleet.engine(KINDS[name])
    version = engine.get("/version")["ApiVersion"]
    for told in ("", version, "1.53"):
        answer = open_at(endpoint(engine.url), told)
        assert isinstance(answer, NoHistory)
        assert str(engine.socket) in answer.reason


@pytest.mark.parametrize("name", ["docker-26.1", "docker-28.5-containerd"])
def test_history_outlives_the_engine_and_the_image(name: str, fresh_engine: StartsEngine) -> None:
    engine = fresh_engine(KINDS[name])
    builder = Builder(engine)
    ref = builder.build("--tag", "shop/gone:1")
    before = builder.read(ref)
    engine.docker("rmi", "--force", "shop/gone:1")
    listening = iter(builder.history.listen())
    next(listening)
    engine.stop()
    with pytest.raises(BuildHistoryFault) as fault:
        list(listening)
    assert fault.value.code == "UNAVAILABLE"
    builder.history.close()

    engine.start_again()
    builder.history = opened(engine)
    after = builder.read(ref)
    assert json.loads(msgspec.json.encode(after)) | {"generation": 0} == json.loads(
        msgspec.json.encode(before)
    ) | {"generation": 0}
    builder.history.close()


def test_an_engine_that_hangs_is_noticed(
    fresh_engine: StartsEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.engines.buildkit import lines, upgrade

    monkeypatch.setattr(upgrade, "_SECONDS", 1.0)
    times = ("grpc.keepalive_time_ms", "grpc.keepalive_timeout_ms", "grpc.http2.ping_timeout_ms")
    shorter = dict(lines._OPTIONS) | dict.fromkeys(times, 1_000)
    monkeypatch.setattr(lines, "_OPTIONS", tuple(shorter.items()))
    engine = fresh_engine(KINDS["docker-28.5"])
    history = opened(engine)
    listening = iter(history.listen())
    engine.freeze()
    with pytest.raises(BuildHistoryFault) as fault:
        list(listening)
    assert fault.value.code == "UNAVAILABLE"
    with pytest.raises(BuildHistoryFault) as fault:
        open_at(endpoint(engine.url))
    assert fault.value.code == "DEADLINE_EXCEEDED"
    engine.thaw()
    history.close()


def _eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
