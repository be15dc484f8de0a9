"""The table in docs/evidence.md says of each fact how it is known; here it is held against stores.

On each engine a day is recorded, and of each fact the best way is taken in which the store has it:
reported by the engine, inspected right after an event, or reconciled from a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from domain.facts import Fact, Origin, build, container, engine, image
from domain.identity import CONTAINER, REFERENCE, StreamId, parse_stream_id
from tests.engines import odds_and_ends, scenario
from tests.engines.fixtures import StartsEngine
from tests.engines.recorder import Shipslog
from tests.engines.registry import REFERENCE as PULLED
from tests.engines.replaying import replaying
from tests.engines.running import KINDS, RunningEngine

pytestmark = [pytest.mark.engines, pytest.mark.long]

TABLE = Path(__file__).parents[2] / "docs" / "evidence.md"

COLUMNS = {
    "docker-20.10": "Docker 20.10",
    "docker-26.1": "Docker 26.1",
    "docker-28.5": "Docker 28.5",
    "docker-28.5-containerd": "Docker 28.5, containerd store",
    "podman-5.4": "Podman 5.4",
}
NEVER = "no"

F = TypeVar("F", bound=Fact)


def _any(fact: Fact) -> bool:
    return True


class Kept:
    """What a store holds, ready to be asked for facts of one kind."""

    def __init__(self, store: Path) -> None:
        reader = open_reader(store)
        self._entries = [
            (parse_stream_id(each.stream), each.fact) for chunk in reader.read() for each in chunk
        ]
        model = ReadModel.open(reader, None)
        history = model.history
        self._bases = {
            history.identity_of(image).object_id: base.evidence.value
            for image, base in history.bases().items()
        }
        self._names = {
            history.identity_of(each).object_id: history.names_of(each)
            for each in history.objects_of(CONTAINER)
        }
        model.close()
        reader.close()

    def of(
        self, kind: type[F], *, name: str = "", where: Callable[[F], object] = _any
    ) -> list[Origin]:
        """How the facts of a kind are known, of one container, reference or image or of all."""
        return [
            fact.origin
            for stream, fact in self._entries
            if isinstance(fact, kind) and self._is_of(stream, name) and where(fact)
        ]

    def _is_of(self, stream: StreamId, name: str) -> bool:
        return name in ("", stream.object_id, *self._names.get(stream.object_id, ()))

    def image(self, reference: str) -> str:
        """The id of the image that a reference pointed to first."""
        return next(
            fact.image_id
            for stream, fact in self._entries
            if isinstance(fact, image.ReferencePointed)
            and (stream.kind, stream.object_id) == (REFERENCE, reference)
        )

    def built(self, reference: str) -> list[Origin]:
        """How it is known that the image was built that a reference pointed to first."""
        made = self.image(reference)
        finished = self.of(build.BuildFinished, where=lambda fact: made in fact.image_ids)
        return finished + self.of(image.ImageCreated, name=made)

    def base(self, reference: str) -> str:
        """How the base of the image is known that a reference pointed to first."""
        evidence = self._bases.get(self.image(reference))
        # All that the evidence is made of comes from descriptions and records.
        return NEVER if evidence is None else f"inspected: {evidence}"

    def prunes(self, what: str) -> list[Origin]:
        """How it is known that things of a kind were pruned."""
        return self.of(engine.ResourcesPruned, where=lambda fact: fact.kind == what)

    def people(self) -> list[Origin]:
        """The facts in which the engine names somebody who asked for them."""
        names = {"user", "uid", "username", "peer", "client", "actor", "by"}
        return [
            fact.origin
            for _, fact in self._entries
            if fact.said and names & {*fact.said.attributes}
        ]


def told(origins: Iterable[Origin]) -> str:
    """The best of the ways in which a fact is known."""
    found = set(origins)
    order = (Origin.REPORTED, Origin.INSPECTED, Origin.RECONCILED, Origin.DECLARED)
    return next((origin.value for origin in order if origin in found), NEVER)


FACTS: dict[str, Callable[[Kept], Any]] = {
    # Images.
    "image built by BuildKit or Podman": lambda kept: kept.built("shop/web:2"),
    "image built by the classic builder": lambda kept: kept.built("shop/web:1"),
    "image pulled": lambda kept: kept.of(image.ImagePulled, name=PULLED),
    "image that a pull gave": lambda kept: kept.of(
        image.ReferencePointed, name=PULLED, where=lambda fact: fact.how is image.How.PULLED
    ),
    "image loaded": lambda kept: kept.of(image.ImageLoaded),
    "references that a load gave": lambda kept: kept.of(
        image.ReferencePointed, where=lambda fact: fact.how is image.How.LOADED
    ),
    "image imported": lambda kept: kept.of(image.ImageImported),
    "image that a commit gave": lambda kept: kept.of(
        container.ContainerCommitted, where=lambda fact: fact.image_id
    ),
    "image tagged": lambda kept: kept.of(image.ImageTagged),
    "reference moved to another image": lambda kept: kept.of(
        image.ReferencePointed, name=scenario.LATEST
    )[1:],
    "reference taken away, and which": lambda kept: kept.of(
        image.ReferenceRemoved, name="shop/spare:alias"
    ),
    "image removed": lambda kept: kept.of(image.ImageRemoved, name=kept.image("shop/spare:1")),
    "layers, history and settings of an image": lambda kept: kept.of(
        image.ImageDescribed,
        where=lambda fact: fact.description.layers and fact.description.history,
    ),
    "base of an image built by BuildKit or Podman": lambda kept: kept.base("shop/web:2"),
    "base of an image built by the classic builder": lambda kept: kept.base("shop/web:1"),
    "base of a committed image": lambda kept: kept.base("shop/web:patched"),
    # Builds.
    "steps of a build, timed": lambda kept: kept.of(
        build.BuildFinished, where=lambda fact: fact.record and fact.record.steps
    ),
    "arguments of a build, by name": lambda kept: kept.of(
        build.BuildFinished, where=lambda fact: fact.record and fact.record.arguments
    ),
    "Dockerfile of a build": lambda kept: kept.of(
        build.BuildFinished, where=lambda fact: fact.record and fact.record.dockerfile
    ),
    "repository and revision of a build": lambda kept: kept.of(
        build.BuildFinished,
        where=lambda fact: (
            fact.record
            and fact.record.source == odds_and_ends.REPOSITORY
            and fact.record.revision == odds_and_ends.REVISION
        ),
    ),
    "failed build, and the step that failed": lambda kept: kept.of(
        build.BuildFinished,
        where=lambda fact: fact.record and fact.record.failure and fact.record.failure.step,
    ),
    # Containers.
    "container created": lambda kept: kept.of(container.ContainerCreated),
    "image that a container is made from": lambda kept: kept.of(container.ContainerConfigured),
    "container started": lambda kept: kept.of(container.ContainerStarted, name="web-1"),
    "start that failed, and why": lambda kept: kept.of(
        container.ContainerObserved, name="broken", where=lambda fact: fact.error
    ),
    "container exited": lambda kept: kept.of(container.ContainerExited, name="web-2"),
    "exit code": lambda kept: kept.of(
        container.ContainerExited, name="web-2", where=lambda fact: fact.exit_code == 137
    ),
    "exit code where a label forges it": lambda kept: (
        kept.of(container.ContainerExited, name="forger", where=lambda fact: fact.exit_code == 3)
        + kept.of(
            container.ContainerObserved, name="forger", where=lambda fact: fact.exit_code == 3
        )
    ),
    "out of memory": lambda kept: (
        kept.of(container.ContainerOutOfMemory, name="greedy")
        + kept.of(container.ContainerObserved, name="greedy", where=lambda fact: fact.oom_killed)
    ),
    "signal sent": lambda kept: kept.of(container.ContainerSignalled, name="web-2"),
    "which signal": lambda kept: kept.of(
        container.ContainerSignalled, name="web-2", where=lambda fact: fact.signal
    ),
    "stop asked for": lambda kept: kept.of(container.ContainerStopped, name="stopper"),
    "restart asked for": lambda kept: kept.of(container.ContainerRestarted, name="web-old"),
    "restarts by the restart policy, counted": lambda kept: kept.of(
        container.ContainerObserved, name="flaky", where=lambda fact: fact.restart_count
    ),
    "health": lambda kept: (
        kept.of(
            container.HealthChanged, name="patient", where=lambda fact: fact.status == "unhealthy"
        )
        + kept.of(
            container.ContainerObserved,
            name="patient",
            where=lambda fact: fact.health == "unhealthy",
        )
    ),
    "health probes, counted": lambda kept: kept.of(container.ContainerProbed, name="patient"),
    "container paused and resumed": lambda kept: (
        kept.of(container.ContainerPaused) and kept.of(container.ContainerUnpaused)
    ),
    "container renamed": lambda kept: kept.of(container.ContainerRenamed, name="web-old"),
    "limits changed": lambda kept: kept.of(container.ContainerUpdated, name="updated"),
    "limits before and after": lambda kept: kept.of(container.ContainerConfigured, name="updated")[
        1:
    ],
    "container removed": lambda kept: kept.of(container.ContainerRemoved, name="web-2"),
    "command executed inside": lambda kept: (
        kept.of(container.ExecCreated, name="web-1") + kept.of(container.ExecStarted, name="web-1")
    ),
    "its command line, without secrets": lambda kept: kept.of(
        container.ExecCreated, name="web-1", where=lambda fact: fact.command
    ),
    "its exit code": lambda kept: kept.of(
        container.ExecEnded, name="web-1", where=lambda fact: fact.exit_code is not None
    ),
    "files copied in": lambda kept: kept.of(container.FilesCopiedIn, name="web-1"),
    "files copied out": lambda kept: kept.of(container.FilesCopiedOut, name="web-1"),
    "files changed inside": lambda kept: kept.of(
        container.DriftSeen, name="writer", where=lambda fact: "/added" in fact.added
    ),
    # Networks and volumes.
    "network created": lambda kept: kept.of(
        engine.NetworkChanged, where=lambda fact: (fact.name, fact.action) == ("harbour", "create")
    ),
    "network removed": lambda kept: kept.of(
        engine.NetworkChanged,
        where=lambda fact: fact.name == "harbour" and fact.action in ("destroy", "remove"),
    ),
    "network that a container starts in": lambda kept: (
        kept.of(
            container.NetworkConnected, name="joiner", where=lambda fact: fact.network == "harbour"
        )
        + kept.of(
            container.ContainerConfigured,
            name="joiner",
            where=lambda fact: "harbour" in fact.configuration.networks,
        )
    ),
    "network that a container joins later": lambda kept: kept.of(
        container.NetworkConnected, name="joiner", where=lambda fact: fact.network == "pier"
    ),
    "network that a container leaves": lambda kept: kept.of(
        container.NetworkDisconnected, name="joiner", where=lambda fact: fact.network == "pier"
    ),
    "volume created": lambda kept: kept.of(
        engine.VolumeChanged, where=lambda fact: (fact.name, fact.action) == ("shop-data", "create")
    ),
    "volume removed": lambda kept: kept.of(
        engine.VolumeChanged,
        where=lambda fact: fact.name == "shop-data" and fact.action in ("destroy", "remove"),
    ),
    "volumes that a container mounts": lambda kept: (
        kept.of(
            container.VolumeMounted, name="reader", where=lambda fact: fact.volume == "shop-data"
        )
        + kept.of(
            container.ContainerConfigured,
            name="reader",
            where=lambda fact: any(each.name == "shop-data" for each in fact.configuration.mounts),
        )
    ),
    # The engine.
    "prune of containers": lambda kept: kept.prunes("container"),
    "prune of images": lambda kept: kept.prunes("image"),
    "prune of volumes": lambda kept: kept.prunes("volume"),
    "prune of networks": lambda kept: kept.prunes("network"),
    "prune of the builder's cache": lambda kept: kept.prunes("builder"),
    "how much a prune freed": lambda kept: kept.of(
        engine.ResourcesPruned, where=lambda fact: fact.reclaimed_bytes is not None
    ),
    "engine restarted": lambda kept: kept.of(
        engine.GapDeclared, where=lambda fact: fact.cause is engine.GapCause.ENGINE_RESTARTED
    ),
    "end of a container while the engine was down": lambda kept: (
        kept.of(container.ContainerExited, name="brief")
        + kept.of(
            container.ContainerObserved,
            name="brief",
            where=lambda fact: fact.state is container.ContainerState.EXITED,
        )
    ),
    "who asked for it": Kept.people,
}
"""The rows of the table: of each fact, what the store has of it."""


def table() -> dict[str, dict[str, str]]:
    """The table's rows: by fact and column."""
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows if any(row[1:])}


def test_the_table_has_a_row_for_each_fact() -> None:
    assert list(table()) == list(FACTS)


@pytest.mark.parametrize("name", COLUMNS)
def test_each_fact_is_known_as_the_table_says(
    name: str, fresh_engine: StartsEngine, tmp_path: Path
) -> None:
    store = tmp_path / "evidence.db"
    _record_a_day(fresh_engine(KINDS[name]), store)
    kept = Kept(store)
    promised = {fact: row[COLUMNS[name]] for fact, row in table().items()}
    certain = {fact: how for fact, how in promised.items() if how != "sometimes"}
    assert {fact: origin_of(kept, fact) for fact in certain} == certain


def origin_of(kept: Kept, fact: str) -> str:
    """What the table has to say of a fact."""
    found = FACTS[fact](kept)
    return found if isinstance(found, str) else told(found)


def _record_a_day(engine: RunningEngine, store: Path) -> None:
    with Shipslog(store).recording(engine.url), replaying(store) as replay:
        for walk in (scenario.walk, odds_and_ends.walk):
            for _ in walk(engine):
                replay.settle(engine)
